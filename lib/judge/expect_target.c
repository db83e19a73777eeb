/* Expectations on the target: things that happen once, at a time. */
#include "judge/expect.h"

#include <regex.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/signame.h"

/* The time of a kind's event after the first signal, 0: it did not happen. */
static int64_t event_time(const struct run_facts *f, int kind)
{
    switch (kind) {
    case EXPECT_EXIT:
        return f->exit.own ? f->exit.own->t_ns : 0;
    case EXPECT_LISTENER:
        return f->listener.closed_ns;
    case EXPECT_NOT_READY:
        return f->health.not_ready_ns;
    default:
        return 0;
    }
}

static const char *event_name(int kind)
{
    return kind == EXPECT_EXIT       ? "the exit"
           : kind == EXPECT_LISTENER ? "the listener's close"
                                     : "readiness turning";
}

/* Until when the target was watched: later is not its own doing. */
static int64_t horizon(const struct run_facts *f)
{
    return f->kill_ns ? f->kill_ns : f->course.last_ns;
}

static void expected_times(struct finding *g)
{
    const struct plan_expect *x = g->x;
    if (x->when.within_ns >= 0)
        buf_addf(&g->expected, " within %s of the signal", DURATION_WORDS(x->when.within_ns));
    if (x->when.not_before_ns >= 0)
        buf_addf(&g->expected, "%s not before %s", x->when.within_ns >= 0 ? "," : "",
                 DURATION_WORDS(x->when.not_before_ns));
    if (x->when.before >= 0)
        buf_addf(&g->expected, ", before %s", event_name(x->when.before));
}

static bool asks_for_time(const struct plan_expect *x)
{
    return x->when.within_ns >= 0 || x->when.not_before_ns >= 0 || x->when.before >= 0;
}

/* It did not happen: a fact when the run was seen to its end, or when its time is over anyway. */
static void judge_absence(struct finding *g, const char *what)
{
    const struct run_facts *f = g->f;
    int64_t watched_ns = f->t0_ns ? horizon(f) - f->t0_ns : 0;
    bool too_late = f->t0_ns && g->x->when.within_ns >= 0 && watched_ns > g->x->when.within_ns;
    g->out->value = !f->course.partial || too_late ? VERDICT_FAILED : VERDICT_INCONCLUSIVE;
    buf_adds(&g->observed, what);
    if (f->t0_ns) {
        buf_adds(&g->observed, " in the ");
        add_ms(&g->observed, (double)watched_ns / 1e6);
        buf_adds(&g->observed, " from the signal on");
    }
}

/* It happened at t_ns: hold that against within, not_before and before. `value` stays failed when
 * something else was wrong already. */
static void judge_time(struct finding *g, int64_t t_ns)
{
    const struct plan_expect *x = g->x;
    int64_t t0_ns = g->f->t0_ns;
    if (!t0_ns) {
        if (asks_for_time(x) && g->out->value == VERDICT_PASSED)
            g->out->value = VERDICT_INCONCLUSIVE;
        return;
    }
    buf_adds(&g->observed, " after ");
    add_ms(&g->observed, ms_between(t0_ns, t_ns));
    int64_t other_ns = x->when.before >= 0 ? event_time(g->f, x->when.before) : 0;
    bool late = x->when.within_ns >= 0 && t_ns - t0_ns > x->when.within_ns;
    bool early = x->when.not_before_ns >= 0 && t_ns - t0_ns < x->when.not_before_ns;
    if (other_ns) {
        buf_addf(&g->observed, ", %s came after ", event_name(x->when.before));
        add_ms(&g->observed, ms_between(t0_ns, other_ns));
    }
    if (late || early || (other_ns && other_ns <= t_ns))
        g->out->value = VERDICT_FAILED;
}

static void no_evidence(struct finding *g, const char *why)
{
    g->out->value = VERDICT_INCONCLUSIVE;
    buf_adds(&g->observed, why);
}

void expect_exit(struct finding *g)
{
    const struct plan_expect *x = g->x;
    const struct event *exit = g->f->exit.own;
    char how[ENDING_SIZE];
    buf_adds(&g->expected, "the target exits");
    if (x->exit.code >= 0)
        buf_addf(&g->expected, " with code %d", x->exit.code);
    if (x->exit.signo > 0)
        buf_addf(&g->expected, " by %s", signame_name(x->exit.signo));
    expected_times(g);
    if (!exit) {
        judge_absence(g, "it did not exit");
        return;
    }
    /* of a process that is not drainctl's child the kernel does not always tell */
    if (exit->exit_signal == 0 && exit->exit_code < 0 && (x->exit.code >= 0 || x->exit.signo > 0)) {
        no_evidence(g, "it exited, and its exit status is not known");
        return;
    }
    bool code_right =
        x->exit.code < 0 || (exit->exit_signal == 0 && exit->exit_code == x->exit.code);
    bool signal_right = x->exit.signo <= 0 || exit->exit_signal == x->exit.signo;
    g->out->value = code_right && signal_right ? VERDICT_PASSED : VERDICT_FAILED;
    buf_addf(&g->observed, "it %s",
             ending_say(how, sizeof how, exit->exit_code, (int)exit->exit_signal));
    judge_time(g, exit->t_ns);
}

void expect_listener(struct finding *g)
{
    const struct run_facts *f = g->f;
    const struct plan_expect *x = g->x;
    buf_adds(&g->expected, "the listener closes");
    expected_times(g);
    if (x->queue_lost >= 0)
        buf_addf(&g->expected, ", at most %lld lost in its queue", (long long)x->queue_lost);
    if (!f->listener.seen) {
        no_evidence(g, "no listener was seen");
        return;
    }
    if (!f->t0_ns) {
        no_evidence(g, "no signal was sent");
        return;
    }
    if (!f->listener.closed_ns) {
        judge_absence(g, "it did not close");
        return;
    }
    buf_adds(&g->observed, "it closed");
    judge_time(g, f->listener.closed_ns);
    if (f->whose.holds_socket)
        buf_adds(&g->observed, "; drainctl holds the socket: its queue stays");
    if (f->queue.lost > 0)
        buf_addf(&g->observed, ", %lld %s", (long long)f->queue.lost,
                 f->queue.open ? "in its queue when it was last seen" : "lost in its queue");
    if (x->queue_lost >= 0 && f->queue.lost - f->queue.open > x->queue_lost)
        g->out->value = VERDICT_FAILED;
    else if (x->queue_lost >= 0 && f->queue.lost > x->queue_lost && g->out->value == VERDICT_PASSED)
        g->out->value = VERDICT_INCONCLUSIVE;
}

void expect_not_ready(struct finding *g)
{
    const struct run_facts *f = g->f;
    buf_adds(&g->expected, "readiness turns");
    expected_times(g);
    if (!f->health.ready_seen || !f->t0_ns) {
        no_evidence(g, f->t0_ns ? "the readiness path was never polled" : "no signal was sent");
        return;
    }
    if (!f->health.not_ready_ns) {
        judge_absence(g, f->listener.closed_ns || f->exit.own
                             ? "it never said that it was not ready: its listener closed first"
                             : "it stayed ready");
        return;
    }
    buf_adds(&g->observed, "it turned");
    judge_time(g, f->health.not_ready_ns);
    /* no poll that came after it was answered: then it warned no client */
    if (g->x->when.before == EXPECT_LISTENER && f->listener.closed_ns &&
        !f->health.open_after_turn) {
        buf_adds(&g->observed, "; it turned only with the close, as no later poll was answered");
        g->out->value = VERDICT_FAILED;
    }
}

void expect_live(struct finding *g)
{
    const struct event *broken = g->f->health.live_broken;
    buf_adds(&g->expected, "the liveness path answers 200 as long as it answers");
    if (!g->f->health.live_answers) {
        no_evidence(g, "it never answered");
    } else if (broken) {
        g->out->value = VERDICT_FAILED;
        buf_addf(&g->observed, "it answered %lld", (long long)broken->status);
        if (g->f->t0_ns) {
            buf_adds(&g->observed, " after ");
            add_ms(&g->observed, ms_between(g->f->t0_ns, broken->t_ns));
        }
    } else {
        buf_adds(&g->observed, "every answer was 200");
    }
}

void expect_orphans(struct finding *g)
{
    int64_t left = 0;
    for (size_t i = 0; i < g->v->target.n_orphans; i++)
        left += is_of_process(g->v->target.orphans[i], g->f->whose.process);
    if (g->x->count == 0)
        buf_adds(&g->expected, "no process is left behind");
    else
        buf_addf(&g->expected, "exactly %lld left behind", (long long)g->x->count);
    buf_addf(&g->observed, "%lld %s left behind", (long long)left,
             plural(left, "process was", "processes were"));
    if (left != g->x->count)
        g->out->value = VERDICT_FAILED;
    if (g->f->course.partial && left <= g->x->count) {
        /* they are looked for when all is over */
        g->out->value = VERDICT_INCONCLUSIVE;
        buf_adds(&g->observed, " so far");
    }
}

/* The number of an expectation among those on output, from 1. */
static int output_number(const struct finding *g)
{
    int n = 0;
    for (const struct plan_expect *x = g->f->plan->expects; x <= g->x; x++)
        n += x->kind == EXPECT_OUTPUT;
    return n;
}

/* A line in which something was masked says itself which of them it matched. */
static bool line_matches(const struct event *e, const regex_t *re, int number)
{
    if (e->masked && number <= EVENT_MASKED_MOST)
        return e->masked >> number & 1;
    return e->text && regexec(re, e->text, 0, NULL, 0) == 0;
}

static const struct event *find_output(const struct finding *g, const regex_t *re, int64_t *lines)
{
    const struct history *h = g->f->h;
    int number = output_number(g);
    for (size_t i = 0; i < h->count; i++) {
        if (h->events[i].kind != EVENT_TARGET_OUTPUT ||
            !is_of_process(&h->events[i], g->f->whose.process))
            continue;
        ++*lines;
        if (line_matches(&h->events[i], re, number))
            return &h->events[i];
    }
    return NULL;
}

void expect_output(struct finding *g)
{
    regex_t re;
    const char *pattern = g->x->output.regex ? g->x->output.regex : "";
    buf_addf(&g->expected,
             g->x->output.absent ? "no line of output matches '%s'"
                                 : "a line of output matches '%s'",
             pattern);
    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        no_evidence(g, "that is not a regular expression");
        return;
    }
    int64_t lines = 0;
    const struct event *line = find_output(g, &re, &lines);
    regfree(&re);
    if (line)
        buf_addf(&g->observed, "'%.200s'", line->text);
    else
        buf_addf(&g->observed, "none of %lld %s", (long long)lines, plural(lines, "line", "lines"));
    if (!line == g->x->output.absent)
        g->out->value = VERDICT_PASSED;
    else
        g->out->value = !line && g->f->course.partial ? VERDICT_INCONCLUSIVE : VERDICT_FAILED;
}
