/* Rules about what drags on: what the exit waits for. */
#include "check/rules.h"

#include "base/duration.h"

#define MS(n) ((int64_t)(n)*1000000)

/* A wait that ends by itself within this time is a choice (Go waits 5 s). */
enum { BOUNDED_MS = 6000 };

static bool is_open_until(const struct view *l, const struct attempt *a, int64_t before_end_ns)
{
    int64_t gone = gone_ns(l);

    return a->connected_ns && !waits_for_next(l, a) &&
           (a->outcome == OUTCOME_UNFINISHED || (gone && a->end_ns >= gone - before_end_ns));
}

static bool is_open_to_the_end(const struct view *l, const struct attempt *a)
{
    return is_open_until(l, a, MS(100));
}

/* Without it the exit may not have been late. */
static bool may_hold_the_exit(const struct view *l, const struct attempt *a)
{
    return is_open_until(l, a, MS(LATE_MS));
}

static bool was_open_at_signal(const struct view *l, const struct attempt *a)
{
    (void)l;
    return phase_is_open(a->phase);
}

static bool was_silent(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && a->connected_ns <= l->t0_ns && a->phase == PHASE_SENDING;
}

static bool was_kept(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->end_ns <= l->t0_ns && is_untold(l, a);
}

/* How many of the kept-alive connections that no request came on any more were open until less than
 * LATE_MS before the end. */
static int64_t idle_to_the_end(const struct view *l)
{
    struct tally idle = {0};

    tally_attempts(&idle, l, LOAD(IDLE_UNUSED), was_kept, any_attempt);
    for (const struct event *e = NULL; (e = next_event(l, EVENT_CONN_CLOSED, e));) {
        struct attempt of = {.load = e->load};

        idle.of -= load_in(l, &of, LOAD(IDLE_UNUSED)) && e->t_ns < gone_ns(l) - MS(LATE_MS);
    }
    return idle.of;
}

/* Idle ones were open to the end. That it was they who held it up is found by elimination: nothing
 * silent was open, a run without idle connections ends in time, and this one does not. */
void find_idle_stalls(const struct view *l, struct tally *s)
{
    struct tally silent = {0};

    if (!view_run_is(l, RUN(MAIN) | RUN(IDLE_ALONE)) || !l->t0_ns || !has_run(l, BARE_RUNS))
        return;
    tally_attempts(&silent, l, SILENT_LOADS, any_attempt, may_hold_the_exit);
    tally_whole(s, (is_late(l) || is_stuck(l)) && !silent.count && idle_to_the_end(l) > 0 &&
                       !other_run(l, BARE_RUNS, is_late) && !other_run(l, BARE_RUNS, is_stuck) &&
                       other_run(l, BARE_RUNS, in_time));
    if (s->count && l->ended_itself && late_ns(l) <= MS(BOUNDED_MS))
        s->severity = SEVERITY_LOW;
    if (s->count)
        tally_note(s,
                   "%s from the last answer to the %s; with no idle connection it takes less than "
                   "1 s",
                   DURATION_HUMAN(late_ns(l)), l->ended_itself ? "exit" : "kill");
}

/* Workers that read one connection at a time wait in each that says nothing, and then there is
 * no client to answer, signal or not. What they wait for cannot be seen from outside. */
static bool holds_the_workers(const struct view *l, struct tally *s)
{
    if (!run_silent_after(l) || run_served_before(l))
        return false;
    tally_attempts(s, l, SILENT_LOADS, was_silent, is_open_to_the_end);
    tally_note(s,
               "no request was answered, after the signal or just before it: probably these hold "
               "its workers");
    return s->count > 0;
}

bool never_began(const struct view *l)
{
    return is_stuck(l) && !l->closed_ns;
}

static bool ends_itself(const struct view *l)
{
    return l->t0_ns && l->ended_itself;
}

/* How late it is with no such connection open. */
static int64_t bare_late_ns(const struct view *l)
{
    int64_t late = 0;

    for (size_t i = 0; i < l->in->n; i++)
        if (view_run_is(&l->all[i], BARE_RUNS) && l->all[i].usable && l->all[i].ended_itself)
            late = later(late, late_ns(&l->all[i]));
    return late > MS(LATE_MS) ? late : 0;
}

/* It does not end without them either. Once in many times something else may have kept it. */
static bool is_stuck_without(const struct view *l)
{
    size_t bare = 0, stuck = 0;

    for (size_t i = 0; i < l->in->n; i++)
        if (view_run_is(&l->all[i], BARE_RUNS) && l->all[i].usable && l->all[i].t0_ns) {
            bare++;
            stuck += is_stuck(&l->all[i]);
        }
    return stuck * 4 > bare;
}

/* In a run of their own nothing else was open; what that run shows is theirs, where a run without
 * them ends. */
static bool tells_of_silent(const struct view *l, struct tally *s)
{
    if (!l->t0_ns || is_stuck_without(l))
        return false;
    if (view_run_is(l, RUN(SILENT_ALONE)))
        return other_run(l, BARE_RUNS, ends_itself);
    return view_run_is(l, RUN(MAIN)) && !holds_the_workers(l, s) && !never_began(l);
}

/* Beside requests in flight they have as long as these take; alone they get a second for that. */
static int64_t silent_patience_ns(const struct view *l)
{
    return MS(view_run_is(l, RUN(SILENT_ALONE)) ? 2 * LATE_MS : LATE_MS);
}

/* Subscriptions were open to the end, too, and kept it busy: it may as well have been these. */
static bool hidden_by_streams(const struct view *l)
{
    struct tally silent = {0}, streams = {0};

    tally_attempts(&silent, l, SILENT_LOADS, was_silent, is_open_to_the_end);
    find_stream_stalls(l, &streams);
    return silent.count > 0 && streams.count > 0;
}

/* A bounded wait is a choice: low; more, or no end, is worse. Half
 * a request head deserves a longer wait than none. */
void find_silent_stalls(const struct view *l, struct tally *s)
{
    int64_t late = late_ns(l) - bare_late_ns(l);

    if (!tells_of_silent(l, s))
        return;
    if (late > silent_patience_ns(l))
        tally_attempts(s, l, late > MS(BOUNDED_MS) ? SILENT_LOADS : LOAD(SILENT), was_silent,
                       may_hold_the_exit);
    else if (l->ended_itself &&
             !hidden_by_streams(l)) /* killed while they were open: nothing tells what held it */
        tally_attempts(s, l, LOAD(SILENT), was_silent, is_never_bad);
    if (!s->count)
        return;
    if (l->ended_itself && late <= MS(BOUNDED_MS))
        s->severity = SEVERITY_LOW;
    tally_note(s, "%s from the %s to the %s%s", DURATION_HUMAN(late),
               view_run_is(l, RUN(SILENT_ALONE)) ? "signal" : "last answer",
               l->ended_itself ? "exit" : "kill",
               view_run_is(l, RUN(SILENT_ALONE)) ? ", with nothing else open"
               : idle_to_the_end(l) > 0 ? "; idle kept-alive ones were open as long, and it may be "
                                          "these that it waited for"
                                        : "");
}

/* One framed by the connection's end (RFC 9112 section 6.3) looks whole even after a kill. */
static bool is_stream_open(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && a->first_ns && is_open_to_the_end(l, a);
}

/* A process may need a moment to exit when its last stream is gone. */
static bool may_stream_hold(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && a->first_ns && may_hold_the_exit(l, a);
}

/* On a busy machine the exit that follows its end may take longer than that moment. */
static bool has_lasted(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && a->first_ns && a->end_ns >= l->t0_ns + MS(LATE_MS);
}

#define ENDLESS_LOADS (STREAM_LOADS | SUBSCRIPTION_LOADS)

/* It ended before the process did, so that the exit did not wait for it. */
static bool is_ended_before(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && !is_stream_open(l, a);
}

/* They alone were left: everything else had ended a second before the end. An answer that has an
 * end is waited for rightly, and stalls only when the end is a kill. */
static int64_t stalled_beside_requests(const struct view *l, struct tally *s)
{
    load_set endless = SUBSCRIPTION_LOADS | (stream_never_ends(l) ? STREAM_LOADS : 0);
    load_set loads = l->ended_itself ? endless : ENDLESS_LOADS;
    int64_t last = but_streams_ns(l), gone = gone_ns(l);

    last += view_held_ns(l, last, gone);
    if (gone >= last + MS(LATE_MS))
        tally_attempts(s, l, loads, was_in_flight, is_stream_open);
    else /* those that were open as long as requests were prove nothing */
        tally_attempts(s, l, endless, is_ended_before, is_never_bad);
    return gone - last;
}

/* Nothing else was under way: what the exit waited for longer than it does without any, it waited
 * for these. */
static int64_t stalled_alone(const struct view *l, struct tally *s)
{
    bool delays = other_run(l, RUN(MAIN), serves_while_it_listens);
    int64_t from = delays ? later(l->t0_ns, l->closed_ns) : l->t0_ns, gone = gone_ns(l);

    from += view_held_ns(l, from, gone) + bare_late_ns(l);
    tally_attempts(s, l, LOAD(CROWD), was_in_flight,
                   gone < from + MS(LATE_MS) ? is_never_bad
                   : delays                  ? may_stream_hold
                                             : has_lasted);
    return gone - from;
}

void find_stream_stalls(const struct view *l, struct tally *s)
{
    bool alone = view_run_is(l, RUN(CROWD));

    if (!(alone || view_run_is(l, RUN(MAIN))) || !l->t0_ns || !gone_ns(l) ||
        l->facts->course.interrupted)
        return;
    int64_t held = alone ? stalled_alone(l, s) : stalled_beside_requests(l, s);
    if (!s->count)
        return;
    if (l->ended_itself && held <= MS(BOUNDED_MS))
        s->severity = SEVERITY_LOW;
    tally_note(s, "%s from the %s to the %s", DURATION_HUMAN(held),
               alone ? "signal" : "last answer",
               l->ended_itself ? "exit, when its own limit cut them" : "kill");
}

bool is_held(const struct view *l)
{
    struct tally open = {0};

    tally_attempts(&open, l, ANY_LOAD, was_open_at_signal, is_open_to_the_end);
    return open.count > 0 || idle_to_the_end(l) > 0;
}
