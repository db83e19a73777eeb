/* Rules about the exit: late, never, and with which status. */
#include "check/rules.h"

#include "base/duration.h"
#include "base/signame.h"

#define MS(n) ((int64_t)(n)*1000000)

void find_exit_late(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(BARE) | RUN(GROUP) | ANY_RUN_SECOND_TERM) || !l->ended_itself ||
        run_lost_in_flight(l))
        return;
    tally_whole(s, is_late(l));
    if (s->count)
        tally_note(s,
                   view_run_is(l, RUN(BARE))
                       ? "it waited for %s before it exited, with no client connected"
                       : "%s from the last answer to the exit, with no connection open",
                   DURATION_HUMAN(late_ns(l)));
}

bool listens_again(const struct view *l)
{
    bool closed = false;

    for (const struct event *e = NULL; (e = next_event(l, EVENT_LISTENER, e));) {
        if (closed && e->sockets > 0)
            return true;
        closed |= e->sockets == 0 && e->t_ns >= l->t0_ns;
    }
    return false;
}

/* Where there is a run in which no connection was open, that run tells. In check-main an open one
 * is the business of the rows about stalls, unless it did not even close its listener. */
static bool tells_of_no_exit(const struct view *l)
{
    if (view_run_is(l, RUN(MAIN)))
        return !other_run(l, BARE_RUNS, in_time) && (never_began(l) || !is_held(l));
    return view_run_is(l, BARE_RUNS | RUN(KEEPALIVE_RACE)) || limit_before_kill(l) ||
           (view_run_is(l, RUN(INT) | ANY_RUN_SECOND_INT | RUN(PID1)) &&
            !other_run(l, RUN(MAIN) | RUN(GROUP) | ANY_RUN_SECOND_TERM, in_time));
}

/* Did it exit in most of the runs that tell? Then now and again it does not: a deploy is slow by
 * chance. */
static bool exits_mostly(const struct view *l)
{
    size_t told = 0, stuck = 0;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *one = &l->all[i];

        if (!one->usable || !one->t0_ns || !tells_of_no_exit(one))
            continue;
        told++;
        stuck += is_stuck(one) || limit_before_kill(one);
    }
    return stuck * 2 < told;
}

void find_exit_never(const struct view *l, struct tally *s)
{
    if (!l->t0_ns || !tells_of_no_exit(l))
        return;
    int64_t limit = limit_before_kill(l);

    tally_whole(s, limit || is_stuck(l));
    if (s->count && exits_mostly(l))
        s->severity = SEVERITY_MEDIUM;
    if (limit)
        tally_note(s, "its requests were cut %s after the signal, and %s later it was killed",
                   DURATION_HUMAN(limit - l->t0_ns), DURATION_HUMAN(l->kill_ns - limit));
    else if (s->count)
        tally_note(s, "killed %s after its last answer%s", DURATION_HUMAN(late_ns(l)),
                   listens_again(l) ? "; it listened again: the signal restarts it"
                   : !l->closed_ns  ? "; its listener was still open"
                                    : "");
}

/* Nothing was lost and nothing dragged on. Where no client is connected, there is nothing to lose,
 * and only a process with a handler can have meant its status. */
static bool is_clean_drain(const struct view *l)
{
    struct tally large = {0};
    struct cuts cuts;

    if (late_ns(l) > MS(1000))
        return false;
    if (view_run_is(l, RUN(BARE)))
        return l->facts->main.disposition == DISPOSITION_CAUGHT;
    cuts_find(l, &cuts);
    tally_attempts(&large, l, LARGE_LOADS | STREAM_LOADS, was_in_flight, is_lost);
    return cuts.of && !run_failed_in_flight(l) && !large.count &&
           gone_ns(l) - but_streams_ns(l) <= MS(1000);
}

/* Dying by the signal, or 128 plus its number, is a convention of its own (signal(7), POSIX
 * shells): that is only worth knowing. */
void find_exit_code(const struct view *l, struct tally *s)
{
    const struct target_verdict *t = &l->run->target;
    int signo = l->run->n_signals ? l->run->signals[0].signo : 0;

    if (!view_run_is(l, RUN(MAIN) | RUN(GROUP) | RUN(BARE)) || !l->ended_itself ||
        !l->run->n_signals)
        return;
    if (!t->exit_signal && t->exit_code < 0)
        return; /* not known */
    if (!is_clean_drain(l))
        return;
    tally_whole(s, t->exit_signal || t->exit_code);
    if (!s->count)
        return;
    if (t->exit_signal == signo || (!t->exit_signal && t->exit_code == 128 + signo))
        s->severity = SEVERITY_INFO;
    if (t->exit_signal)
        tally_note(s, "after a clean drain it died of %s", signame_name(t->exit_signal));
    else
        tally_note(s, "after a clean drain it exited with %d", t->exit_code);
}
