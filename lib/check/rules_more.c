/* Rules about signals that may do more than the shutdown signal alone: a second one, one to the
 * whole group, SIGINT. */
#include "check/rules.h"

#include <signal.h>

#include "base/duration.h"

#define MS(n) ((int64_t)(n)*1000000)

#define SHUTDOWN_RUNS (RUN(MAIN) | RUN(GROUP) | ANY_RUN_SECOND_TERM)

/* A server that cuts what is in flight this long after the signal does so by its own limit. */
enum { LIMIT_MS = 500 };

static bool kept_in_flight(const struct view *l)
{
    struct cuts cuts;

    cuts_find(l, &cuts);
    return cuts.of > 0 && !run_failed_in_flight(l);
}

static bool is_cut_or_failed(const struct view *l, const struct attempt *a)
{
    return is_cut_in_flight(l, a) || is_changed(l, a);
}

/* What was in flight had its time, and then a limit of the server's own cut it. */
static bool has_cut_late(const struct view *l)
{
    struct cuts cuts;

    cuts_find(l, &cuts);
    return cuts.count && cuts.first_ns - l->t0_ns >= MS(LIMIT_MS);
}

static bool is_cut_at_once(const struct view *l, const struct attempt *a)
{
    return is_cut_or_failed(l, a) &&
           a->end_ns <= l->t0_ns + MS(LIMIT_MS) / 2 + view_held_ns(l, l->t0_ns, a->end_ns);
}

void find_more_than_main(const struct view *l, struct tally *s, run_set runs)
{
    if (!view_run_is(l, runs))
        return;
    if (!other_run(l, RUN(MAIN), run_failed_in_flight) &&
        other_run(l, SHUTDOWN_RUNS, kept_in_flight)) {
        tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_or_failed);
        return;
    }
    if (other_run(l, RUN(MAIN), has_cut_late))
        tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_at_once);
    if (!s->count) /* what lasts as long as with one signal is cut all the same */
        s->of = 0;
}

void find_second_signal(const struct view *l, struct tally *s)
{
    find_more_than_main(l, s, ANY_RUN_SECOND_TERM);
    if (s->count && l->run->n_signals && l->run->signals[0].signo == SIGINT) {
        s->severity = SEVERITY_INFO;
        tally_note(s, "a second SIGINT forces the exit by convention");
    }
}

void find_group_signal(const struct view *l, struct tally *s)
{
    find_more_than_main(l, s, RUN(GROUP));
}

static bool was_killed(const struct view *l)
{
    return l->t0_ns && !l->ended_itself && l->kill_ns != INT64_MAX;
}

static bool ended(const struct view *l)
{
    return l->ended_itself;
}

void find_sigint(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(INT) | ANY_RUN_SECOND_INT) && was_killed(l) &&
        other_run(l, SHUTDOWN_RUNS, ended)) {
        tally_whole(s, true);
        s->uncounted = true;
        tally_note(s, "it did not end at SIGINT and was killed after %s",
                   DURATION_HUMAN(l->kill_ns - l->t0_ns));
        return;
    }
    find_more_than_main(l, s, RUN(INT));
}
