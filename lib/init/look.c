#include "init/look.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ending.h"
#include "session/session.h"

/* The journal's first event of this kind, or NULL. */
static const struct event *first_event(const struct run_verdict *v, enum event_kind kind)
{
    for (size_t i = 0; i < v->history->count; i++)
        if (v->history->events[i].kind == kind)
            return &v->history->events[i];
    return NULL;
}

static int not_tried(const struct run_verdict *v, struct error *err)
{
    error_set(err, ERROR_RUN, "%s", v->because.why ? v->because.why : "the trial was cut short");
    return v->because.hint ? error_hint(err, "%s", v->because.hint) : -1;
}

/* --- the first run --- */

/* One worker of the server cannot answer twice within the time of one answer, nor (with its pauses)
 * two kept connections of ours within this time. */
static const int64_t kept_ns = 250 * NS_PER_MS;

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The most first answers that came so close together that no two of them can be of one worker; half
 * the time of an answer leaves room for a machine that was busy when it was measured. */
static int64_t served_together(const struct run_verdict *v, size_t load, int64_t quickest_ns,
                               bool slow)
{
    int64_t ends[TRIAL_CLIENTS] = {0}, window = slow ? quickest_ns / 2 : kept_ns, most = 0;
    size_t n = 0, first = 0;
    for (size_t i = 0; i < v->n_attempts && n < TRIAL_CLIENTS; i++) {
        const struct attempt *a = &v->attempts[i];
        if (a->load == (int64_t)load && a->request <= TRIAL_CLIENTS && a->answer.whole)
            ends[n++] = a->end_ns;
    }
    qsort(ends, n, sizeof *ends, by_value);
    for (size_t last = 0; last < n; last++) {
        while (ends[last] - ends[first] > window)
            first++;
        if ((int64_t)(last - first) + 1 > most)
            most = (int64_t)(last - first) + 1;
    }
    return most;
}

static void read_path(struct trial_path *p, const struct run_verdict *v, size_t load)
{
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (a->load != (int64_t)load)
            continue;
        p->not_http |= a->reason == REASON_BAD_RESPONSE;
        int64_t took = a->end_ns - a->start_ns;
        if (!a->answer.whole || (p->status && took >= p->took_ns))
            continue;
        p->status = a->status;
        p->took_ns = took;
    }
    if (p->role == TRIAL_MANY && p->status)
        p->together = served_together(v, load, p->took_ns, p->given);
}

static int read_look(struct trial_findings *f, const struct run_verdict *v, struct error *err)
{
    const struct event *start = first_event(v, EVENT_TARGET_START);
    const struct event *ready = first_event(v, EVENT_TARGET_READY);
    if (v->value != VERDICT_PASSED || !start || !ready)
        return not_tried(v, err);
    char how[ENDING_SIZE];
    if (v->target.exited) {
        error_set(err, ERROR_RUN, "the server %s while it was asked for its paths",
                  ending_say(how, sizeof how, v->target.exit_code, v->target.exit_signal));
        return error_hint(err, "its own output says more; run the same command by hand");
    }
    f->ready_ns = ready->t_ns - start->t_ns;
    for (size_t i = 0; i < f->n_paths; i++)
        read_path(&f->paths[i], v, i);
    return 0;
}

/* --- the second run --- */

static void read_disposition(struct trial_findings *f, const struct run_verdict *v)
{
    const struct event *e = first_event(v, EVENT_DISPOSITION);
    f->handled = e && e->disposition == DISPOSITION_CAUGHT;
    f->ignored = e && e->disposition == DISPOSITION_IGNORED;
}

static int read_stop(struct trial_findings *f, const struct trial_options *o,
                     const struct run_verdict *v, struct error *err)
{
    const struct target_verdict *t = &v->target;
    if (!v->first.t_ns)
        return not_tried(v, err);
    bool killed = v->n_signals > 1 && t->exit_signal == SIGKILL;
    if (!t->exited || killed) {
        f->end = TRIAL_KILLED;
        f->exit_ns = o->grace_ns;
    } else {
        f->end = t->exit_signal ? TRIAL_DIED : TRIAL_EXITED;
        f->exit_code = t->exit_code;
        f->exit_signal = t->exit_signal;
        f->exit_ns = (int64_t)(t->exit_after_ms * (double)NS_PER_MS);
    }
    read_disposition(f, v);
    return 0;
}

/* --- both --- */

/* Run the plan as `drainctl scenario` would, with its journal in memory. */
static int carry_out(struct session *s, const struct session_options *options,
                     const struct plan *plan, struct error *err)
{
    if (session_open(s, options, plan, 1, err) < 0)
        return -1;
    session_carry_out(s);
    if (s->interrupted)
        return s->interrupted;
    if (s->results.count == 1)
        return 0;
    return error_set(err, ERROR_RUN, "the trial could not be recorded");
}

static int look(struct trial_findings *f, const struct trial_options *o, struct error *err)
{
    static const struct session_options options = SESSION_DEFAULTS;
    struct session s = {.recording = {.file_fd = -1}};
    struct plan plan;
    trial_begin(f, o);
    if (trial_plan_look(f, o, &plan, err) < 0)
        return -1;
    int rc = carry_out(&s, &options, &plan, err);
    if (rc == 0)
        rc = read_look(f, &s.results.runs[0], err);
    session_close(&s);
    plan_free(&plan);
    return rc == 0 ? trial_choose(f, o, err) : rc;
}

static int stop(struct trial_findings *f, const struct trial_options *o, struct error *err)
{
    static const struct session_options options = SESSION_DEFAULTS;
    struct session s = {.recording = {.file_fd = -1}};
    struct plan plan;
    if (trial_plan_stop(f, o, &plan, err) < 0)
        return -1;
    int rc = carry_out(&s, &options, &plan, err);
    if (rc == 0)
        rc = read_stop(f, o, &s.results.runs[0], err);
    session_close(&s);
    plan_free(&plan);
    return rc;
}

int trial_run(struct trial_findings *f, const struct trial_options *o, struct error *err)
{
    int rc = look(f, o, err);
    return rc == 0 ? stop(f, o, err) : rc;
}
