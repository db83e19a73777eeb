/* The rows about the signal, the requests and the exit; the others are in checklist_held.c. */
#include "judge/checklist.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "judge/checklist_int.h"

/* What the client and /proc see in another order than it happened in. */
static const int64_t blur_ns = 5 * NS_PER_MS;

static double since_signal(const struct looking *l, int64_t t_ns)
{
    return ms_between(l->f->t0_ns, t_ns);
}

/* --- the signal was received --- */

static void take_earlier(int64_t *best, int64_t t_ns, int64_t t0_ns)
{
    if (t_ns && t_ns >= t0_ns && (!*best || t_ns < *best))
        *best = t_ns;
}

/* An answer that said Connection: close, from a server that did not say so before. */
static int64_t first_told_ns(const struct looking *l)
{
    int64_t first = 0;
    for (size_t i = 0; i < l->v->n_attempts; i++) {
        const struct attempt *a = &l->v->attempts[i];
        if (!a->answer.told_to_close || !a->answer.whole)
            continue;
        if (a->end_ns < l->f->t0_ns)
            return 0;
        take_earlier(&first, a->end_ns, l->f->t0_ns);
    }
    return first;
}

/* The first thing that changed: 0: nothing did. */
static int64_t first_sign_ns(const struct looking *l)
{
    const struct run_facts *f = l->f;
    int64_t first = 0;
    take_earlier(&first, f->health.not_ready_ns, f->t0_ns);
    take_earlier(&first, f->listener.closed_ns, f->t0_ns);
    take_earlier(&first, first_told_ns(l), f->t0_ns);
    if (f->exit.by_itself)
        take_earlier(&first, f->exit.any->t_ns, f->t0_ns);
    return first;
}

static struct checklist_row row_signal(const struct looking *l)
{
    const struct run_facts *f = l->f;
    int64_t sign_ns = first_sign_ns(l);
    enum disposition is = f->main.disposition;
    bool handled = is == DISPOSITION_CAUGHT || is == DISPOSITION_BLOCKED;
    struct checklist_row r = row_of(handled ? CAUSE_HANDLED : CAUSE_REACTED);
    if (is == DISPOSITION_DEFAULT && f->exit.own &&
        f->exit.own->exit_signal == l->v->signals[0].signo)
        r = row_of(CAUSE_NO_HANDLER);
    else if (!sign_ns)
        r = row_of(f->course.partial ? CAUSE_CUT : CAUSE_NO_SIGN);
    r.ms = since_signal(l, sign_ns ? sign_ns : f->kill_ns ? f->kill_ns : f->course.last_ns);
    return r;
}

/* --- readiness --- */

static struct checklist_row row_readiness(const struct looking *l)
{
    const struct run_facts *f = l->f;
    if (!f->plan->target.health_ready)
        return row_of(CAUSE_NO_PATH);
    if (!f->health.ready_seen)
        return row_of(CAUSE_NEVER_ASKED);
    if (f->whose.holds_socket && !f->health.open_after_turn)
        return row_of(CAUSE_NEED_NOT_TURN);
    if (!f->health.not_ready_ns)
        return row_of(f->course.partial ? CAUSE_CUT : CAUSE_NEVER_TURNED);
    struct checklist_row r = row_of(f->health.open_after_turn ? CAUSE_TURNED : CAUSE_TURNED_LATE);
    r.n = f->health.not_ready_status;
    r.ms = since_signal(l, f->health.not_ready_ns);
    if (f->listener.closed_ns)
        r.ms2 = ms_between(f->health.not_ready_ns, f->listener.closed_ns);
    return r;
}

/* --- no new request --- */

/* By an answer, or by a port that is closed: at the exit all ports are. */
static bool is_refusal(const struct looking *l, const struct attempt *a)
{
    return (a->answer.whole && (a->status == 503 || a->status == 429)) ||
           (a->reason == REASON_CONNECT_REFUSED && a->end_ns < l->exit_ns - blur_ns);
}

/* From when on it took nothing new: its port closed well before the exit, or it refused one. On a
 * busy machine a refusal shows the close that no look at the port was in time for. 0: it was not
 * seen to. */
static int64_t closed_to_new_ns(const struct looking *l)
{
    int64_t since = 0;
    if (l->f->listener.closed_ns && l->f->listener.closed_ns < l->exit_ns - blur_ns)
        since = l->f->listener.closed_ns;
    for (size_t i = 0; i < l->v->n_attempts; i++) {
        const struct attempt *a = &l->v->attempts[i];
        if (is_refusal(l, a) && a->start_ns > l->f->t0_ns)
            take_earlier(&since, a->end_ns, l->f->t0_ns);
    }
    return since;
}

/* An old connection may be answered once more, if the answer says that it is the last. */
static bool was_taken(const struct attempt *a)
{
    bool work = a->outcome == OUTCOME_COMPLETED || (a->outcome == OUTCOME_FAILED && a->status) ||
                a->processed == PROCESSED_YES;
    return work && !(a->conn.reused && a->answer.told_to_close);
}

static void count_taken(const struct looking *l, int64_t since, struct checklist_row *r)
{
    for (size_t i = 0; i < l->v->n_attempts; i++) {
        const struct attempt *a = &l->v->attempts[i];
        if (a->start_ns <= since || a->start_ns >= l->exit_ns ||
            a->outcome == OUTCOME_CLIENT_LIMIT || a->outcome == OUTCOME_ABORTED)
            continue;
        r->of++;
        r->n += was_taken(a);
    }
}

static struct checklist_row row_nothing_new(const struct looking *l)
{
    int64_t since = closed_to_new_ns(l);
    struct checklist_row r = row_of(since ? CAUSE_NOTHING_TAKEN : CAUSE_STAYED_OPEN);
    count_taken(l, since ? since : l->f->t0_ns, &r);
    enum row_cause cause = since && r.n ? CAUSE_TAKEN
                           : since      ? (r.of ? CAUSE_NOTHING_TAKEN : CAUSE_NONE_CAME)
                           : r.n        ? CAUSE_STAYED_OPEN
                                        : CAUSE_NEVER_CLOSED;
    struct checklist_row out = row_of(cause);
    out.n = r.n;
    out.of = r.of;
    out.ms = since ? since_signal(l, since) : NAN;
    return out;
}

/* --- what was in hand --- */

static bool is_in_hand(const struct looking *l, const struct attempt *a)
{
    bool loads = a->load >= 0 && (uint64_t)a->load < l->f->plan->n_loads;
    return (a->phase == PHASE_SENDING || a->phase == PHASE_WAITING ||
            a->phase == PHASE_RECEIVING) &&
           loads && l->f->plan->loads[a->load].shape != SHAPE_SILENT &&
           a->outcome != OUTCOME_ABORTED && a->outcome != OUTCOME_CLIENT_LIMIT;
}

static void count_in_hand(struct looking *l)
{
    l->last_ns = l->f->t0_ns;
    for (size_t i = 0; i < l->v->n_attempts; i++) {
        const struct attempt *a = &l->v->attempts[i];
        if (!is_in_hand(l, a))
            continue;
        bool timed_out = a->outcome == OUTCOME_TIMED_OUT || (a->answer.whole && a->status == 504);
        l->in_hand++;
        l->timed_out += timed_out;
        l->cut += !timed_out && !a->answer.whole;
        if (a->end_ns > l->last_ns)
            l->last_ns = a->end_ns;
    }
}

static struct checklist_row row_in_hand(const struct looking *l)
{
    struct checklist_row r = row_of(!l->in_hand    ? CAUSE_NONE_IN_HAND
                                    : l->cut       ? CAUSE_SOME_CUT
                                    : l->timed_out ? CAUSE_SOME_TIMED_OUT
                                                   : CAUSE_ALL_FINISHED);
    r.n = l->cut ? l->cut : l->timed_out;
    r.of = l->in_hand;
    r.ms = since_signal(l, l->last_ns);
    return r;
}

/* --- the exit --- */

static enum row_cause exit_cause(const struct looking *l)
{
    const struct run_facts *f = l->f;
    bool by_signal = f->exit.own && f->exit.own->exit_signal;
    /* a server may end by the signal that it has heeded, so that its parent sees which it was */
    bool heeded = by_signal && f->exit.own->exit_signal == l->v->signals[0].signo &&
                  f->main.disposition != DISPOSITION_DEFAULT;
    if (f->kill_ns || f->forced_ns)
        return CAUSE_KILLED;
    if (!f->exit.own)
        return f->course.partial ? CAUSE_CUT : CAUSE_NO_EXIT;
    if (l->cut)
        return CAUSE_EXITED_BEFORE;
    return by_signal && !heeded ? CAUSE_DIED : CAUSE_EXITED;
}

static struct checklist_row row_exit(const struct looking *l)
{
    const struct run_facts *f = l->f;
    struct checklist_row r = row_of(exit_cause(l));
    if (f->exit.own) {
        r.n = r.cause == CAUSE_EXITED_BEFORE ? l->cut
              : r.cause == CAUSE_DIED        ? f->exit.own->exit_signal
              : f->exit.own->exit_signal     ? -1
                                             : f->exit.own->exit_code;
        r.ms = ms_between(l->last_ns, f->exit.own->t_ns);
        r.ms2 = since_signal(l, f->exit.own->t_ns);
    }
    if (r.cause == CAUSE_KILLED)
        r.ms = since_signal(l, f->forced_ns ? f->forced_ns : f->kill_ns);
    return r;
}

/* --- all rows --- */

static row_judge *const judges[CHECKLIST_ROWS] = {
    [ROW_SIGNAL] = row_signal,
    [ROW_READINESS] = row_readiness,
    [ROW_NOTHING_NEW] = row_nothing_new,
    [ROW_IN_HAND] = row_in_hand,
    [ROW_POOL] = row_pool,
    [ROW_DESCRIPTORS] = row_descriptors,
    [ROW_LOCKS] = row_locks,
    [ROW_THREADS] = row_threads,
    [ROW_GOROUTINES] = row_goroutines,
    [ROW_METRICS] = row_metrics,
    [ROW_REGISTRY] = row_registry,
    [ROW_EXIT] = row_exit,
};

void checklist_judge(struct run_verdict *v, const struct run_facts *f)
{
    struct looking l = {.v = v, .f = f};
    v->checklist.asked = f->plan->checklist.asked;
    if (!v->checklist.asked)
        return;
    l.exit_ns = f->exit.own ? f->exit.own->t_ns : f->course.last_ns;
    if (f->t0_ns) {
        count_in_hand(&l);
        rests_find(&l);
    }
    for (int i = 0; i < CHECKLIST_ROWS; i++)
        v->checklist.rows[i] = f->t0_ns ? judges[i](&l) : row_of(CAUSE_NO_SIGNAL);
    free(l.rests);
}

int checklist_count(const struct checklist *c, enum row_value value)
{
    int n = 0;
    for (int i = 0; i < CHECKLIST_ROWS; i++)
        n += c->rows[i].value == value;
    return n;
}
