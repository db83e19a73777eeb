/* When the server had nothing left to do, and how long after that it was gone. */
#include "check/rules.h"

#define MS(n) ((int64_t)(n)*1000000)

/* Loads of which one that was in flight may also lie in a queue that no process serves any more. */
#define PASSING_LOADS (ANY_LOAD_ARRIVALS | LOAD(STEADY) | ANY_LOAD_IDLE)

/* It was at work at the signal, or a request that came later was served. One that is refused (503)
 * or that no process takes keeps no server alive. */
static bool keeps_busy(const struct view *l, const struct attempt *a)
{
    bool at_work = phase_is_in_flight(a->phase) && !load_in(l, a, PASSING_LOADS);

    return a->connected_ns && !is_waiting(l->facts, a) && !is_unaccepted(l, a) &&
           (at_work || (a->answer.whole && a->outcome != OUTCOME_REFUSED));
}

int64_t busy_ns(const struct view *l, load_set leaving_out)
{
    int64_t last = l->t0_ns;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->end_ns > last && keeps_busy(l, a) && !load_in(l, a, leaving_out))
            last = a->end_ns;
    }
    return last;
}

/* The last answer to a request that came after the signal. */
static int64_t served_new_ns(const struct view *l)
{
    int64_t last = l->t0_ns;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->start_ns > l->t0_ns && a->answer.whole && a->outcome != OUTCOME_REFUSED &&
            a->end_ns > last)
            last = a->end_ns;
    }
    return last;
}

/* What it still had to do says nothing: a listener that is held open for that takes no request. */
bool serves_while_it_listens(const struct view *main)
{
    int64_t served = served_new_ns(main), idle = main->closed_ns - served;

    return !run_leaves_hanging(main) && main->closed_ns && idle <= MS(LATE_MS) &&
           idle <= served - main->t0_ns;
}

int64_t late_ns(const struct view *l)
{
    int64_t gone = gone_ns(l), busy = busy_ns(l, SILENT_LOADS);

    if (!gone)
        return 0;
    if (!view_run_is(l, RUN(MAIN)) &&
        (!has_run(l, RUN(MAIN)) || other_run(l, RUN(MAIN), serves_while_it_listens)))
        busy = later(busy, l->closed_ns);
    busy += view_held_ns(l, busy, gone); /* what drainctl itself may have been late */
    return gone > busy ? gone - busy : 0;
}

bool is_late(const struct view *l)
{
    return l->t0_ns && l->ended_itself && late_ns(l) > MS(LATE_MS);
}

bool is_stuck(const struct view *l)
{
    return l->t0_ns && !l->ended_itself && !l->facts->course.interrupted &&
           late_ns(l) > MS(LATE_MS);
}

bool in_time(const struct view *l)
{
    return l->t0_ns && l->ended_itself && late_ns(l) <= MS(LATE_MS);
}

int64_t but_streams_ns(const struct view *l)
{
    return busy_ns(l, SILENT_LOADS | STREAM_LOADS | SUBSCRIPTION_LOADS | LARGE_LOADS);
}
