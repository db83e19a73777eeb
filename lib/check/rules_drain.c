/* Rules about the drain itself: what clients are told, who is still served, what drags on. */
#include "check/rules.h"

#include <string.h>

#include "base/duration.h"

#define MS(n) ((int64_t)(n)*1000000)

/* Connected after the signal had its effect, and never answered. A connection that the
 * closing of the listener resets at once is another defect. */
static bool is_after_signal(const struct view *l, const struct attempt *a)
{
    return a->connected_ns && a->start_ns > l->t0_ns + MS(20) && !a->conn.reused;
}

/* No process took it as long as one could have: it ends with the listener or the process. What a
 * server takes and then drops, however late, ends while both are there. */
static bool is_hanging(const struct view *l, const struct attempt *a)
{
    int64_t gone = gone_ns(l), end = a->end_ns + MS(20);
    bool to_the_end = a->outcome != OUTCOME_CUT_OFF || (l->closed_ns && end >= l->closed_ns) ||
                      (gone && end >= gone);

    return has_no_byte(l, a) && (is_lost(l, a) || waits_for_next(l, a)) && a->sent_ns &&
           to_the_end && a->end_ns - a->sent_ns >= MS(50) + view_held_ns(l, a->sent_ns, a->end_ns);
}

static void find_hanging(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !run_served_before(l))
        return;
    tally_attempts(s, l, ANY_LOAD_ARRIVALS, is_after_signal, is_hanging);
    if (s->count < 3) /* one or two can be the listener's end */
        s->count = 0;
}

bool run_leaves_hanging(const struct view *l)
{
    struct tally hanging = {0};

    find_hanging(l, &hanging);
    return hanging.count > 0;
}

/* In the queue of a socket that drainctl holds they wait for the next start, as they should. */
void find_nobody_accepts(const struct view *l, struct tally *s)
{
    if (!l->held)
        find_hanging(l, s);
}

static int64_t last_answer_ns(const struct view *l)
{
    int64_t last = 0;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->answer.whole && load_in(l, a, INFLIGHT_LOADS) && a->end_ns > last)
            last = a->end_ns;
    }
    return last;
}

/* From when on the server takes no new connection: its listener closed; or a main process holds it
 * until the last answer is out, and at least three that came hang from then on. 0: it took them
 * all. */
static int64_t takes_none_ns(const struct view *l)
{
    int64_t from = 0;
    size_t hanging = 0;

    if (l->closed_ns && l->closed_ns < last_answer_ns(l))
        return l->closed_ns;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (!load_in(l, a, ANY_LOAD_ARRIVALS) || !is_after_signal(l, a) || !is_hanging(l, a))
            continue;
        hanging++;
        if (!from || a->start_ns < from)
            from = a->start_ns;
    }
    return hanging >= 3 ? from : l->closed_ns;
}

/* Only answers written well after that: before it the server may still be waiting for its load
 * balancer, and rightly keeps connections alive. */
static bool is_written_late(const struct view *l, const struct attempt *a, int64_t from_ns)
{
    /* RFC 9112 section 9.6: close goes onto the last answer, not onto the first of a pair */
    if (l->run->plan.loads[a->load].shape == SHAPE_PIPELINED && a->request % 2 == 1)
        return false;
    return a->answer.whole && a->status >= 200 &&
           a->first_ns > from_ns + MS(100) + 3 * view_held_ns(l, l->t0_ns - MS(100), a->first_ns);
}

void find_no_close(const struct view *l, struct tally *s)
{
    int64_t from_ns = view_run_is(l, RUN(MAIN)) && keeps_alive(l) ? takes_none_ns(l) : 0;

    for (size_t i = 0; from_ns && i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, ANY_LOAD) && is_written_late(l, a, from_ns))
            tally_one(s, l, a, is_untold(l, a));
    }
}

static bool is_reused_late(const struct view *l, const struct attempt *a)
{
    return a->conn.reused && a->start_ns > l->closed_ns + MS(200) && a->start_ns < l->kill_ns;
}

static bool is_served_on(const struct view *l, const struct attempt *a)
{
    return is_completed(l, a) && is_untold(l, a);
}

void find_served_forever(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(MAIN)) || !l->closed_ns)
        return;
    tally_attempts(s, l, LOAD(STEADY), is_reused_late, is_served_on);
    if (s->count < 3) /* an answer without the header, then a close, is no-connection-close */
        s->count = 0;
}

static bool is_shed(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->status == 503 && a->end_ns > l->t0_ns;
}

static bool was_shed_before(const struct view *l, const struct attempt *a)
{
    return a->status == 503 && a->end_ns && a->end_ns <= l->t0_ns;
}

void find_shed_loop(const struct view *l, struct tally *s)
{
    struct tally before = {0};

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns)
        return;
    tally_attempts(&before, l, ANY_LOAD, was_shed_before, any_attempt);
    if (!before.count) /* else it sheds load anyway */
        tally_attempts(s, l, ANY_LOAD, is_shed, is_untold);
}

/* The status that a health path had at an instant; 0 when none was seen (or refused). */
static int64_t health_at(const struct view *l, const char *path, int64_t t_ns, bool *polled)
{
    int64_t status = 0;

    for (const struct event *e = NULL; (e = next_event(l, EVENT_HEALTH, e));)
        if (e->text && strcmp(e->text, path) == 0) {
            *polled = true;
            if (e->t_ns <= t_ns)
                status = e->status;
        }
    return status;
}

/* Asked well after the signal, and answered at once: a server that is slow to answer because its
 * machine is busy may be slow to see the signal, too. */
static bool is_asked_late(const struct view *l, const struct event *e)
{
    return e->at >= l->t0_ns + MS(250) &&
           e->t_ns - e->at - view_held_ns(l, e->at, e->t_ns) <= MS(150);
}

/* A listener that is closed is no readiness that stays: no client is sent there. But it says
 * nothing of readiness either: only an answer does. */
void find_health_stays(const struct view *l, struct tally *s)
{
    const char *path = l->run->plan.target.health_ready;
    bool turned = false, unsure = false, polled = false;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !path)
        return;
    int64_t before = health_at(l, path, l->t0_ns, &polled);
    if (before && (before < 200 || before >= 300))
        return; /* it was not ready, or no readiness path, all along */
    for (const struct event *e = NULL; !s->count && (e = next_event(l, EVENT_HEALTH, e));) {
        if (!e->text || strcmp(e->text, path) != 0 || e->t_ns <= l->t0_ns)
            continue;
        bool ready = e->status >= 200 && e->status < 300;

        if ((l->exit_ns && e->t_ns >= l->exit_ns) || e->t_ns >= l->kill_ns)
            break; /* a process that is gone tells nothing */
        turned |= !ready && e->status > 0;
        unsure |= ready && e->at >= l->t0_ns + MS(250);
        if (!ready || !is_asked_late(l, e))
            continue;
        tally_whole(s, true);
        tally_note(s, "%s was asked %s after the signal, and answered %lld", path,
                   DURATION_HUMAN(e->at - l->t0_ns), (long long)e->status);
    }
    turned &= !l->closed_ns || l->facts->health.open_after_turn; /* else it warned no client */
    if (turned && !unsure && !s->count)
        tally_whole(s, false);
}

/* Refused is no answer: the platform's probe may use another port. Only a bad answer counts. */
void find_liveness(const struct view *l, struct tally *s)
{
    const char *path = l->run->plan.target.health_live;
    bool polled = false;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !path)
        return;
    if (health_at(l, path, l->t0_ns, &polled) >= 400 || !polled)
        return; /* it was failing before */
    for (const struct event *e = NULL; (e = next_event(l, EVENT_HEALTH, e));) {
        if (!e->text || strcmp(e->text, path) != 0 || e->t_ns <= l->t0_ns || e->status <= 0 ||
            (l->exit_ns && e->t_ns >= l->exit_ns) || e->t_ns >= l->kill_ns)
            continue;
        s->of = 1; /* it answered after the signal */
        if (e->status >= 400 && !s->count) {
            s->count = 1;
            tally_note(s, "%s answered %lld, %s after the signal", path, (long long)e->status,
                       DURATION_HUMAN(e->t_ns - l->t0_ns));
        }
    }
}

/* Answered after the signal, and the answer broke off: the handler was done, its bytes were not. */
static bool is_answer_begun(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && a->first_ns > l->t0_ns;
}

static bool is_broken_answer(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && a->reason != REASON_TRUNCATED && a->end && a->end->header_done &&
           (a->phase != PHASE_SENDING || a->reason == REASON_CLOSED_MID_RESPONSE);
}

/* What is cut long after the signal as the process exits, or after it was to be read fast, met a
 * limit: and it may have been slow because of us. */
static bool is_cut_unlimited(const struct view *l, const struct attempt *a)
{
    int64_t limit_ns = l->t0_ns + MS(2000) + view_held_ns(l, l->t0_ns, a->end_ns);
    bool at_exit = l->exit_ns && a->end_ns > l->exit_ns - MS(50);

    return is_broken_answer(l, a) &&
           (a->end_ns <= limit_ns || (!at_exit && !load_in(l, a, LARGE_LOADS)));
}

/* Half sent at the signal: to the handler it was done long before, and only a slow reader shows
 * that it was not. What is cut beside the requests in flight is another defect's. */
void find_not_flushed(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(MAIN)))
        return;
    tally_attempts(s, l, ANY_LOAD, is_answer_begun, is_cut_unlimited);
    tally_attempts(s, l, LARGE_LOADS, is_half_sent, is_cut_unlimited);
}

void find_recycle_drop(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(CONTROL)) && !l->t0_ns)
        tally_attempts(s, l, ANY_LOAD, any_attempt, is_cut);
}

static bool is_stream_cut(const struct view *l, const struct attempt *a)
{
    return a->first_ns && a->first_ns <= l->t0_ns && (is_cut(l, a) || is_truncated(l, a));
}

static int64_t first_cut_ns(const struct view *l)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, STREAM_LOADS) && was_in_flight(l, a) && is_stream_cut(l, a) &&
            a->end_ns < first)
            first = a->end_ns;
    }
    return first;
}

/* Where plain requests are cut as well, that is what is wrong. Cut later than at the signal, it met
 * a limit that is too short for it. */
void find_stream_cut(const struct view *l, struct tally *s)
{
    struct tally short_ones = {0};

    if (!view_run_is(l, RUN(MAIN)) || run_lost_in_flight(l) || stream_never_ends(l))
        return;
    tally_attempts(s, l, STREAM_LOADS, was_in_flight, is_stream_cut);
    if (!s->count)
        return;
    int64_t after_ns = first_cut_ns(l) - l->t0_ns;

    tally_attempts(&short_ones, l, STREAM_LOADS, was_in_flight, is_truncated);
    if (after_ns > MS(500))
        s->severity = SEVERITY_MEDIUM;
    tally_note(s, "the first was cut %s after the signal%s", DURATION_HUMAN(after_ns),
               short_ones.count ? ", and looks complete: without a signal the answer is longer"
                                : "");
}
