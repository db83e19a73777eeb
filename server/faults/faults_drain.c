/* Planted faults at the points of the drain. */
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/faults/points.h"
#include "server/http/conn.h"
#include "server/http/http.h"
#include "server/internal.h"
#include "server/http/request.h"

static const int64_t linger_ns = 2 * NS_PER_S;

/* The mistake of a handler that takes a lock which the interrupted code holds. */
static void hang(struct server *s)
{
    server_log(s, "the signal is being handled");
    for (;;)
        pause();
}

bool fault_at_signal(struct server *s, int signo)
{
    if (server_faulty(s, FAULT(HANG_AT_SIGNAL)))
        hang(s);
    if (server_faulty(s, FAULT(RELOAD))) {
        conns_cut(s, true);
        server_log(s, "reloaded");
        return true;
    }
    if (server_faulty(s, FAULT(SECOND_ABORTS)) && server_draining(s) && signo == SIGTERM)
        drain_stop_now(s, 1, "a second SIGTERM");
    return server_faulty(s, FAULT(IGNORE_SIGNAL));
}

/* --- connections that are dropped as the drain begins --- */

static bool is_upload(const struct http *h)
{
    return h->state == STATE_BODY && h->request->body_len > 0;
}

static bool is_told_to_go_on(const struct http *h)
{
    return h->state == STATE_BODY && h->request->answer.told_continue && h->request->body_len == 0;
}

static bool is_post_at_work(const struct http *h)
{
    return h->state == STATE_WAITING && h->request->method == HTTP_POST;
}

static bool is_half_head(const struct http *h)
{
    return h->state == STATE_HEAD;
}

static bool is_half_sent(const struct http *h)
{
    return h->state == STATE_ANSWERING && h->out.len > 0;
}

static bool is_in_flight(const struct http *h)
{
    return h->request;
}

static const struct {
    uint64_t fault;
    bool (*drops)(const struct http *h);
} drops[] = {
    {FAULT(CUT_IN_FLIGHT), is_in_flight},       {FAULT(DROP_UPLOADS), is_upload},
    {FAULT(STRAND_CONTINUE), is_told_to_go_on}, {FAULT(DROP_POSTS), is_post_at_work},
    {FAULT(DROP_HALF_HEADS), is_half_head},     {FAULT(DROP_UNSENT), is_half_sent},
};

static bool is_at_work(const struct http *h)
{
    return h->state == STATE_WAITING;
}

static void fail_request(struct http *h)
{
    respond_error(h->request, 500, "context cancelled");
}

static void mark(struct http *h)
{
    h->request->is.at_work = true;
}

void fault_at_drain(struct server *s, int signo)
{
    if (s->planted.flags)
        conns_each_if(s, is_at_work, mark);
    for (size_t i = 0; i < ARRAY_LEN(drops); i++)
        if (server_faulty(s, drops[i].fault))
            conns_cut_if(s, drops[i].drops);
    if (server_faulty(s, FAULT(FAIL_IN_FLIGHT)))
        conns_each_if(s, is_at_work, fail_request);
    if (server_faulty(s, FAULT(POOL_FIRST)))
        fault_close_pool(s);
    if (server_faulty(s, FAULT(NO_DEADLINE)))
        timers_clear(&s->timers, &s->drain.deadline);
    if (server_faulty(s, FAULT(ACCEPT_AND_DROP))) {
        listener_accept(&s->sockets.listener); /* those who came before the signal are served */
        s->planted.dropping = true;
    }
    if (server_faulty(s, FAULT(EXIT_EARLY))) {
        drain_stop_now(s, 0, "at once");
        /* or what this turn of the loop has still in store would be answered */
        listener_close(&s->sockets.listener);
        conns_close(s);
    }
    if (server_faulty(s, FAULT(SIGINT_ABORTS)) && signo == SIGINT)
        drain_stop_now(s, 130, "SIGINT");
}

/* Readiness and liveness show only as long as a probe can connect. */
static const struct {
    uint64_t fault;
    int64_t delay_ns;
} delays[] = {
    {FAULT(READINESS_STAYS), 700 * NS_PER_MS}, {FAULT(READINESS_LATE), 1000 * NS_PER_MS},
    {FAULT(LIVENESS_FAILS), 700 * NS_PER_MS},  {FAULT(ACCEPT_AND_DROP), 300 * NS_PER_MS},
    {FAULT(SHED_EVENTS), 700 * NS_PER_MS},
};

int64_t fault_drain_delay(const struct server *s)
{
    int64_t delay_ns = s->options->drain.delay_ns;
    for (size_t i = 0; i < ARRAY_LEN(delays); i++)
        if (server_faulty(s, delays[i].fault) && delay_ns < delays[i].delay_ns)
            delay_ns = delays[i].delay_ns;
    return delay_ns;
}

bool fault_at_queue(struct server *s)
{
    if (server_faulty(s, FAULT(CLOSE_LISTENER_EARLY))) {
        drain_close_listener(s, "with what was in its queue");
        conns_drain(s);
        return true;
    }
    if (server_faulty(s, FAULT(NO_ACCEPT))) {
        listener_accept(&s->sockets.listener);
        uv_poll_stop(&s->sockets.listener.poll);
        s->drain.step = DRAIN_REQUESTS;
        conns_drain(s);
        return true;
    }
    return false;
}

static void on_lingered(struct timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, planted.timer);
    s->planted.lingered = true;
}

bool fault_at_end(struct server *s)
{
    if (server_faulty(s, FAULT(EXIT_STATUS)))
        s->life.exit_status = 3;
    if (!server_faulty(s, FAULT(EXIT_NEVER) | FAULT(EXIT_LATE)))
        return false;
    timers_clear(&s->timers, &s->drain.deadline);
    if (server_faulty(s, FAULT(EXIT_LATE)) && !s->planted.timer.slot && !s->planted.lingered) {
        s->planted.timer.fire = on_lingered;
        timers_set(&s->timers, &s->planted.timer, clock_ns() + linger_ns);
    }
    return !s->planted.lingered;
}

bool fault_at_deadline(const struct server *s)
{
    return s->planted.stalled > 0;
}
