/* What one run shows against a sentence of "what was fine", though the sentence's own rule looks
 * elsewhere or at other runs. Named in the head of a defect's page, after "unless:". */
#include "check/rules.h"

#define MS(n) ((int64_t)(n)*1000000)

/* Killed after a signal that was to stop it. */
static bool was_killed(const struct view *l)
{
    return l->t0_ns && !l->ended_itself && l->kill_ns != INT64_MAX &&
           !view_run_is(l, RUN(UNRELATED_SIGNAL) | ANY_TRY_AGAIN);
}

bool denies_obeys(const struct view *l)
{
    return was_killed(l);
}

bool denies_limit(const struct view *l)
{
    struct tally overrun = {0};

    find_deadline_ignored(l, &overrun);
    return overrun.count > 0 ||
           (was_killed(l) && !view_run_is(l, ANY_RUN_STARTUP | ANY_RUN_ALONE | RUN(PID1)));
}

/* A run that was to be over with its requests dragged on, whatever held it. */
bool denies_exit_in_time(const struct view *l)
{
    struct tally streams = {0};

    find_stream_stalls(l, &streams);
    return l->t0_ns &&
           !view_run_is(l,
                        RUN(DEADLINE) | ANY_RUN_STARTUP | RUN(UNRELATED_SIGNAL) | ANY_TRY_AGAIN) &&
           (was_killed(l) || late_ns(l) > MS(1000) || streams.count > 0);
}

bool denies_nobody_listens(const struct view *l)
{
    return l->ended_itself && run_is_survived(l);
}

bool denies_nobody_left(const struct view *l)
{
    return l->ended_itself && (run_is_survived(l) || next_event(l, EVENT_ORPHAN, NULL));
}

static bool is_failure(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_FAILED;
}

/* A server error to a request in flight, in any run with a signal. */
bool denies_no_failure(const struct view *l)
{
    struct tally s = {0};

    if (l->t0_ns)
        tally_attempts(&s, l, ANY_LOAD, was_in_flight, is_failure);
    return s.count > 0;
}

/* Silent connections that were open long after the process had gone: a process held them. */
static bool is_held_after_exit(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && l->exit_ns && a->end_ns > l->exit_ns + MS(500) &&
           !waits_for_next(l, a);
}

bool denies_silent_no_hindrance(const struct view *l)
{
    struct tally s = {0};

    if (view_run_is(l, RUN(MAIN)) && l->t0_ns)
        tally_attempts(&s, l, LOAD(SILENT), any_attempt, is_held_after_exit);
    return s.count > 0;
}

/* Some answers of the run were cut and looked complete: then those with which nothing can be
 * compared are not known to be whole. */
bool denies_whole(const struct view *l)
{
    struct tally cut = {0};

    find_truncated(l, &cut);
    if (view_run_is(l, RUN(MAIN)))
        tally_attempts(&cut, l, STREAM_LOADS, was_in_flight, is_truncated);
    find_header_cut(l, &cut);
    return cut.count > 0;
}
