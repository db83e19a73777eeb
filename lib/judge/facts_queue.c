/* What was reset as the listener closed: which of it lay in its accept queue, and never reached the
 * server? */
#include "judge/facts.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* A reset is seen this much before or after the poll that saw the listener closed. */
static const int64_t near_ns = 5 * NS_PER_MS;

/* The queue is looked at every few milliseconds, and only what changed is told. */
static const int64_t look_ns = 50 * NS_PER_MS;

/* Its depth was none until a look saw otherwise at `until_ns`: when was the look before that, at
 * the earliest? */
static int64_t look_before(const struct run_facts *f, int64_t until_ns)
{
    int64_t t_ns = until_ns - look_ns;
    for (size_t i = f->stalls.n; i-- > 0;)
        if (f->stalls.at[i].from_ns < until_ns && f->stalls.at[i].to_ns > t_ns)
            t_ns = f->stalls.at[i].from_ns - look_ns;
    return t_ns;
}

void facts_of_queue(struct run_facts *f)
{
    int64_t since_ns = 0; /* that it is empty; 0: it is not */
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_LISTENER || (f->listener.gone_ns && e->t_ns > f->listener.gone_ns))
            continue;
        if (e->sockets > 0 && e->depth == 0) {
            f->queue.empty_ns = since_ns = e->t_ns;
            continue;
        }
        if (since_ns && look_before(f, e->t_ns) > since_ns)
            f->queue.empty_ns = look_before(f, e->t_ns);
        since_ns = 0;
    }
}

/* With TCP_DEFER_ACCEPT (tcp(7)) only what was written brings a connection into the queue. */
bool is_taken(const struct run_facts *f, const struct attempt *a)
{
    int64_t queued_ns = a->sent_ns ? a->sent_ns : a->connected_ns;
    return queued_ns && queued_ns < f->queue.empty_ns;
}

bool is_reset_at_close(const struct run_facts *f, const struct attempt *a)
{
    int64_t off = a->end_ns - f->listener.closed_ns;
    return f->listener.closed_ns && !f->whose.holds_socket && a->outcome == OUTCOME_CUT_OFF &&
           !a->conn.reused && !a->first_ns && !is_taken(f, a) &&
           (a->reason == REASON_RESET_BEFORE_RESPONSE || a->reason == REASON_RESET_WHILE_SENDING) &&
           off > -near_ns && off < near_ns;
}

/* How many of them connected after this one. */
static int64_t younger_than(const struct run_facts *f, const struct run_verdict *v,
                            const struct attempt *one)
{
    int64_t younger = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        younger += is_reset_at_close(f, a) && a->connected_ns > one->connected_ns;
    }
    return younger;
}

/* The depth was polled a moment before the end, and one or two may have been accepted since. What
 * is more than the queue held was not in it: a queue is served in order, so these are the oldest.
 * Those of the last moment may have come after the poll, and are not counted against it. */
static int64_t queued_from(const struct run_facts *f, const struct run_verdict *v)
{
    int64_t dead = 0, lost = v->target.queue_lost, from_ns = f->listener.closed_ns - near_ns;
    for (size_t i = 0; i < v->n_attempts; i++)
        dead += is_reset_at_close(f, &v->attempts[i]);
    if (!dead || lost * 10 < dead * 9)
        return INT64_MAX;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (is_reset_at_close(f, a) && a->connected_ns < from_ns && younger_than(f, v, a) < lost)
            from_ns = a->connected_ns;
    }
    return from_ns;
}

/* --- what lay in the queue at the signal --- */

/* The depth at this time, of a queue that had not been empty for as long as a look may be late: a
 * server with free workers empties its queue between two looks. */
static int64_t depth_at(const struct run_facts *f, int64_t t_ns)
{
    int64_t depth = 0, since_ns = 0; /* that it is not empty */
    for (size_t i = 0; i < f->h->count && f->h->events[i].t_ns <= t_ns; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_LISTENER)
            continue;
        since_ns = depth ? since_ns : e->t_ns;
        depth = e->sockets > 0 ? e->depth : 0;
    }
    return depth && since_ns < look_before(f, t_ns) ? depth : 0;
}

static bool is_unanswered_at(const struct attempt *a, int64_t t_ns)
{
    return !a->conn.reused && a->connected_ns && a->connected_ns <= t_ns && a->end_ns > t_ns &&
           (!a->first_ns || a->first_ns > t_ns);
}

static int youngest_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* A queue is served in order, so the youngest are in it. */
static int64_t waiting_from(const struct run_facts *f, const struct run_verdict *v)
{
    int64_t depth = f->t0_ns ? depth_at(f, f->t0_ns) : 0, from_ns = 0;
    int64_t *connected = depth ? mem_zero(v->n_attempts + 1, sizeof *connected) : NULL;
    size_t n = 0;
    for (size_t i = 0; i < v->n_attempts && depth; i++)
        if (is_unanswered_at(&v->attempts[i], f->t0_ns))
            connected[n++] = v->attempts[i].connected_ns;
    if (n)
        qsort(connected, n, sizeof *connected, youngest_first);
    if (n)
        from_ns = connected[(size_t)depth < n ? (size_t)depth - 1 : n - 1];
    free(connected);
    return from_ns;
}

bool is_waiting(const struct run_facts *f, const struct attempt *a)
{
    return f->queue.waiting_from_ns && a->connected_ns >= f->queue.waiting_from_ns &&
           is_unanswered_at(a, f->t0_ns);
}

void facts_of_attempts(struct run_facts *f, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].answer.whole && v->attempts[i].end_ns > f->course.answered_ns)
            f->course.answered_ns = v->attempts[i].end_ns;
    f->queue.reset_from_ns = queued_from(f, v);
    f->queue.waiting_from_ns = waiting_from(f, v);
}
