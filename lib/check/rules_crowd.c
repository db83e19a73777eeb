/* Rules about many subscriptions: how they end, and what is said to who comes back. */
#include "check/rules.h"

#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"

#define MS(n) ((int64_t)(n)*1000000)

enum { STORM = 100, STORM_MS = 100 };

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

/* Those that were open at the signal and that the server ended, by itself or by its exit. */
static size_t ends_of(const struct view *l, int64_t *out)
{
    size_t n = 0;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, LOAD(CROWD)) && was_in_flight(l, a) && a->first_ns && a->end_ns &&
            a->end_ns < l->kill_ns && a->outcome != OUTCOME_UNFINISHED)
            out[n++] = a->end_ns;
    }
    qsort(out, n, sizeof *out, by_time);
    return n;
}

/* The most ends within STORM_MS; from when on, into *from. */
static size_t most_at_once(const int64_t *ends, size_t n, int64_t *from)
{
    size_t most = 0;

    for (size_t first = 0, last = 0; last < n; last++) {
        while (ends[last] - ends[first] > MS(STORM_MS))
            first++;
        if (last - first + 1 > most) {
            most = last - first + 1;
            *from = ends[first];
        }
    }
    return most;
}

/* What drainctl saw at once after it was held up may have come one by one meanwhile: then
 * enough more must have ended that some STORM_MS of that time saw a storm all the same. */
static int64_t storm_of(const struct view *l, int64_t from)
{
    int64_t held_ns = view_held_ns(l, from - MS(STORM_MS), from + MS(STORM_MS));

    return STORM * (MS(STORM_MS) + held_ns) / MS(STORM_MS);
}

void find_close_storm(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(CROWD)) || !l->t0_ns)
        return;
    int64_t from = 0, *ends = mem_zero(l->run->n_attempts + 1, sizeof *ends);
    size_t n = ends_of(l, ends), most = most_at_once(ends, n, &from);

    free(ends);
    bool unsure = most >= STORM && (int64_t)most < storm_of(l, from);
    if (n < STORM || unsure)
        return;
    s->of = (int64_t)n;
    s->count = most >= STORM ? (int64_t)most : 0;
    tally_note(s, "within %d ms, %s after the signal", STORM_MS, DURATION_HUMAN(from - l->t0_ns));
}

/* A browser's EventSource gives up for good when it is answered with anything but 200 (HTML, 9.2.2:
 * "fail the connection"); a refused connection it tries again. */
static bool is_turned_away(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->answer.whole && a->status >= 400;
}

static bool was_reached(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && a->start_ns > l->t0_ns && a->first_ns && a->first_ns < l->kill_ns;
}

static bool was_open_stream(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && a->status == 200;
}

void find_eventsource_ended(const struct view *l, struct tally *s)
{
    struct tally open = {0};

    if (!view_run_is(l, RUN(CROWD)) || !l->t0_ns)
        return;
    tally_attempts(&open, l, LOAD(CROWD), was_open_stream, is_never_bad);
    if (!open.of) /* no stream of events, even without a signal */
        return;
    tally_attempts(s, l, LOAD(COMING_BACK), was_reached, is_turned_away);
    if (s->count)
        tally_note(s,
                   "a client that came back to the subscription during the drain was answered with "
                   "an error, and a browser's EventSource never comes again");
}
