#include "session/pool_line.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/messages.h"

/* The time from a run's signal to the SIGKILL of its plan, which ends every run; 0: it has none. */
static int64_t killed_after_ns(const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].signo == SIGKILL && plan->signals[i].when.kind == WHEN_AFTER)
            return plan->signals[i].when.at_ns;
    return 0;
}

/* Seconds that it can take from now on; 0: nothing limits it but its timeout. */
static int64_t left_s(const struct job *job, const struct place *place)
{
    int64_t limit_ns = killed_after_ns(job->plan);
    if (limit_ns == 0)
        return 0;
    if (place->state == PLACE_WAITING)
        limit_ns -= clock_ns() - place->signalled_ns;
    else
        limit_ns += job->plan->target.ready.within_ns;
    return limit_ns > NS_PER_S ? limit_ns / NS_PER_S : 1;
}

/* Those that wait are many; what is at work is what is being tried. */
static const struct job *shown(const struct job *jobs, const struct place *places, size_t count,
                               size_t *at)
{
    static const enum place_state order[] = {PLACE_AT_WORK, PLACE_WAITING};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < count; i++)
            if (places[i].state == order[k]) {
                *at = i;
                return &jobs[i];
            }
    return NULL;
}

void pool_line_show(const struct job *jobs, const struct place *places, size_t count)
{
    char text[256], most[40] = "";
    size_t over = 0, running = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        over += places[i].state == PLACE_OVER;
        running += places[i].state == PLACE_AT_WORK || places[i].state == PLACE_WAITING;
    }
    int n = snprintf(text, sizeof text, "%zu of %zu runs done, %zu running", over, count, running);
    const struct job *job = shown(jobs, places, count, &at);
    if (job && job->plan->audit) {
        int64_t s = left_s(job, &places[at]);
        if (s > 0)
            snprintf(most, sizeof most, ", at most %" PRId64 " s", s);
        snprintf(text + n, sizeof text - (size_t)n, "%s: %.120s", most, job->plan->about);
    }
    message_progress(text);
}
