/* Reading "frontend" from a scenario, a setting a row. What a setting leaves out is as in the set
 * "careful", so that `"retry": {"tries": 5}` is a whole policy. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/words.h"
#include "frontend/policy.h"

#define READ   const struct json_doc *doc, const cJSON *node, void *into, struct error *err
#define POLICY ((struct fe_policy *)into)
#define FIELD(fn, reader, member)                                                                  \
    static int fn(READ)                                                                            \
    {                                                                                              \
        return reader(doc, node, &POLICY->member, err);                                            \
    }

enum { MOST_TRIES = 20, MOST_CLICKS = 10, MOST_ITEMS = 10000 };
static const int64_t longest_ns = 24 * 3600 * NS_PER_S; /* far below what fe_ms can count */

static int choice(const struct json_doc *doc, const cJSON *node, const char *what,
                  const char *const *known, int *index, struct error *err)
{
    const char *word;
    if (json_get_string(doc, node, &word, err) < 0)
        return -1;
    for (int i = 0; known[i]; i++)
        if (strcmp(known[i], word) == 0) {
            *index = i;
            return 0;
        }
    json_error(doc, node, err, "there is no kind of %s '%.60s'", what, word);
    return words_hint_list(word, known, "known are", err);
}

static int span(const struct json_doc *doc, const cJSON *node, fe_ms *ms, struct error *err)
{
    int64_t ns;
    if (json_get_duration(doc, node, &ns, err) < 0)
        return -1;
    if (ns > longest_ns)
        return json_error(doc, node, err, "a frontend does not wait for more than a day");
    if (ns > 0 && ns < NS_PER_MS)
        return json_error(doc, node, err, "a frontend counts in milliseconds: 1ms is the least");
    *ms = (fe_ms)(ns / NS_PER_MS);
    return 0;
}

/* A span longer than nothing. */
static int wait(const struct json_doc *doc, const cJSON *node, fe_ms *ms, struct error *err)
{
    if (span(doc, node, ms, err) < 0)
        return -1;
    return *ms ? 0 : json_error(doc, node, err, "expected a duration of 1ms or more");
}

static int text(const struct json_doc *doc, const cJSON *node, char *out, size_t size,
                struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    for (size_t i = 0; s[i]; i++)
        if (s[i] < ' ' || s[i] > '~')
            return json_error(doc, node, err, "expected characters of ASCII only");
    if (!*s || strlen(s) >= size)
        return json_error(doc, node, err, "expected 1 to %zu characters", size - 1);
    snprintf(out, size, "%s", s);
    return 0;
}

/* A setting that is a switch or an object: true takes `careful`'s values, false turns it off. */
static int part(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                void *into, bool *on, struct error *err)
{
    if (cJSON_IsBool(node)) {
        *on = cJSON_IsTrue(node);
        return 0;
    }
    *on = true;
    return json_read_object(doc, node, fields, into, err);
}

/* Give `member` the values of the set "careful" before its own keys are read. */
#define LIKE_CAREFUL(member)                                                                       \
    do {                                                                                           \
        struct fe_policy careful;                                                                  \
        fe_policy_named("careful", &careful);                                                      \
        POLICY->member = careful.member;                                                           \
    } while (0)

/* --- poll --- */

static int poll_path(READ)
{
    if (text(doc, node, POLICY->poll.path, FE_PATH, err) < 0)
        return -1;
    const char *path = POLICY->poll.path;
    if (*path != '/' || strpbrk(path, " #"))
        return json_error(doc, node, err, "a path begins with '/', with no blank or '#' in it");
    return 0;
}

static int poll_ok(READ)
{
    int n = cJSON_GetArraySize(node);
    if (!cJSON_IsArray(node) || n < 1 || n > FE_OK_WORDS)
        return json_error(doc, node, err, "expected a list of 1 to %d words", FE_OK_WORDS);
    for (int i = 0; i < n; i++)
        if (text(doc, cJSON_GetArrayItem(node, i), POLICY->poll.ok[i], FE_WORD, err) < 0)
            return -1;
    POLICY->poll.n_ok = n;
    return 0;
}

FIELD(poll_interval, wait, poll.interval)
FIELD(poll_timeout, wait, poll.timeout)
FIELD(poll_stream, json_get_bool, poll.stream)

const struct json_field fe_poll_fields[] = {
    {"path", poll_path, false},       {"interval", poll_interval, false},
    {"timeout", poll_timeout, false}, {"ok", poll_ok, false},
    {"stream", poll_stream, false},   {0}};

static int read_poll(READ)
{
    LIKE_CAREFUL(poll);
    if (part(doc, node, fe_poll_fields, into, &POLICY->poll.on, err) < 0)
        return -1;
    if (POLICY->poll.timeout > POLICY->poll.interval)
        return json_error(doc, node, err, "a poll's timeout is longer than its interval");
    return 0;
}

/* --- obey_notice --- */

FIELD(notice_work, span, notice.no_new_work)
FIELD(notice_leave, span, notice.leave)

const struct json_field fe_notice_fields[] = {
    {"no_new_work", notice_work, false}, {"leave", notice_leave, false}, {0}};

static int read_notice(READ)
{
    LIKE_CAREFUL(notice);
    return part(doc, node, fe_notice_fields, into, &POLICY->notice.on, err);
}

/* --- retry --- */

static int retry_kind(READ)
{
    int kind;
    if (choice(doc, node, "retry", fe_retry_words, &kind, err) < 0)
        return -1;
    POLICY->retry.kind = (enum fe_retry_kind)kind;
    return 0;
}

static int retry_tries(READ)
{
    if (!cJSON_IsNumber(node) || node->valuedouble < 0 || node->valuedouble > MOST_TRIES) {
        json_error(doc, node, err,
                   "a retry policy that could never end: 'tries' is a number "
                   "from 0 to %d",
                   MOST_TRIES);
        return error_hint(err, "let an offline_queue keep what must not be lost");
    }
    return json_get_int(doc, node, 0, MOST_TRIES, &POLICY->retry.tries, err);
}

static int retry_on(READ)
{
    const cJSON *child;
    POLICY->retry.on = 0;
    if (!cJSON_IsArray(node))
        return json_error(doc, node, err, "expected a list of outcomes, not %s", json_kind(node));
    cJSON_ArrayForEach(child, node)
    {
        int result;
        if (choice(doc, child, "failure to try again", fe_result_words + 1, &result, err) < 0)
            return -1;
        POLICY->retry.on |= 2U << result;
    }
    return 0;
}

static int retry_statuses(READ)
{
    int n = cJSON_GetArraySize(node);
    if (!cJSON_IsArray(node) || n > FE_STATUSES)
        return json_error(doc, node, err, "expected a list of at most %d statuses", FE_STATUSES);
    for (int i = 0; i < n; i++) {
        int64_t status;
        const cJSON *child = cJSON_GetArrayItem(node, i);
        if (json_get_int(doc, child, 100, 599, &status, err) < 0)
            return -1;
        if (status < 400)
            return json_error(doc, child, err,
                              "a retry policy that could never end: status %d is "
                              "a success",
                              (int)status);
        POLICY->retry.statuses[i] = (int)status;
    }
    POLICY->retry.n_statuses = n;
    return 0;
}

FIELD(retry_base, wait, retry.base)
FIELD(retry_cap, wait, retry.cap)
FIELD(retry_spread, span, retry.spread)
FIELD(retry_obey, json_get_bool, retry.obey)

const struct json_field fe_retry_fields[] = {{"kind", retry_kind, false},
                                             {"tries", retry_tries, false},
                                             {"base", retry_base, false},
                                             {"cap", retry_cap, false},
                                             {"spread", retry_spread, false},
                                             {"on", retry_on, false},
                                             {"statuses", retry_statuses, false},
                                             {"retry_after", retry_obey, false},
                                             {0}};

/* Only jitter has a spread, unless the scenario gives one. */
static int read_retry(READ)
{
    const cJSON *spread = cJSON_GetObjectItemCaseSensitive(node, "spread");
    int status;
    LIKE_CAREFUL(retry);
    status = cJSON_IsString(node) ? retry_kind(doc, node, into, err)
                                  : json_read_object(doc, node, fe_retry_fields, into, err);
    if (POLICY->retry.kind != FE_RETRY_JITTER && !spread)
        POLICY->retry.spread = 0;
    return status;
}

/* --- circuit_breaker, impatient --- */

static int breaker_failures(READ)
{
    return json_get_int(doc, node, 1, 1000, &POLICY->breaker.failures, err);
}

FIELD(breaker_after, wait, breaker.half_open)

const struct json_field fe_breaker_fields[] = {
    {"failures", breaker_failures, false}, {"half_open_after", breaker_after, false}, {0}};

static int read_breaker(READ)
{
    LIKE_CAREFUL(breaker);
    return part(doc, node, fe_breaker_fields, into, &POLICY->breaker.on, err);
}

FIELD(impatient_after, span, impatient.after)

static int impatient_clicks(READ)
{
    return json_get_int(doc, node, 1, MOST_CLICKS, &POLICY->impatient.clicks, err);
}

const struct json_field fe_impatient_fields[] = {
    {"after", impatient_after, true}, {"clicks", impatient_clicks, false}, {0}};

static int read_impatient(READ)
{
    LIKE_CAREFUL(impatient);
    if (cJSON_IsObject(node))
        return json_read_object(doc, node, fe_impatient_fields, into, err);
    return impatient_after(doc, node, into, err);
}

/* --- offline_queue, cache, reconnect --- */

#define COUNT_FIELD(fn, member, most)                                                              \
    static int fn(READ)                                                                            \
    {                                                                                              \
        return json_get_int(doc, node, 1, most, &POLICY->member, err);                             \
    }
COUNT_FIELD(queue_max, queue.max, MOST_ITEMS)
COUNT_FIELD(queue_batch, queue.batch, MOST_ITEMS)
COUNT_FIELD(queue_tries, queue.tries, MOST_TRIES)
FIELD(queue_pause, span, queue.pause)
FIELD(queue_again, wait, queue.again)

const struct json_field fe_queue_fields[] = {
    {"max", queue_max, false},     {"batch", queue_batch, false}, {"pause", queue_pause, false},
    {"again", queue_again, false}, {"tries", queue_tries, false}, {0}};

static int read_queue(READ)
{
    LIKE_CAREFUL(queue);
    return part(doc, node, fe_queue_fields, into, &POLICY->queue.on, err);
}

static int cache_row(const struct json_doc *doc, const cJSON *node, const char *path,
                     struct fe_policy *p, struct error *err)
{
    int how;
    if (choice(doc, node, "cache strategy", fe_cache_words, &how, err) < 0)
        return -1;
    if (p->cache.n == FE_CACHE_ROWS || strlen(path) >= FE_PATH)
        return json_error(doc, node, err, "a cache has at most %d paths of at most %d characters",
                          FE_CACHE_ROWS, FE_PATH - 1);
    snprintf(p->cache.rows[p->cache.n].path, FE_PATH, "%s", path);
    p->cache.rows[p->cache.n++].how = (enum fe_cache)how;
    return 0;
}

static int read_cache(READ)
{
    const cJSON *child;
    POLICY->cache.n = 0;
    if (!cJSON_IsObject(node))
        return cache_row(doc, node, "*", POLICY, err);
    cJSON_ArrayForEach(child,
                       node) if (cache_row(doc, child, child->string, POLICY, err) < 0) return -1;
    return 0;
}

FIELD(reconnect_delay, wait, reconnect.delay)
FIELD(reconnect_spread, span, reconnect.spread)
FIELD(reconnect_id, json_get_bool, reconnect.last_event_id)

const struct json_field fe_reconnect_fields[] = {{"delay", reconnect_delay, false},
                                                 {"spread", reconnect_spread, false},
                                                 {"last_event_id", reconnect_id, false},
                                                 {0}};

static int read_reconnect(READ)
{
    LIKE_CAREFUL(reconnect);
    return part(doc, node, fe_reconnect_fields, into, &POLICY->reconnect.on, err);
}

FIELD(read_timeout, span, timeout)
FIELD(read_abort, json_get_bool, abort)
FIELD(read_button, json_get_bool, disable_button)
FIELD(read_key, json_get_bool, idempotency_key)

/* The set was read first, whatever its place: a setting always wins over it. */
static int read_set(READ)
{
    (void)doc, (void)node, (void)into, (void)err;
    return 0;
}

const struct json_field fe_settings[] = {
    {"set", read_set, false},                 /* the named set that the other keys change */
    {"poll", read_poll, false},               /* ask a status path now and then */
    {"obey_notice", read_notice, false},      /* heed an announced shutdown */
    {"retry", read_retry, false},             /* try again what failed */
    {"circuit_breaker", read_breaker, false}, /* ask nothing of a server that keeps failing */
    {"timeout", read_timeout, false},         /* how long to wait for one answer */
    {"abort", read_abort, false},             /* abort what timed out, instead of ignoring it */
    {"impatient", read_impatient, false},     /* after this time the person clicks again */
    {"disable_button", read_button, false}, /* a click does nothing while an attempt is under way */
    {"idempotency_key", read_key, false},   /* writes carry a key, so that one can be sent twice */
    {"offline_queue", read_queue, false},   /* keep writes until the server is back */
    {"cache", read_cache, false},           /* show what was seen before */
    {"reconnect", read_reconnect, false},   /* open an event stream again */
    {"origin", fe_origin_read, false},      /* the page comes from another host than its server */
    {0},
};

static int named(const struct json_doc *doc, const cJSON *node, struct fe_policy *out,
                 struct error *err)
{
    int which;
    if (choice(doc, node, "frontend", fe_policy_names, &which, err) < 0)
        return -1;
    return fe_policy_named(fe_policy_names[which], out);
}

int fe_policy_read(const struct json_doc *doc, const cJSON *node, struct fe_policy *out,
                   struct error *err)
{
    const cJSON *set = cJSON_GetObjectItemCaseSensitive(node, "set");

    memset(out, 0, sizeof *out);
    if (cJSON_IsString(node))
        return named(doc, node, out, err);
    if (set && named(doc, set, out, err) < 0)
        return -1;
    return json_read_object(doc, node, fe_settings, out, err);
}
