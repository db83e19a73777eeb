/* What was only polled, or only seen from outside, held against what became of the attempts: the
 * accept queue's last known depth, and the moment from which the server knew of the signal. */
#include "judge/facts.h"

#include "base/clock.h"

/* Longest time that a server may take, on a busy machine, until its handler runs. */
static const int64_t handler_ns = 50 * NS_PER_MS;
/* Without a ledger an answer's time is when the client read it, and a sign's when it was polled. */
static const int64_t seen_late_ns = 5 * NS_PER_MS;

/* Closing a listener resets what is in its queue (tcp(7), inet_csk_listen_stop): the client of such
 * a connection has no byte of answer and a dead connection, from the close on. */
static bool may_be_lost(const struct attempt *a, const struct run_facts *f,
                        const struct attempt_facts *more)
{
    if (a->conn.reused || a->first_ns || more->ledger || is_taken(f, a) ||
        a->start_ns > f->listener.closed_ns)
        return false;
    if (a->end_ns && a->end_ns < f->t0_ns)
        return false;
    return a->reason == REASON_NEVER_ACCEPTED || a->reason == REASON_RESET_BEFORE_RESPONSE ||
           a->reason == REASON_RESET_WHILE_SENDING || a->reason == REASON_CLOSED_BEFORE_SENT;
}

/* The depth is polled: what was in the queue then may have been accepted before the close. At most
 * as many are lost as have died so. To an attached target others may connect, too, and what became
 * of their connections is open. */
void queue_reconcile(const struct run_verdict *v, struct run_facts *f)
{
    int64_t dead = 0, open = 0;
    if (!f->listener.closed_ns)
        return;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        dead += may_be_lost(a, f, &f->attempts[i]);
        open += f->course.partial && !a->end && !a->first_ns;
    }
    if (plan_owns_target(f->plan) && f->queue.lost > dead + open)
        f->queue.lost = dead + open;
    f->queue.open = f->queue.lost > dead ? f->queue.lost - dead : 0;
}

static int64_t answer_ns(const struct attempt *a, const struct attempt_facts *more)
{
    return more->answered_ns ? more->answered_ns : a->first_ns;
}

static void earlier(int64_t *at_ns, int64_t t_ns, int64_t from_ns)
{
    if (t_ns >= from_ns && t_ns < *at_ns)
        *at_ns = t_ns;
}

/* A signal that was sent is not yet a signal that was handled. The server knew of it, at the
 * latest, when something showed it: an answer that said Connection: close, readiness or the
 * listener. If nothing did, it had handler_ns. */
static int64_t knew_ns(const struct run_verdict *v, const struct run_facts *f)
{
    int64_t from_ns =
        f->freeze.thaw_ns > f->t0_ns && f->freeze.at_ns <= f->t0_ns ? f->freeze.thaw_ns : f->t0_ns;
    int64_t at_ns = from_ns + handler_ns;
    earlier(&at_ns, f->listener.closed_ns, f->t0_ns);
    earlier(&at_ns, f->health.not_ready_ns, f->t0_ns);
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].answer.told_to_close)
            earlier(&at_ns, answer_ns(&v->attempts[i], &f->attempts[i]), f->t0_ns);
    return at_ns;
}

/* For attempts at process `to`, by the facts about it; -1: at any. */
static void told_of(const struct run_verdict *v, const struct run_facts *f, int to)
{
    int64_t at_ns = f->t0_ns ? knew_ns(v, f) : 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        const struct plan_load *load = &f->plan->loads[a->load];
        if (to >= 0 && (load->to.process != to || load->to.via))
            continue;
        int64_t begun_ns = answer_ns(a, &f->attempts[i]);
        int64_t late_ns = f->attempts[i].answered_ns ? 0 : seen_late_ns;
        bool unaware = !a->answer.told_to_close && begun_ns && begun_ns - late_ns <= at_ns;
        bool begun_before =
            (begun_ns && begun_ns <= f->t0_ns) || (a->first_ns && a->first_ns <= f->t0_ns);
        f->attempts[i].could_tell =
            f->t0_ns && a->answer.whole && a->end_ns > f->t0_ns && !begun_before && !unaware;
    }
}

/* For an answer that another process passed on, or one that the registry chose, it is not known
 * what its server knew. */
void told_reconcile(const struct run_verdict *v, struct run_facts *f)
{
    if (!f->of)
        told_of(v, f, -1);
    for (size_t i = 0; f->of && i < plan_process_count(f->plan); i++)
        if (i == 0 || !f->plan->others.at[i - 1].service)
            told_of(v, &f->of[i], (int)i);
}
