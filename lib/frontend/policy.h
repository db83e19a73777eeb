/* The settings of a frontend: what it does when a server goes away. Plain data of a fixed size, to
 * be copied freely; a zeroed one has every setting off. Times are milliseconds, as a page counts
 * them. */
#ifndef FRONTEND_POLICY_H
#define FRONTEND_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"

typedef uint32_t fe_ms;                   /* a time since the page was opened, or a span */
static const fe_ms FE_NEVER = UINT32_MAX; /* no such time, no such span */

enum fe_retry_kind { FE_RETRY_NONE, FE_RETRY_FIXED, FE_RETRY_EXPONENTIAL, FE_RETRY_JITTER };

/* What became of an attempt, as far as the script of a page can tell. */
enum fe_result {
    FE_STATUS,    /* a whole answer; its status says the rest */
    FE_REFUSED,   /* no connection, or a preflight that was refused: nothing was sent */
    FE_CUT_OFF,   /* the connection died after it was sent: perhaps it was processed */
    FE_TIMED_OUT, /* the frontend's own limit passed: perhaps it was processed */
    FE_OPEN,      /* the circuit breaker is open: nothing was sent */
};
enum { FE_RESULTS = FE_OPEN + 1 };
extern const char *const fe_result_words[]; /* in that order; ends with NULL */

/* How a page uses its cache (the strategies of service workers). */
enum fe_cache { FE_NETWORK_ONLY, FE_NETWORK_FIRST, FE_CACHE_FIRST, FE_STALE_WHILE_REVALIDATE };

enum { FE_OK_WORDS = 4, FE_STATUSES = 8, FE_CACHE_ROWS = 8, FE_PATH = 128, FE_WORD = 16 };

struct fe_policy {
    struct {
        bool on;
        bool stream; /* the path is an event stream, held open instead of asked now and then */
        fe_ms interval, timeout;
        char path[FE_PATH];
        char ok[FE_OK_WORDS][FE_WORD]; /* the words of `status` that mean all is well */
        int n_ok;
    } poll;
    struct {
        bool on;
        fe_ms no_new_work; /* with this time left nothing new is begun */
        fe_ms leave;       /* with this time left long connections are given up */
    } notice;
    struct {
        enum fe_retry_kind kind;
        int64_t tries; /* after the first attempt */
        fe_ms base;    /* the first delay; the doubled ones */
        fe_ms cap;     /* ... but never more than this */
        fe_ms spread;  /* plus a part of this, by chance */
        unsigned on;   /* bits of enum fe_result */
        int statuses[FE_STATUSES];
        int n_statuses;
        bool obey; /* Retry-After (RFC 9110 section 10.2.3) */
    } retry;
    struct {
        bool on;
        int64_t failures; /* one after the other: then it opens */
        fe_ms half_open;  /* after this time one attempt is let through */
    } breaker;
    fe_ms timeout; /* of one attempt; 0: the page waits as long as it takes */
    bool abort;    /* what timed out is aborted, as by AbortController; without it, only ignored */
    struct {
        fe_ms after;    /* the person clicks again after this time without an answer; 0: never */
        int64_t clicks; /* the most clicks */
    } impatient;
    bool disable_button;  /* while an attempt is under way a click does nothing */
    bool idempotency_key; /* every write carries a key of its intention */
    struct {
        bool on;
        int64_t max;   /* items */
        int64_t batch; /* sent one after the other before a pause */
        fe_ms pause;   /* between two batches */
        fe_ms again;   /* after a failure, and as much again by chance */
        int64_t tries; /* after this number of failures an item makes way for the others */
    } queue;
    struct {
        int n;
        struct {
            char path[FE_PATH]; /* "*": any */
            enum fe_cache how;
        } rows[FE_CACHE_ROWS];
    } cache;
    struct {
        bool on;
        fe_ms delay, spread; /* until an event stream is opened again */
        bool last_event_id;
    } reconnect;
    struct {
        char at[FE_PATH];  /* where the page is from, as "https://shop.example"; "": the server */
        bool preflight[3]; /* by enum fe_what (frontend.h): these are preceded by a preflight */
    } origin;
};

/* The named sets: "naive", "careful", and one for each kind of retry by itself. Returns 0, or -1
 * when there is none of that name. */
int fe_policy_named(const char *name, struct fe_policy *out);
extern const char *const fe_policy_names[]; /* ends with NULL */
/* One sentence about each, in the same order. */
extern const char *const fe_policy_abouts[];
extern const char *const fe_retry_words[]; /* of enum fe_retry_kind; ends with NULL */
extern const char *const fe_cache_words[]; /* of enum fe_cache; ends with NULL */

/* Read a scenario's "frontend": the name of a set, or an object of settings over the set that its
 * key "set" names (without it all is off). The error is a json_error; a policy that could never
 * end is one. */
int fe_policy_read(const struct json_doc *doc, const cJSON *node, struct fe_policy *out,
                   struct error *err);

/* ... of which this reads "origin", into a policy. A write is JSON, so that a preflight goes before
 * it. */
int fe_origin_read(const struct json_doc *doc, const cJSON *node, void *policy, struct error *err);

/* The settings, one row each, and the keys of those that are objects; each ends with a NULL key. */
extern const struct json_field fe_settings[], fe_poll_fields[], fe_notice_fields[],
    fe_retry_fields[], fe_breaker_fields[], fe_impatient_fields[], fe_queue_fields[],
    fe_reconnect_fields[];

/* What a frontend does with a read of `path`. */
enum fe_cache fe_policy_cache(const struct fe_policy *p, const char *path);

#endif
