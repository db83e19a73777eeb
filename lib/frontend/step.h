/* What the policies share, one file each: not for use outside lib/frontend. A policy never calls
 * upwards: request.c and queue.c use the small ones, frontend.c uses those. */
#ifndef FRONTEND_STEP_H
#define FRONTEND_STEP_H

#include "frontend/frontend.h"

struct fe_step {
    const struct fe_policy *p;
    struct fe_state *s;
    const struct fe_event *e;
    struct fe_actions *out;
};

/* --- actions.c --- */
void fe_send(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt, bool key);
/* ... without a preflight before it. */
void fe_send_itself(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt,
                    bool key);
void fe_abort(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt);
void fe_show(struct fe_step *st, uint32_t intention, enum fe_word word);
void fe_settle(struct fe_step *st, uint32_t intention, enum fe_word word);
/* `span` from now, never as late as FE_NEVER. */
fe_ms fe_in(const struct fe_step *st, fe_ms span);
/* A part of `span`, by this event's random number. */
fe_ms fe_part(const struct fe_step *st, fe_ms span);

/* --- retry.c --- */
/* A whole answer that is neither a refusal nor an error. */
bool fe_good(const struct fe_event *e);
/* The server did no work for it: to send it again doubles nothing. */
bool fe_untouched(enum fe_result result, int status);
/* May it be tried again, as far as the policy goes? */
bool fe_retry_wants(const struct fe_policy *p, int tries, enum fe_result result, int status);
/* How long to wait before try number `tries` (from 0): what the policy says, and not less than
 * `retry_after` when that is obeyed (at most FE_LONGEST_AFTER, so that no server holds a page for
 * ever). */
enum { FE_LONGEST_AFTER = 60000 };
fe_ms fe_retry_delay(const struct fe_policy *p, int tries, fe_ms retry_after, double random);

/* --- breaker.c --- */
/* False: nothing may be sent before s->server.breaker_at. */
bool fe_breaker_lets(struct fe_step *st);
void fe_breaker_count(struct fe_step *st, bool good);

/* --- timeout.c --- */
fe_ms fe_timeout_at(const struct fe_step *st); /* when an attempt begun now has timed out */

/* --- key.c --- */
bool fe_key_for(const struct fe_policy *p, enum fe_what what);

/* --- origin.c --- */
/* Must a preflight go before this call? */
bool fe_origin_asks(const struct fe_step *st, enum fe_call call);
/* A call ended without an answer: what was allowed is forgotten (Fetch, "clear cache entries"). */
void fe_origin_failed(struct fe_step *st);

/* --- origin_allowed.c --- */
/* The preflight was allowed (st->e): send what it was for, when that is still waited for. The
 * answer counts for two hours at most, as Chromium has it. */
enum { FE_LONGEST_ALLOWED = 7200000 };
void fe_origin_allowed(struct fe_step *st);

/* --- notice.c --- */
void fe_notice_heard(struct fe_step *st, fe_ms left);
bool fe_notice_forbids(const struct fe_step *st); /* nothing new is to be begun now */
fe_ms fe_notice_due(const struct fe_state *s, const struct fe_policy *p);
bool fe_notice_leaves(struct fe_step *st); /* long connections are to be given up, once */

/* --- cache.c --- */
/* Show a read from the cache before anything is sent; true: that settled it. */
bool fe_cache_first(struct fe_step *st, enum fe_cache how);
/* Show a read from the cache because the network failed; true: that settled it. */
bool fe_cache_last(struct fe_step *st);

/* --- impatient.c --- */
void fe_impatient_begin(struct fe_step *st);
/* The person's next click; true: the page begins another attempt. */
bool fe_impatient_click(struct fe_step *st);

/* --- queue.c --- */
/* Keep a write for later. False: the queue is off or full (then that was shown). */
bool fe_queue_keep(struct fe_step *st, uint32_t intention, int attempts, bool key);
void fe_queue_result(struct fe_step *st);
void fe_queue_tick(struct fe_step *st);
void fe_queue_back(struct fe_step *st); /* the server is there again */

/* --- request.c --- */
void fe_request_want(struct fe_step *st);
void fe_request_result(struct fe_step *st);
void fe_request_tick(struct fe_step *st);
void fe_request_back(struct fe_step *st);

/* --- poll.c --- */
void fe_poll_tick(struct fe_step *st);
/* True: it found the server well again after trouble. */
bool fe_poll_result(struct fe_step *st);

/* --- reconnect.c --- */
void fe_stream_want(struct fe_step *st);
void fe_stream_result(struct fe_step *st);
void fe_stream_message(struct fe_step *st);
void fe_stream_leave(struct fe_step *st); /* long connections are given up */
void fe_stream_close(struct fe_step *st); /* the person has had enough of it */
void fe_stream_tick(struct fe_step *st);

#endif
