/* What rules of more than one kind ask of a run. */
#include "check/rules.h"

#include <string.h>

#define MS(n) ((int64_t)(n)*1000000)

bool is_untold(const struct view *l, const struct attempt *a)
{
    (void)l;
    return !a->answer.told_to_close && !(a->end && a->end->framing == FRAMING_CLOSE);
}

int64_t gone_ns(const struct view *l)
{
    if (l->ended_itself)
        return l->exit_ns;
    return l->kill_ns != INT64_MAX ? l->kill_ns : l->exit_ns;
}

static bool is_answer_after(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->end_ns > l->t0_ns + MS(100);
}

static bool is_answer_just_before(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->end_ns <= l->t0_ns && a->end_ns > l->t0_ns - MS(400);
}

bool run_served_before(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, ANY_LOAD, any_attempt, is_answer_just_before);
    return s.count > 0;
}

bool run_silent_after(const struct view *l)
{
    struct tally answers = {0}, lost = {0};

    tally_attempts(&lost, l, INFLIGHT_LOADS, was_open, is_lost);
    tally_attempts(&answers, l, ANY_LOAD, any_attempt, is_answer_after);
    return lost.of && lost.count == lost.of && !answers.count && !l->ended_itself;
}

static bool is_endless(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_TIMED_OUT && a->first_ns;
}

bool stream_never_ends(const struct view *l)
{
    struct tally s = {0};

    for (size_t i = 0; i < l->in->n; i++)
        if (view_run_is(&l->all[i], RUN(CONTROL)) && l->all[i].usable)
            tally_attempts(&s, &l->all[i], STREAM_LOADS, any_attempt, is_endless);
    return s.count > 0;
}

bool run_is_survived(const struct view *l)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_SURVIVOR, e));)
        if (e->status != 0 && !(l->held && e->status < 0)) /* a new connection was not refused */
            return true;
    return false;
}
