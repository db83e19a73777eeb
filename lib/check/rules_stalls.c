/* Rules about what drags on: the exit that comes late or never, and what it waits for. */
#include "check/rules.h"

#define MS(n) ((int64_t)(n)*1000000)

/* From the first on an exit is late; a wait that ends by itself within the second figure is a
 * choice (Go waits 5 s). */
enum { LATE_MS = 1000, BOUNDED_MS = 6000 };

/* Runs in which no idle and no silent connection is open that could hold up the exit. */
#define BARE_RUNS (RUN(BARE) | RUN(GROUP) | ANY_RUN_SECOND_TERM | RUN(ACCEPT_QUEUE))

/* Loads of which one that was in flight may also lie in a queue that nobody serves any more. */
#define PASSING_LOADS (ANY_LOAD_ARRIVALS | LOAD(STEADY) | ANY_LOAD_IDLE)

/* It was at work at the signal, or a request that came later was served. One that is refused (503)
 * or that nobody takes keeps no server alive. */
static bool keeps_busy(const struct view *l, const struct attempt *a)
{
    bool at_work = phase_is_in_flight(a->phase) && !load_in(l, a, PASSING_LOADS);

    return a->connected_ns && !is_waiting(l->facts, a) && !is_unaccepted(l, a) &&
           (at_work || (a->whole && a->outcome != OUTCOME_REFUSED));
}

/* The last thing that kept the server busy, leaving out these loads. */
static int64_t busy_ns(const struct view *l, load_set leaving_out)
{
    int64_t last = l->t0_ns;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->end_ns > last && keeps_busy(l, a) && !load_in(l, a, leaving_out))
            last = a->end_ns;
    }
    return last;
}

/* It serves as long as it listens: a delay for its load balancer. check-main shows it, where
 * requests go on coming; a listener that nobody serves for most of that time is no work. */
static bool serves_while_it_listens(const struct view *main)
{
    int64_t busy = busy_ns(main, SILENT_LOADS), idle = main->closed_ns - busy;

    return !run_leaves_hanging(main) && main->closed_ns && idle <= MS(LATE_MS) &&
           idle <= busy - main->t0_ns;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
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

static bool is_late(const struct view *l)
{
    return l->t0_ns && l->ended_itself && late_ns(l) > MS(LATE_MS);
}

static bool is_stuck(const struct view *l)
{
    return l->t0_ns && !l->ended_itself && !l->facts->course.interrupted &&
           late_ns(l) > MS(LATE_MS);
}

static bool in_time(const struct view *l)
{
    return l->t0_ns && l->ended_itself && late_ns(l) <= MS(LATE_MS);
}

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
    return a->whole && a->end_ns <= l->t0_ns && is_untold(l, a);
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
                   "%.1f s from the last answer to the %s; with no idle connection it takes "
                   "less than 1 s",
                   (double)late_ns(l) / 1e9, l->ended_itself ? "exit" : "kill");
}

/* Workers that read one connection at a time wait in each that says nothing, and then there is
 * nobody to answer, signal or not. What they wait for cannot be seen from outside. */
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

/* Killed, and its listener was never closed: it did not come to wait for connections. */
static bool never_began(const struct view *l)
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
    tally_note(s, "%.1f s from the %s to the %s%s", (double)late / 1e9,
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

#define ENDLESS_LOADS (STREAM_LOADS | SUBSCRIPTION_LOADS)

/* When all was over but the streams. */
int64_t but_streams_ns(const struct view *l)
{
    return busy_ns(l, SILENT_LOADS | ENDLESS_LOADS | LARGE_LOADS);
}

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
    int64_t from = l->t0_ns, gone = gone_ns(l);

    if (other_run(l, RUN(MAIN), serves_while_it_listens))
        from = later(from, l->closed_ns);
    from += view_held_ns(l, from, gone) + bare_late_ns(l);
    tally_attempts(s, l, LOAD(CROWD), was_in_flight,
                   gone >= from + MS(LATE_MS) ? may_stream_hold : is_never_bad);
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
    tally_note(s, "%.1f s from the %s to the %s", (double)held / 1e9,
               alone ? "signal" : "last answer",
               l->ended_itself ? "exit, when its own limit cut them" : "kill");
}

void find_exit_late(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(BARE) | RUN(GROUP) | ANY_RUN_SECOND_TERM) || !l->ended_itself ||
        run_lost_in_flight(l))
        return;
    tally_whole(s, is_late(l));
    if (s->count)
        tally_note(s,
                   view_run_is(l, RUN(BARE))
                       ? "it waited for %.1f s before it exited, with nobody connected"
                       : "%.1f s from the last answer to the exit, with no connection open",
                   (double)late_ns(l) / 1e9);
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

static bool is_held(const struct view *l)
{
    struct tally open = {0};

    tally_attempts(&open, l, ANY_LOAD, was_open_at_signal, is_open_to_the_end);
    return open.count > 0 || idle_to_the_end(l) > 0;
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
        tally_note(s,
                   "its requests were cut %.1f s after the signal, and %.1f s later it was killed",
                   view_ms(l, limit) / 1e3, (double)(l->kill_ns - limit) / 1e9);
    else if (s->count)
        tally_note(s, "killed %.1f s after its last answer%s", (double)late_ns(l) / 1e9,
                   listens_again(l) ? "; it listened again: the signal restarts it"
                   : !l->closed_ns  ? "; its listener was still open"
                                    : "");
}
