/* Rules about connections at the signal: the accept queue, handshakes, idle and silent ones. */
#include "check/rules.h"

#include <errno.h>

#include "base/duration.h"
#include "check/tries.h"

#define MS(n) ((int64_t)(n)*1000000)

/* The freeze proves that these lay in the queue; elsewhere a witness must say never-accepted. */
static bool is_lost_in_queue(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a);
}

/* Reset when the listener closed, for all that the client can tell: if it came to look only after
 * the close, the reset may have lain there since. The queue's depth is polled, and may have missed
 * it. */
static bool is_reset_with_listener(const struct view *l, const struct attempt *a)
{
    int64_t early = l->closed_ns - MS(5);

    return l->closed_ns && !l->held && is_cut(l, a) && has_no_byte(l, a) && !a->conn.reused &&
           !is_taken(l->facts, a) &&
           (a->reason == REASON_RESET_BEFORE_RESPONSE || a->reason == REASON_RESET_WHILE_SENDING) &&
           a->start_ns <= l->closed_ns && a->end_ns >= early &&
           (a->connected_ns >= early ||
            a->end_ns <= l->closed_ns + MS(5) + view_held_ns(l, l->closed_ns, a->end_ns));
}

static bool loses_its_queue(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, LOAD(FROZEN), any_attempt, is_lost_in_queue);
    return s.count > 0;
}

/* Its listener closed so soon that what the freeze put into the queue was there. A delay is time to
 * take them all, and says nothing of those that come later. */
static bool closes_on_its_queue(const struct view *l)
{
    return !l->closed_ns ||
           l->closed_ns - l->t0_ns <= MS(100) + view_held_ns(l, l->t0_ns, l->closed_ns);
}

/* Such a reset is the queue's where the queue is known to be reset, and also where the queue was
 * not looked at: it happens in nearly every server. */
static bool is_from_queue(const struct view *l, const struct attempt *a)
{
    return is_reset_with_listener(l, a) && (other_run(l, QUEUE_TRIES, loses_its_queue) ||
                                            !other_run(l, RUN(ACCEPT_QUEUE), closes_on_its_queue));
}

static bool is_never_accepted(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && is_unaccepted(l, a);
}

static bool is_lost_around(const struct view *l, const struct attempt *a)
{
    return is_never_accepted(l, a) || is_from_queue(l, a);
}

/* From the signal on until no process listens, however late that is; at least for a second, as a
 * listener may come back. */
static int64_t arrivals_until_ns(const struct view *l)
{
    int64_t least = l->t0_ns + MS(1000), closed = l->closed_ns + MS(50);

    return !l->closed_ns ? INT64_MAX : closed > least ? closed : least;
}

/* A client that was held up between its connection and its request is not counted: a server may
 * close what says nothing for this time. */
static bool is_around_close(const struct view *l, const struct attempt *a)
{
    int64_t until = a->sent_ns ? a->sent_ns : a->end_ns;

    return a->start_ns >= l->t0_ns - MS(50) && a->start_ns <= arrivals_until_ns(l) &&
           !waits_for_next(l, a) && view_held_ns(l, a->start_ns, until) < MS(20);
}

static bool is_connected_around(const struct view *l, const struct attempt *a)
{
    return is_around_close(l, a) && a->connected_ns;
}

/* Lost to a close that came late: a load balancer that has seen the server turn sends no client any
 * more. One that hung before is no such loss. */
static bool is_at_late_close(const struct view *l, const struct attempt *a)
{
    return l->closed_ns > l->t0_ns + MS(1000) && a->start_ns >= l->closed_ns - MS(50);
}

static void weigh_late_close(struct tally *s, const struct view *l, load_set loads,
                             attempt_test *bad)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, loads) && bad(l, a) && !is_at_late_close(l, a))
            return;
    }
    if (!s->count)
        return;
    s->severity = SEVERITY_LOW;
    tally_note(s, "they came as the listener closed, %s after the signal",
               DURATION_HUMAN(l->closed_ns - l->t0_ns));
}

/* New connections that a server of few workers may not have come to at the signal. */
#define QUEUED_LOADS                                                                               \
    (INFLIGHT_LOADS | STREAM_LOADS | SUBSCRIPTION_LOADS | LOAD(PIPELINED) | LOAD(UPLOAD) |         \
     LOAD(EXPECT) | ANY_LOAD_IDLE)

void find_accept_queue(const struct view *l, struct tally *s)
{
    if (l->held) /* it has no end at which a client could be reset */
        return;
    if (view_run_is(l, QUEUE_TRIES))
        tally_attempts(s, l, LOAD(FROZEN), any_attempt, is_lost_in_queue);
    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns)
        return;
    tally_attempts(s, l, ANY_LOAD_ARRIVALS, is_connected_around, is_lost_around);
    tally_attempts(s, l, QUEUED_LOADS, is_never_accepted, is_never_accepted);
    weigh_late_close(s, l, ANY_LOAD_ARRIVALS | QUEUED_LOADS, is_lost_around);
    if (!s->count)
        s->of = 0; /* how many of them were in the queue is not known */
}

static bool is_reset_in_handshake(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && !a->first_ns && !a->sent_ns && a->end && a->end->os_errno == ECONNRESET;
}

void find_handshake(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)) && l->t0_ns && !view_is_unix(l) && !l->held)
        tally_attempts(s, l, ANY_LOAD_ARRIVALS, is_around_close, is_reset_in_handshake);
}

/* Taken from the queue (no witness says otherwise) and closed without an answer. */
static bool is_accept_race(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a) && !is_unaccepted(l, a) && !is_from_queue(l, a) &&
           !is_reset_in_handshake(l, a) &&
           a->end_ns - a->start_ns - view_held_ns(l, a->start_ns, a->end_ns) < MS(50);
}

/* New connections of a freeze with turns: taken by the server, or about to be. What was reset as
 * the listener closed was in the queue. */
static bool is_tried_anew(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && a->sent_ns && !a->conn.reused && !is_never_accepted(l, a) &&
           !waits_for_next(l, a) &&
           (!l->closed_ns || l->held || a->reason == REASON_CLOSED_BEFORE_RESPONSE ||
            a->end_ns < l->closed_ns - MS(5) || !is_cut(l, a));
}

static bool is_accepted_and_lost(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a);
}

static bool is_raced(const struct view *l, const struct attempt *a)
{
    return load_in(l, a, INFLIGHT_LOADS) ? is_unread(l, a) : is_accept_race(l, a);
}

/* What a server takes from a queue that drainctl holds, it answers: to leave it there is right. */
static run_set accept_tries(const struct view *l)
{
    return l->held ? ACCEPT_TURNS_TRIES | QUEUE_TRIES : ACCEPT_TURNS_TRIES;
}

void find_accept_race(const struct view *l, struct tally *s)
{
    if (view_run_is(l, accept_tries(l)) && l->t0_ns)
        tally_try(s, l, is_tried_anew, is_accepted_and_lost);
    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns)
        return;
    tally_attempts(s, l, ANY_LOAD_ARRIVALS, is_around_close, is_accept_race);
    tally_attempts(s, l, INFLIGHT_LOADS, is_unread, is_unread);
    weigh_late_close(s, l, ANY_LOAD_ARRIVALS | INFLIGHT_LOADS, is_raced);
    if (!s->count && !s->doubts)
        s->of = 0; /* once is not enough to praise it: the tries say that */
}

static bool outlives_exit(const struct view *l, const struct attempt *a)
{
    return a->outcome == OUTCOME_UNFINISHED || a->end_ns > l->exit_ns + MS(500);
}

/* A process that is gone closes its connections at once; half a second later none knew of it. */
void find_defer_accept(const struct view *l, struct tally *s)
{
    const struct history *h = l->run->history;

    if (next_event(l, EVENT_ORPHAN, NULL) || run_is_survived(l) || view_is_unix(l))
        return; /* a process that lives on may hold them */
    if (!view_run_is(l, RUN(MAIN)) || !l->ended_itself || !h->count ||
        h->events[h->count - 1].t_ns < l->exit_ns + MS(500))
        return;
    tally_attempts(s, l, LOAD(SILENT), was_in_flight, outlives_exit);
}

void find_reuseport(const struct view *l, struct tally *s)
{
    int64_t most = 0;

    if (!view_run_is(l, QUEUE_TRIES) || view_is_unix(l) || l->held)
        return;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_LISTENER, e));)
        if (e->sockets > most)
            most = e->sockets;
    if (most < 2)
        return;
    tally_attempts(s, l, LOAD(FROZEN), any_attempt, is_lost_in_queue);
    tally_note(s, "%lld listening sockets share the port", (long long)most);
}

/* The other request of the pair comes right after it on the same connection. */
static const struct attempt *pair_of(const struct view *l, size_t i)
{
    const struct attempt *a = &l->run->attempts[i];

    for (size_t k = i + 1; k < l->run->n_attempts; k++) {
        const struct attempt *b = &l->run->attempts[k];

        if (b->load == a->load && b->client == a->client)
            return b;
    }
    return NULL;
}

void find_pipelined(const struct view *l, struct tally *s)
{
    bool told = false;

    if (!view_run_is(l, RUN(MAIN)) || !was_able(l, LOAD(PIPELINED)))
        return;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i], *b;

        if (!load_in(l, a, LOAD(PIPELINED)) || !was_in_flight(l, a) || !(b = pair_of(l, i)))
            continue;
        if (!a->answer.whole)
            continue; /* what is lost with the first one is not a pair's loss */
        s->of++;
        if (!is_lost(l, b) || b->reason == REASON_TRUNCATED) {
            tally_doubt(s, l, a);
            tally_doubt(s, l, b);
            continue;
        }
        s->count++;
        tally_add_attempt(s, b->id);
        told |= a->answer.told_to_close;
    }
    if (told) { /* RFC 9112 section 9.6: nothing after that answer may be processed */
        s->severity = SEVERITY_INFO;
        tally_note(s, "the first answer said Connection: close, so the client may repeat it");
    }
}
