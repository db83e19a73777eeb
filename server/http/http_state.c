/* The states of a connection. Each is a row: which may follow, and whether input is parsed in it;
 * and each has its time. */
#include "server/http/http.h"

#include <assert.h>

#include "base/clock.h"
#include "server/internal.h"

/* A connection that has just been made is about to send: what a busy client's scheduler may need
 * before its first byte, on top of the round trips that grace() knows. */
static const int64_t fresh_slack_ns = 200 * NS_PER_MS;
static const int64_t idle_slack_ns = 3 * NS_PER_MS;
/* A head that has begun is completed within a few round trips, or never: during the drain it
 * gets no more than this before it is told 408, which is a refusal and loses no work. */
static const int64_t drain_head_ns = NS_PER_S;

#define NEXT(state) (1U << STATE_##state)

static const struct {
    unsigned next;
    bool parses;
} rows[] = {
    [STATE_IDLE] = {NEXT(HEAD) | NEXT(ANSWERING) | NEXT(DONE), true},
    [STATE_HEAD] = {NEXT(BODY) | NEXT(ANSWERING) | NEXT(DONE), true},
    [STATE_BODY] = {NEXT(WAITING) | NEXT(ANSWERING) | NEXT(DONE), true},
    [STATE_WAITING] = {NEXT(ANSWERING), false},
    [STATE_ANSWERING] = {NEXT(IDLE) | NEXT(DONE), false},
    [STATE_DONE] = {0, false},
};

bool http_parses(const struct http *h)
{
    return rows[h->state].parses;
}

/* During the drain an idle connection closes when no request can be on its way any more: a client
 * that has just been answered, or has just connected, gets the time that a round trip takes. */
static int64_t quiet_at(const struct http *h)
{
    int64_t wait = h->io->grace ? h->io->grace(h) : 0;
    wait += h->served == 0 ? fresh_slack_ns : idle_slack_ns;
    wait += h->server->hooks->idle_slack(h->server);
    return h->active_ns + (wait < NS_PER_S ? wait : NS_PER_S) + h->drain.slack_ns;
}

static int64_t late_at(const struct http *h)
{
    const struct server_limits *limits = &h->server->options->limits;
    switch (h->state) {
    case STATE_IDLE:
        return h->drain.begun ? quiet_at(h) : clock_ns() + limits->idle_timeout_ns;
    case STATE_HEAD:
        return clock_ns() + (h->drain.begun && limits->header_timeout_ns > drain_head_ns
                                 ? drain_head_ns
                                 : limits->header_timeout_ns);
    case STATE_BODY:
        return clock_ns() + limits->body_timeout_ns;
    default:
        return TIMERS_NEVER;
    }
}

void http_enter(struct http *h, enum http_state state)
{
    assert(rows[h->state].next & (1U << state));
    h->state = state;
    int64_t at = late_at(h);
    if (at < TIMERS_NEVER)
        timers_set(&h->server->timers, &h->timer, at);
    else
        timers_clear(&h->server->timers, &h->timer);
}

void http_progress(struct http *h)
{
    timers_set(&h->server->timers, &h->timer, late_at(h));
}
