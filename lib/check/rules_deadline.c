/* Rules about the deadline, about answers that break without showing it, and about platforms. */
#include "check/rules.h"

#include <regex.h>
#include <signal.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"

#define MS(n) ((int64_t)(n)*1000000)
#define S(n)  ((int64_t)(n)*1000000000)

/* When the battery's KILL was due, after the first signal; 0: the run has none. */
static int64_t kill_after(const struct view *l)
{
    const struct plan *plan = &l->run->plan;

    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].signo == SIGKILL && plan->signals[i].when.kind == WHEN_AFTER)
            return plan->signals[i].when.at_ns;
    return 0;
}

static bool was_killed(const struct view *l)
{
    return l->t0_ns && !l->ended_itself;
}

/* Answered, or its client gave up. */
static bool ended_by_itself(const struct view *l, const struct attempt *a)
{
    return is_completed(l, a) || a->outcome == OUTCOME_TIMED_OUT;
}

int64_t limit_before_kill(const struct view *l)
{
    int64_t last = 0;

    if (!view_run_is(l, RUN(DEADLINE)) || l->ended_itself || l->kill_ns == INT64_MAX)
        return 0;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (view_load(l, a->load) == LOAD(OUTLASTING) && was_in_flight(l, a) && is_lost(l, a))
            last = a->end_ns > last ? a->end_ns : last;
    }
    return last + S(1) <= l->kill_ns ? last : 0;
}

/* Requests that came to an end by themselves say nothing about a limit, nor does a process that
 * goes at the signal: it does not drain. Those that it has cut, it does not wait for. */
static bool is_outlasting(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, LOAD(OUTLASTING), was_in_flight, ended_by_itself);
    return s.of > 0 && s.count == 0 && !limit_before_kill(l) &&
           (!l->ended_itself || l->exit_ns > l->t0_ns + MS(500));
}

/* What the platform leaves the server, of which a hook before the signal has had its part. */
static bool is_platforms_kill(const struct view *l, int64_t after)
{
    const struct profile *p = l->in->profile;

    return p && after && after + l->run->plan.platform.pre_stop_ns >= p->grace_ns;
}

/* When the last whole answer came to a request that was to outlast the run, if the KILL was due by
 * then: the target had gone, and a process that it left behind went on. 0: none did. */
static int64_t answered_beyond(const struct view *l, int64_t after)
{
    int64_t last = 0;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (view_load(l, a->load) == LOAD(OUTLASTING) && was_in_flight(l, a) &&
            is_completed(l, a) && a->end_ns > l->t0_ns + after)
            last = a->end_ns > last ? a->end_ns : last;
    }
    return last;
}

/* A wait may still have a limit that the run was too short to see: up to thirty seconds (the grace
 * of Kubernetes, and the limit that gunicorn and Spring come with) it hurts only where the grace is
 * short. But it was killed, and that is never only a remark. */
void find_no_deadline(const struct view *l, struct tally *s)
{
    int64_t after = kill_after(l);
    const struct profile *p = l->in->profile;

    if (!view_run_is(l, RUN(DEADLINE)) || !after || is_platforms_kill(l, after))
        return;
    int64_t beyond = answered_beyond(l, after);
    if (!beyond && !is_outlasting(l))
        return;
    tally_whole(s, beyond || was_killed(l));
    if (!s->count)
        return;
    if (after <= S(30) || p)
        s->severity = SEVERITY_LOW;
    if (beyond) {
        tally_note(s, "%s after the signal a process that it left behind answered a request",
                   DURATION_HUMAN(beyond - l->t0_ns));
        return;
    }
    tally_note(s, "%s after the signal it still waited, and was killed%s", DURATION_HUMAN(after),
               after <= S(30) && !p ? "; a longer limit shows only with a longer --grace" : "");
}

static void find_killed_by_platform(const struct view *l, struct tally *s)
{
    int64_t after = kill_after(l);

    if (!is_platforms_kill(l, after) || !is_outlasting(l))
        return;
    tally_whole(s, was_killed(l));
    if (s->count)
        tally_note(s, "%s kills after %s, and the server was still waiting", l->in->profile->title,
                   DURATION_HUMAN(after));
}

/* The other way not to fit: a limit of its own that is shorter than the requests it serves. */
void find_exceeds_platform(const struct view *l, struct tally *s)
{
    struct cuts cuts;

    if (view_run_is(l, RUN(DEADLINE)))
        find_killed_by_platform(l, s);
    if (!view_run_is(l, RUN(MAIN)))
        return;
    cuts_find(l, &cuts);
    if (!cuts.count || cuts.first_ns - l->t0_ns <= MS(500) ||
        (cuts.at_exit && l->run->target.exit_code == 0 && !l->run->target.exit_signal &&
         !cut_by_own_limit(l, &cuts)))
        return;
    tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
    s->severity = SEVERITY_MEDIUM;
    tally_note(s, "its own limit cut the requests %s after the signal",
               DURATION_HUMAN(cuts.first_ns - l->t0_ns));
}

static bool kept_deadline(const struct view *l)
{
    return l->ended_itself && is_outlasting(l);
}

static int64_t deadline_seen(const struct view *l)
{
    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *other = &l->all[i];

        if (view_run_is(other, RUN(DEADLINE)) && kept_deadline(other) && run_cut_outlasting(other))
            return other->exit_ns - other->t0_ns;
    }
    return 0;
}

static bool is_subscribed_late(const struct view *l, const struct attempt *a)
{
    return a->end_ns >= gone_ns(l) - S(1);
}

static bool is_over_in_time(const struct view *l, load_set loads, int64_t limit)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->connected_ns && a->end_ns > l->t0_ns + limit + S(2) && phase_is_open(a->phase) &&
            !load_in(l, a, loads))
            return false;
    }
    return true;
}

/* Nothing but subscriptions was open longer than the limit: they have a row of their own. */
static bool is_held_by_streams(const struct view *l, int64_t limit)
{
    struct tally open = {0};

    tally_attempts(&open, l, SUBSCRIPTION_LOADS, was_in_flight, is_subscribed_late);
    return open.count > 0 && is_over_in_time(l, SUBSCRIPTION_LOADS, limit);
}

/* A limit holds for plain requests (check-deadline shows it) and not for what check-main opens. */
void find_deadline_ignored(const struct view *l, struct tally *s)
{
    int64_t limit, gone = l->ended_itself ? l->exit_ns : l->kill_ns;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !(limit = deadline_seen(l)))
        return;
    tally_whole(s, gone != INT64_MAX && gone - l->t0_ns > limit + S(2) &&
                       !is_held_by_streams(l, limit));
    if (s->count)
        tally_note(s,
                   "plain requests are cut after %s; with idle, silent and half-sent ones open it "
                   "took %s",
                   DURATION_HUMAN(limit), DURATION_HUMAN(gone - l->t0_ns));
}

bool run_cut_outlasting(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, LOAD(OUTLASTING), was_in_flight, is_lost);
    return s.count > 0;
}

static bool says_forced(const char *line)
{
    regex_t re;
    bool match;

    if (regcomp(&re,
                "time.?out|timed out|deadline|limit|forc|abort|kill|exceed|expir|cut|drop|remain|"
                "unfinished|still|pending|cancel|interrupt|incomplete",
                REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
        return true;
    match = regexec(&re, line, 0, NULL, 0) == 0;
    regfree(&re);
    return match;
}

/* With 0, or as the signal ends it by convention: a clean drain ends so, too. */
static bool ended_as_if_clean(const struct view *l)
{
    const struct target_verdict *t = &l->run->target;
    int signo = l->run->n_signals ? l->run->signals[0].signo : 0;

    return t->exit_signal ? t->exit_signal == signo
                          : t->exit_code == 0 || (signo && t->exit_code == 128 + signo);
}

void find_result_hidden(const struct view *l, struct tally *s)
{
    bool said = false;

    if (!view_run_is(l, RUN(DEADLINE)) || !kept_deadline(l) || !run_cut_outlasting(l))
        return;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_TARGET_OUTPUT, e));)
        said |= e->t_ns > l->t0_ns && e->text && says_forced(e->text);
    tally_whole(s, !said && ended_as_if_clean(l));
    if (!s->count)
        return;
    if (l->run->target.exit_signal || l->run->target.exit_code)
        tally_note(s,
                   "requests were cut, it ended as %s ends it in any case, and no line of output "
                   "says so",
                   signame_name(l->run->signals[0].signo));
    else
        tally_note(s, "requests were cut, the exit status is 0, and no line of output says so");
}

/* Whose answer at least began: nothing else can look complete. */
static bool was_answered(const struct view *l, const struct attempt *a)
{
    return a->first_ns && was_in_flight(l, a);
}

static bool is_truncated_plain(const struct view *l, const struct attempt *a)
{
    return !load_in(l, a, STREAM_LOADS) && is_truncated(l, a);
}

/* Answers in parts that the signal ended too early have a defect of their own. */
void find_truncated(const struct view *l, struct tally *s)
{
    struct tally streams = {0};

    find_stream_cut(l, &streams);
    if (view_run_is(l, RUN(MAIN) | RUN(DEADLINE)))
        tally_attempts(s, l, ANY_LOAD, was_answered,
                       streams.count ? is_truncated_plain : is_truncated);
}

static bool is_header_cut(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && a->first_ns && a->end && !a->end->header_done &&
           a->end->header_bytes > 0;
}

void find_header_cut(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(MAIN)))
        tally_attempts(s, l, ANY_LOAD, was_in_flight, is_header_cut);
}

/* How long requests go on arriving after the signal; during a hook before it they do already. */
static int64_t lag_left(const struct view *l)
{
    int64_t lag = l->in->profile->lag_ns - l->run->plan.platform.pre_stop_ns;

    return lag > 0 ? lag : 0;
}

static bool is_during_lag(const struct view *l, const struct attempt *a)
{
    return a->start_ns > l->t0_ns && a->start_ns - l->t0_ns <= lag_left(l);
}

static bool is_refused_connection(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_REFUSED && a->reason == REASON_CONNECT_REFUSED;
}

/* Refusing at once is right in itself: it is judged only against a platform that still sends. */
void find_endpoint_lag(const struct view *l, struct tally *s)
{
    const struct profile *p = l->in->profile;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !p || !lag_left(l))
        return;
    tally_attempts(s, l, ANY_LOAD_ARRIVALS, is_during_lag, is_refused_connection);
    if (s->count)
        tally_note(s, "%s may go on sending for about %.0f s", p->title, (double)lag_left(l) / 1e9);
}

static bool is_killed_in_flight(const struct view *l, const struct attempt *a)
{
    return is_lost(l, a) && a->end_ns >= l->kill_ns;
}

/* Requests that would have had the platform's whole patience, and were killed in what the hook had
 * left of it. */
void find_prestop(const struct view *l, struct tally *s)
{
    const struct profile *p = l->in->profile;
    int64_t hook = l->run->plan.platform.pre_stop_ns, after = kill_after(l);

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !p || !hook || !after)
        return;
    tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_killed_in_flight);
    if (s->count)
        tally_note(s, "a hook of %s leaves %s of the grace of %s", DURATION_WORDS(hook),
                   DURATION_WORDS(after), DURATION_WORDS(hook + after));
}

static bool is_cut_with_no_byte(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a);
}

/* Only a loss that a test with GET alone does not see: all the GETs came through. */
void find_post_lost(const struct view *l, struct tally *s)
{
    struct tally gets = {0};

    if (!view_run_is(l, RUN(MAIN)) || !was_able(l, LOAD(WAITING_POST)))
        return;
    tally_attempts(&gets, l, LOAD(WAITING), was_in_flight, is_lost);
    if (gets.of && !gets.count)
        tally_attempts(s, l, LOAD(WAITING_POST), was_in_flight, is_cut_with_no_byte);
}
