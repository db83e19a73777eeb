/* Rules about the first moments after the signal: what was in flight, in the queue, on its way. */
#include "check/rules.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"

#define MS(n) ((int64_t)(n)*1000000)

/* The answer had not begun after the signal: one that began and broke off is another defect. */
bool is_cut_in_flight(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && a->reason != REASON_TRUNCATED && a->first_ns <= l->t0_ns;
}

static bool is_lost_in_flight(const struct view *l, const struct attempt *a)
{
    return was_in_flight(l, a) && is_lost(l, a);
}

bool run_lost_in_flight(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, INFLIGHT_LOADS, was_in_flight, is_lost_in_flight);
    return s.count > 0;
}

/* A whole answer may be a loss, too: an error that the path never had before. */
static bool is_failed_in_flight(const struct view *l, const struct attempt *a)
{
    return is_lost(l, a) || is_changed(l, a);
}

bool run_failed_in_flight(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, INFLIGHT_LOADS, was_in_flight, is_failed_in_flight);
    return s.count > 0;
}

static bool is_role_cut(const struct view *l, const struct attempt *a)
{
    return load_in(l, a, INFLIGHT_LOADS) && was_in_flight(l, a) && is_cut_in_flight(l, a);
}

/* A whole answer or a new connection after the last cut: the process lived on. */
static bool lived_on(const struct view *l, int64_t last_cut_ns)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->answer.whole && a->first_ns > last_cut_ns + MS(10))
            return true;
    }
    return !l->exit_ns || l->exit_ns > last_cut_ns + MS(25);
}

static bool is_answered_frozen(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->end_ns > l->t0_ns;
}

/* The server goes on working after the signal when nothing was cut: it answers what the freeze
 * held back. A process that exits at the signal does not. */
static bool works_after_signal(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, LOAD(FROZEN), is_answered_frozen, is_answered_frozen);
    return s.count > 0;
}

void cuts_find(const struct view *l, struct cuts *cuts)
{
    struct tally s = {0};

    memset(cuts, 0, sizeof *cuts);
    tally_attempts(&s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
    cuts->of = s.of;
    cuts->count = s.count;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (!is_role_cut(l, a))
            continue;
        if (!cuts->first_ns || a->end_ns < cuts->first_ns)
            cuts->first_ns = a->end_ns;
        if (a->end_ns > cuts->last_ns)
            cuts->last_ns = a->end_ns;
    }
    cuts->at_exit = cuts->count && l->ended_itself && !lived_on(l, cuts->last_ns) &&
                    !(cuts->first_ns - l->t0_ns <= MS(50) &&
                      other_run(l, RUN(ACCEPT_QUEUE) | RUN(KEEPALIVE_RACE), works_after_signal));
}

static bool had_in_flight(const struct view *l)
{
    struct cuts cuts;

    cuts_find(l, &cuts);
    return cuts.of > 0;
}

static int64_t second_ns(const struct view *l)
{
    return l->run->n_signals > 1 && l->run->signals[1].t_ns ? l->run->signals[1].t_ns
                                                            : l->t0_ns + MS(100);
}

/* What one signal does to requests in flight: check-main shows it. Where its other clients held all
 * the workers, so that none was in flight, the time before a second signal does. */
static bool shows_one_signal(const struct view *l, struct cuts *cuts)
{
    cuts_find(l, cuts);
    if (view_run_is(l, RUN(MAIN)))
        return cuts->of > 0;
    return view_run_is(l, RUN(SECOND_TERM_100)) && cuts->count && cuts->last_ns < second_ns(l) &&
           !other_run(l, RUN(MAIN), had_in_flight);
}

static bool left_soon(const struct view *l)
{
    return l->t0_ns && l->ended_itself && gone_ns(l) - l->t0_ns < MS(250);
}

/* It waited for them: where nothing was left to wait for it was gone much sooner. */
bool cut_by_own_limit(const struct view *l, const struct cuts *cuts)
{
    return cuts->count && cuts->first_ns - l->t0_ns > MS(500) &&
           other_run(l, RUN(ACCEPT_QUEUE) | RUN(KEEPALIVE_RACE) | RUN(STARTUP_150), left_soon);
}

/* Cut by an exit of its own choice. Late and with a failure status it is an honest deadline. */
void find_exits_early(const struct view *l, struct tally *s)
{
    struct cuts cuts;

    if (!shows_one_signal(l, &cuts))
        return;
    if (cuts.at_exit && !l->run->target.exit_signal && l->run->target.exit_code >= 0 &&
        (cuts.first_ns - l->t0_ns <= MS(500) || l->run->target.exit_code == 0) &&
        !cut_by_own_limit(l, &cuts)) {
        tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
        tally_note(s, "it exited with %d, %s after the signal", l->run->target.exit_code,
                   DURATION_HUMAN(l->exit_ns - l->t0_ns));
    } else {
        s->of += cuts.of;
    }
}

/* The kernel ended it: no request could have survived, were one in flight or not. */
static bool died_by_default(const struct view *l)
{
    return view_run_is(l, RUN(MAIN)) && l->ended_itself && l->facts->main.pid &&
           l->facts->main.pid == l->facts->owner.pid &&
           l->facts->main.disposition == DISPOSITION_DEFAULT &&
           l->run->target.exit_signal == l->run->signals[0].signo;
}

void find_killed_at_signal(const struct view *l, struct tally *s)
{
    struct cuts cuts;

    if (!shows_one_signal(l, &cuts)) {
        if (cuts.of == 0 && died_by_default(l)) {
            tally_whole(s, true);
            s->uncounted = true;
            tally_note(s,
                       "no request was in flight, but none would have lived: the process has no "
                       "handler for %s and died of it",
                       signame_name(l->run->signals[0].signo));
        }
        return;
    }
    if (cuts.count && cuts.first_ns - l->t0_ns <= MS(500) &&
        (!cuts.at_exit || l->run->target.exit_signal || l->run->target.exit_code < 0)) {
        tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
        tally_note(s, "the first was cut %s after the signal%s",
                   DURATION_HUMAN(cuts.first_ns - l->t0_ns),
                   l->ended_itself && l->run->target.exit_signal ? "; the process died of it" : "");
    } else if (!cuts.count) {
        tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_never_bad);
    }
}

static bool is_failing(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->reason == REASON_STATUS && (a->status >= 500 || is_changed(l, a));
}

static bool has_failures(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, ANY_LOAD, any_attempt, is_failing);
    return s.count > 0;
}

static bool failed_at_once(const struct view *l, const struct attempt *a)
{
    return is_failing(l, a) && a->end_ns - l->t0_ns <= MS(150);
}

/* A server that fails without any signal as well is not judged by its statuses. Whether it would
 * have failed our POSTs in any case was not seen, so they only join other failures. */
static void tally_failures(struct tally *s, const struct view *l, attempt_test *failed)
{
    if (!view_run_is(l, RUN(MAIN)) || other_run(l, RUN(CONTROL), has_failures))
        return;
    tally_attempts(s, l, LOAD(WAITING) | LOAD(KEPT) | LOAD(STREAMING), was_in_flight, failed);
    if (s->count)
        tally_attempts(s, l, LOAD(WAITING_POST) | LOAD(UPLOAD), was_in_flight, failed);
}

void find_context_cancelled(const struct view *l, struct tally *s)
{
    tally_failures(s, l, failed_at_once);
    note_closed_first(l, s);
}

static bool failed_later(const struct view *l, const struct attempt *a)
{
    return is_failing(l, a) && a->end_ns - l->t0_ns > MS(150);
}

void find_deps_closed(const struct view *l, struct tally *s)
{
    tally_failures(s, l, failed_later);
    note_closed_first(l, s);
}

/* Not answered; an answer that is too short is another defect. */
static bool is_dropped(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && a->reason != REASON_TRUNCATED;
}

static bool is_dropped_or_late(const struct view *l, const struct attempt *a)
{
    return is_lost(l, a) && a->reason != REASON_TRUNCATED;
}

static bool is_sending(const struct view *l, const struct attempt *a)
{
    return a->phase == PHASE_SENDING && !is_unaccepted(l, a);
}

/* An answer had begun, and a reset took it away while the request was still being sent. */
static bool is_answer_reset(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && a->first_ns && a->end &&
           (a->end->os_errno == ECONNRESET || a->end->os_errno == EPIPE ||
            a->reason == REASON_RESET_MID_RESPONSE || a->reason == REASON_RESET_WHILE_SENDING);
}

/* All of it was there, and none of it was answered when the process was killed, long after. Where
 * no request at all is answered, that is what is wrong. */
static bool is_left_unanswered(const struct view *l, const struct attempt *a)
{
    return a->sent_ns > l->t0_ns && !a->first_ns && a->end_ns >= l->kill_ns &&
           l->kill_ns - a->sent_ns > MS(3000) + view_held_ns(l, a->sent_ns, l->kill_ns) &&
           !run_silent_after(l);
}

static bool is_upload_cut(const struct view *l, const struct attempt *a)
{
    return (is_cut(l, a) && !a->first_ns) || is_left_unanswered(l, a);
}

void find_unread_reset(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)) && was_able(l, LOAD(UPLOAD)))
        tally_attempts(s, l, LOAD(UPLOAD), is_sending, is_answer_reset);
}

void find_upload_cut(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)) && was_able(l, LOAD(UPLOAD)))
        tally_attempts(s, l, LOAD(UPLOAD), is_sending, is_upload_cut);
}

/* Where no client is answered at all, that is what is wrong. */
void find_expect_stranded(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)) && was_able(l, LOAD(EXPECT)) && !run_silent_after(l))
        tally_attempts(s, l, LOAD(EXPECT), was_in_flight, is_dropped_or_late);
}

void find_half_head(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)) && was_able(l, HALF_HEAD_LOADS))
        tally_attempts(s, l, HALF_HEAD_LOADS, is_sending, is_dropped);
}

/* Refused, closed or reset by the server well after the signal, and before any kill. */
static bool is_sign_of_life(const struct view *l, const struct attempt *a)
{
    return (a->outcome == OUTCOME_REFUSED || a->outcome == OUTCOME_CUT_OFF) &&
           a->end_ns > l->t0_ns + MS(20) && a->end_ns < l->kill_ns;
}

static bool shows_life(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, ANY_LOAD, any_attempt, is_sign_of_life);
    return s.count > 0 || (l->closed_ns && l->closed_ns < l->kill_ns);
}

/* The longest that a request took which nothing disturbed; 0 when that was not measured. */
static int64_t undisturbed_ns(const struct view *l)
{
    int64_t longest = 0;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct run_verdict *run = &l->in->runs[i];

        if (run_role(run) != RUN(CONTROL))
            continue;
        for (size_t k = 0; k < run->n_attempts; k++)
            if (run->attempts[k].answer.whole &&
                run->attempts[k].end_ns - run->attempts[k].start_ns > longest)
                longest = run->attempts[k].end_ns - run->attempts[k].start_ns;
    }
    return longest;
}

/* From the signal to the kill there was time for what was in flight. */
static bool had_time(const struct view *l)
{
    int64_t had = (l->kill_ns == INT64_MAX ? l->exit_ns : l->kill_ns) - l->t0_ns;

    return undisturbed_ns(l) > 0 && had > MS(5000) && had > 2 * undisturbed_ns(l);
}

/* Nothing in flight comes through, nothing at all is answered, and it does not end, though it
 * served until the signal. A kill that comes before the requests could be done proves that only
 * when the server did not do anything else either. */
void find_handler_deadlock(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !run_served_before(l))
        return;
    tally_whole(s, run_silent_after(l) && (had_time(l) || !shows_life(l)));
    if (s->count)
        tally_note(s, "no answer since the signal, and no exit; killed after %s",
                   DURATION_HUMAN((l->kill_ns == INT64_MAX ? l->exit_ns : l->kill_ns) - l->t0_ns));
}
