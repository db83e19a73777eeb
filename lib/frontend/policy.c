/* The named sets of settings. */
#include "frontend/policy.h"

#include <string.h>

const char *const fe_result_words[] = {"status", "refused", "cut-off", "timed-out", "open", NULL};
const char *const fe_retry_words[] = {"none", "fixed", "exponential", "exponential+jitter", NULL};
const char *const fe_cache_words[] = {"network-only", "network-first", "cache-first",
                                      "stale-while-revalidate", NULL};

/* clang-format off: a setting a line */
#define POLL                                                                                       \
    .poll = {.on = true,                                                                           \
             .interval = 30000,                                                                    \
             .timeout = 5000,                                                                      \
             .path = "/api/health",                                                                \
             .ok = {"UP", "ok"},                                                                   \
             .n_ok = 2}
#define RETRY(k)                                                                                   \
    .retry = {.kind = (k),                                                                         \
              .tries = 3,                                                                          \
              .base = 1000,                                                                        \
              .cap = 8000,                                                                         \
              .spread = (k) == FE_RETRY_JITTER ? 1000 : 0,                                         \
              .on = 1U << FE_REFUSED | 1U << FE_CUT_OFF | 1U << FE_TIMED_OUT | 1U << FE_OPEN,      \
              .statuses = {429, 502, 503, 504},                                                    \
              .n_statuses = 4,                                                                     \
              .obey = true}
#define QUEUE                                                                                      \
    .queue = {.on = true, .max = 100, .batch = 10, .pause = 1000, .again = 5000, .tries = 3}
/* clang-format on */

static const struct {
    const char *name;
    struct fe_policy policy;
} sets[] = {
    /* A page as most are written: it shows the error, and the person clicks again. */
    {"naive",
     {.impatient = {.after = 2000, .clicks = 2}, .reconnect = {.on = true, .delay = 3000}}},
    {"careful",
     {POLL, .notice = {.on = true, .no_new_work = 60000, .leave = 10000}, RETRY(FE_RETRY_JITTER),
      .breaker = {.on = true, .failures = 5, .half_open = 5000}, .timeout = 10000, .abort = true,
      .impatient = {.after = 2000, .clicks = 2}, .disable_button = true, .idempotency_key = true,
      QUEUE, .cache = {.n = 1, .rows = {{"*", FE_NETWORK_FIRST}}},
      .reconnect = {.on = true, .delay = 3000, .spread = 3000, .last_event_id = true}}},
    {"none", {.timeout = 10000, .abort = true}},
    {"fixed", {RETRY(FE_RETRY_FIXED), .timeout = 10000, .abort = true}},
    {"exponential", {RETRY(FE_RETRY_EXPONENTIAL), .timeout = 10000, .abort = true}},
    {"exponential+jitter", {RETRY(FE_RETRY_JITTER), .timeout = 10000, .abort = true}},
};
enum { SETS = sizeof sets / sizeof *sets };

const char *const fe_policy_names[SETS + 1] = {
    "naive", "careful", "none", "fixed", "exponential", "exponential+jitter",
};
const char *const fe_policy_abouts[SETS + 1] = {
    "shows each error; the person clicks again after 2s, twice at most; no key, no queue",
    "every setting on: poll, notice, retry with jitter, key, queue, cache, breaker",
    "no retry: each failure is shown",
    "3 retries, a second apart",
    "3 retries, after 1s, 2s and 4s",
    "3 retries, after 1s, 2s and 4s, each with up to a second more by chance",
};

int fe_policy_named(const char *name, struct fe_policy *out)
{
    for (int i = 0; i < SETS; i++)
        if (strcmp(sets[i].name, name) == 0) {
            *out = sets[i].policy;
            return 0;
        }
    return -1;
}

enum fe_cache fe_policy_cache(const struct fe_policy *p, const char *path)
{
    size_t len = strcspn(path, "?");
    for (int i = 0; i < p->cache.n; i++) {
        const char *row = p->cache.rows[i].path;
        if (strcmp(row, "*") == 0 || (strlen(row) == len && memcmp(row, path, len) == 0))
            return p->cache.rows[i].how;
    }
    return FE_NETWORK_ONLY;
}
