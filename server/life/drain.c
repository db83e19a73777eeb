/* From the signal to the exit. The steps, in order:
 *   lame      --drain-delay: not ready, still accepting, so that a load balancer can notice;
 *             subscriptions are told and end, over --close-spread
 *   queue     no new handshake begins; those half done finish; all are accepted; the listener
 *             closes
 *   requests  what is in flight finishes; the last answer ends the process
 * and beside them the deadline, which ends all of it. */
#include <signal.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/signame.h"
#include "server/http/conn.h"
#include "server/internal.h"
#include "server/life/closing.h"
#include "server/life/supervisor.h"
#include "server/registry/registry.h"
#include "server/routes/events.h"
#include "server/work/database.h"
#include "server/work/messages.h"

/* How long half-done handshakes are waited for: a lost last ACK is repeated after a second. */
static const int64_t handshake_bound_ns = 3 * NS_PER_S;
/* Where the kernel does not show them: longer than a round trip to most places. */
static const int64_t blind_ns = 250 * NS_PER_MS;
static const int64_t look_first_ns = NS_PER_MS, look_most_ns = 20 * NS_PER_MS;
enum { QUIET_LOOKS = 2 };

/* What must be closed after the requests, step by step; the last one ends the loop. */
static void close_rest(struct server *s, const char *why)
{
    server_enter(s, LIFE_STOPPING, "%s", why);
    closing_begin(s);
}

void drain_turn(struct server *s)
{
    if (s->life.now != LIFE_DRAINING || s->drain.step != DRAIN_REQUESTS)
        return;
    database_shrink(s, s->counts.holding);
    if (s->counts.holding == 0 && !s->hooks->at_end(s)) {
        steps_reach(&s->closing.steps, "requests-finished", NULL);
        close_rest(s, "the last answer is out");
    }
}

void drain_close_listener(struct server *s, const char *how)
{
    listener_close(&s->sockets.listener);
    s->drain.step = DRAIN_REQUESTS;
    steps_reach(&s->closing.steps, "listener-closed", NULL);
    server_log(s, "listener closed %s; %lld requests in flight on %lld connections", how,
               (long long)s->counts.in_flight, (long long)s->counts.connections);
    gates_open_at(&s->gates, GATE_LISTENER_CLOSED);
}

/* Half-done handshakes are counted first and the queue is emptied after: with no new SYN let in, a
 * connection that was not half done at the count was in the queue by then, or is here. A second
 * look confirms, since a SYN may have passed just before the filter. */
static void look_at_queue(struct server *s)
{
    for (;;) {
        int half_done = drain_half_done(s, &s->sockets.listener);
        bool emptied = listener_accept(&s->sockets.listener);
        int64_t age = clock_ns() - s->drain.queue_began_ns;
        bool quiet = emptied && (half_done == 0 || (half_done < 0 && age >= blind_ns));
        s->drain.quiet_looks = quiet ? s->drain.quiet_looks + 1 : 0;
        if (s->drain.quiet_looks >= QUIET_LOOKS) {
            drain_close_listener(s, "with an empty queue");
            return;
        }
        if (age >= handshake_bound_ns) {
            drain_close_listener(s, "after waiting for half-done handshakes");
            return;
        }
        if (!quiet)
            break;
    }
    s->drain.look_ns = s->drain.look_ns * 2 < look_most_ns ? s->drain.look_ns * 2 : look_most_ns;
    timers_set(&s->timers, &s->drain.look, clock_ns() + s->drain.look_ns);
}

static void refuse_new(struct server *s)
{
    if (s->sockets.listener.family == AF_UNIX) {
        listener_unlink(&s->sockets.listener);
        return;
    }
    /* a filter would show on a socket that stays */
    int rc = server_faulty(s, FAULT(LEAK_LISTENER)) ? 0 : drain_refuse_syn(s->sockets.listener.fd);
    if (rc < 0)
        server_log(s,
                   "no filter on the listener (%s): connections made during its closing "
                   "may be reset",
                   uv_strerror(rc));
}

static void begin_queue(struct server *s)
{
    s->drain.step = DRAIN_QUEUE;
    s->drain.queue_began_ns = clock_ns();
    s->drain.look_ns = look_first_ns;
    if (s->hooks->at_queue(s))
        return;
    if (s->sockets.listener.kept) {
        /* no client in the queue is lost, and a filter would stay on the socket for good */
        drain_close_listener(s, "here, another process keeps its queue");
        conns_drain(s);
        return;
    }
    refuse_new(s);
    listener_accept(&s->sockets.listener);
    conns_drain(s);
    look_at_queue(s);
}

static void on_look(struct timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, drain.look);
    if (s->drain.step == DRAIN_LAME)
        begin_queue(s);
    else
        look_at_queue(s);
}

static void on_deadline(struct timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, drain.deadline);
    if (s->hooks->at_deadline(s))
        return;
    gates_open_at(&s->gates, GATE_DEADLINE);
    timers_clear(&s->timers, &s->drain.look);
    listener_close(&s->sockets.listener);
    cancel_fire(&s->requests.cancel, CANCEL_SHUTDOWN); /* before anything is closed */
    int cut = conns_cut(s, true);
    s->life.exit_status =
        cut > 0 && !server_faulty(s, FAULT(HIDE_DEADLINE)) ? 1 : s->life.exit_status;
    steps_reach(&s->closing.steps, "listener-closed", NULL);
    steps_reach(&s->closing.steps, "requests-finished", cut > 0 ? "requests were cut off" : NULL);
    close_rest(s, cut > 0 ? "the drain timeout is over, requests were cut off"
                          : "the drain timeout is over, no request was left");
}

void drain_stop_now(struct server *s, int status, const char *why)
{
    if (s->life.now > LIFE_STOPPING)
        return;
    s->life.exit_status = status;
    conns_cut(s, true);
    if (s->life.now < LIFE_STOPPING)
        server_enter(s, LIFE_STOPPING, "%s", why);
    uv_stop(&s->loop.uv); /* and no step is waited for */
}

static void end_subscriptions(struct server *s)
{
    events_end_all(s);
    if (s->options->guest.drain)
        s->options->guest.drain(s->options->guest.arg);
}

static void begin_draining(struct server *s, int64_t limit_ns)
{
    s->drain.look.fire = on_look;
    messages_stop(s);
    s->drain.deadline.fire = on_deadline;
    timers_set(&s->timers, &s->drain.deadline, s->life.signal_ns + limit_ns);
    gates_open_at(&s->gates, GATE_DRAINING);
}

/* Nothing waits for this process to end: a connection that is idle stays for as long as ever, so
 * that its client is never cut off by a close, and is answered once more, with Connection: close.
 * What takes longer gets the drain timeout on top. */
void drain_handed_over(struct server *s, pid_t pid)
{
    char how[64];
    s->drain.handed_over = true;
    registry_leave(s);
    supervisor_close(s); /* the new one speaks for the service */
    s->life.signal_ns = clock_ns();
    server_enter(s, LIFE_DRAINING,
                 "handed over to process %d, %lld requests in flight on %lld "
                 "connections",
                 (int)pid, (long long)s->counts.in_flight, (long long)s->counts.connections);
    begin_draining(s, s->options->limits.idle_timeout_ns + s->options->drain.timeout_ns);
    steps_reach(&s->closing.steps, "not-ready", NULL);
    end_subscriptions(s);
    snprintf(how, sizeof how, "here, process %d goes on with it", (int)pid);
    drain_close_listener(s, how);
}

/* A signal after that: the end is waited for after all. */
static void end_sooner(struct server *s, const char *why)
{
    s->drain.told_to_end = true;
    server_log(s, "%s: idle connections close, the rest has the drain timeout", why);
    timers_set(&s->timers, &s->drain.deadline, clock_ns() + s->options->drain.timeout_ns);
    conns_drain(s);
}

void drain_begin(struct server *s, int signo)
{
    const char *why = signo ? signame_name(signo) : "the notice is over";
    signo = signo ? signo : SIGTERM; /* which it replaces, also for the faults */
    if (s->life.now == LIFE_DRAINING && s->drain.handed_over && !s->drain.told_to_end)
        end_sooner(s, why);
    if (s->hooks->at_signal(s, signo) || s->life.now != LIFE_RUNNING)
        return;
    s->life.signal_ns = clock_ns();
    server_enter(s, LIFE_DRAINING, "%s, %lld requests in flight on %lld connections", why,
                 (long long)s->counts.in_flight, (long long)s->counts.connections);
    begin_draining(s, s->options->drain.timeout_ns);
    supervisor_stopping(s);
    registry_mark(s, true);
    s->hooks->at_drain(s, signo);
    if (s->life.now != LIFE_DRAINING)
        return;
    s->drain.step = DRAIN_LAME;
    steps_reach(&s->closing.steps, "not-ready", NULL);
    timers_clear(&s->timers, &s->notice.timer);
    end_subscriptions(s);
    int64_t delay_ns = s->hooks->drain_delay(s);
    if (delay_ns > 0)
        timers_set(&s->timers, &s->drain.look, s->life.signal_ns + delay_ns);
    else
        begin_queue(s);
}
