/* A run's verdict as JSON: the design's contract. Keys are only ever added. */
#include "verdict/json.h"

#include <math.h>

#include "base/json_out.h"
#include "base/signame.h"
#include "judge/remarks.h"

enum {
    DIGITS = 3, /* of milliseconds: a microsecond */
    MOST_NOTE = 64 * 1024,
};

/* -1 stands for "not known" in the verdict, null in JSON. */
static void out_known(struct json_out *j, const char *key, int64_t value)
{
    if (value < 0)
        json_out_null(j, key);
    else
        json_out_int(j, key, value);
}

static void out_ms(struct json_out *j, const char *key, double ms)
{
    json_out_number(j, key, ms, DIGITS);
}

static void out_exit(struct json_out *j, bool exited, int code, int signo, double after_ms)
{
    if (!exited) {
        json_out_null(j, "exit");
        return;
    }
    json_out_object(j, "exit");
    if (signo || code < 0)
        json_out_null(j, "code");
    else
        json_out_int(j, "code", code);
    json_out_string(j, "signal", signo ? signame_name(signo) : NULL);
    out_ms(j, "after_ms", after_ms);
    json_out_end_object(j);
}

/* Left out where nothing was said. */
static void out_said(struct json_out *j, const struct run_verdict *v)
{
    if (!v->target.n_said)
        return;
    json_out_array(j, "said");
    for (size_t i = 0; i < v->target.n_said; i++) {
        const struct event *e = v->target.said[i];
        json_out_object(j, NULL);
        out_ms(j, "after_ms", (double)(e->t_ns - v->first.t_ns) / 1e6);
        json_out_int(j, "pid", e->pid);
        json_out_string(j, "text", e->text);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_target(struct json_out *j, const struct run_verdict *v)
{
    const struct target_verdict *t = &v->target;
    json_out_object(j, "target");
    json_out_raw(j, "argv", t->argv);
    out_known(j, "pid", t->pid > 0 ? t->pid : -1);
    out_exit(j, t->exited, t->exit_code, t->exit_signal, t->exit_after_ms);
    json_out_bool(j, "killed", t->killed);
    json_out_object(j, "listener");
    out_ms(j, "closed_after_ms", t->listener_closed_after_ms);
    out_known(j, "queue_lost", t->queue_lost);
    json_out_end_object(j);
    json_out_object(j, "health");
    out_ms(j, "not_ready_after_ms", t->not_ready_after_ms);
    if (isnan(t->not_ready_after_ms))
        json_out_null(j, "not_ready_status");
    else
        json_out_int(j, "not_ready_status", t->not_ready_status);
    json_out_end_object(j);
    out_ms(j, "last_answer_ms", t->last_answer_ms);
    json_out_array(j, "orphans");
    for (size_t i = 0; i < t->n_orphans; i++) {
        json_out_object(j, NULL);
        json_out_int(j, "pid", t->orphans[i]->pid);
        json_out_string(j, "command", t->orphans[i]->text);
        json_out_end_object(j);
    }
    json_out_end_array(j);
    out_said(j, v);
    json_out_end_object(j);
}

/* For a run of several; the first target is under "target", too. */
static void out_processes(struct json_out *j, const struct run_verdict *v)
{
    if (!v->processes.n)
        return;
    json_out_array(j, "processes");
    for (size_t i = 0; i < v->processes.n; i++) {
        const struct process_verdict *p = &v->processes.at[i];
        json_out_object(j, NULL);
        json_out_string(j, "name", p->name);
        json_out_string(j, "role", process_role_words[p->role]);
        json_out_int(j, "life", p->life);
        out_known(j, "pid", p->pid > 0 ? p->pid : -1);
        out_ms(j, "start_ms", p->start_ms);
        out_ms(j, "ready_ms", p->ready_ms);
        out_ms(j, "notice_ms", p->notice_ms);
        out_ms(j, "handover_ms", p->handover_ms);
        out_ms(j, "not_ready_ms", p->not_ready_ms);
        out_ms(j, "listener_closed_ms", p->closed_ms);
        if (p->held) {
            json_out_object(j, "waited");
            json_out_int(j, "clients", p->waited);
            out_ms(j, "longest_ms", p->waited ? p->waited_ms : NAN);
            json_out_end_object(j);
        }
        out_exit(j, p->exited, p->exit_code, p->exit_signal, p->exit_ms);
        json_out_bool(j, "killed", p->killed);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_signals(struct json_out *j, const struct run_verdict *v)
{
    json_out_array(j, "signals");
    for (size_t i = 0; i < v->n_signals; i++) {
        const struct signal_verdict *s = &v->signals[i];
        json_out_object(j, NULL);
        json_out_string(j, "signal", signame_name(s->signo));
        out_ms(j, "at_ms", s->at_ms);
        json_out_string(j, "moment", s->moment);
        if (s->process)
            json_out_string(j, "to", s->process);
        out_known(j, "lag_us", s->lag_us);
        out_known(j, "freeze_us", s->freeze_us);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_phases(struct json_out *j, const struct load_verdict *l)
{
    json_out_object(j, "phases");
    for (int p = 0; p < PHASE_COUNT; p++) {
        int64_t sum = 0;
        for (int o = 0; o < OUTCOME_COUNT; o++)
            sum += l->phases[p][o];
        if (!sum)
            continue;
        json_out_object(j, phase_words[p].word);
        for (int o = 0; o < OUTCOME_COUNT; o++)
            if (l->phases[p][o])
                json_out_int(j, outcome_words[o].word, l->phases[p][o]);
        json_out_end_object(j);
    }
    json_out_end_object(j);
}

/* What people saw; a load without a frontend has no such key. */
static void out_users(struct json_out *j, const struct users_verdict *u)
{
    if (!u->any)
        return;
    json_out_object(j, "users");
    json_out_int(j, "intentions", u->intentions);
    json_out_int(j, "open", u->open);
    json_out_object(j, "saw");
    for (int s = 0; s < SAW_COUNT; s++)
        json_out_int(j, saw_words[s].word, u->saw[s]);
    json_out_end_object(j);
    json_out_int(j, "undelivered", u->undelivered);
    json_out_int(j, "acknowledged_lost", u->acknowledged_lost);
    json_out_int(j, "resurrected", u->resurrected);
    json_out_int(j, "reordered", u->reordered);
    json_out_int(j, "other_reply", u->other_reply);
    json_out_int(j, "orders", u->orders);
    json_out_int(j, "untold", u->untold);
    json_out_bool(j, "listed", u->listed);
    out_ms(j, "usual_ms", u->usual_ms);
    json_out_number(j, "user_seconds_lost", u->seconds_lost, DIGITS);
    json_out_end_object(j);
}

/* Answers of a proxy itself; a load that had none has no such key. */
static void out_proxied(struct json_out *j, const struct load_verdict *l)
{
    int64_t all = 0;
    if (!l->n_proxied)
        return;
    json_out_object(j, "by_proxy");
    for (size_t i = 0; i < l->n_proxied; i++)
        all += l->proxied[i].count;
    json_out_int(j, "attempts", all);
    json_out_array(j, "states");
    for (size_t i = 0; i < l->n_proxied; i++) {
        json_out_object(j, NULL);
        json_out_int(j, "status", l->proxied[i].status);
        json_out_string(j, "state", l->proxied[i].state);
        json_out_int(j, "count", l->proxied[i].count);
        json_out_end_object(j);
    }
    json_out_end_array(j);
    json_out_end_object(j);
}

/* What came after an outage; a load that saw none has no such key. */
static void out_storm(struct json_out *j, const struct storm_verdict *s)
{
    if (!s->any)
        return;
    json_out_object(j, "storm");
    out_ms(j, "gone_ms", s->gone_ms);
    out_ms(j, "back_ms", s->back_ms);
    json_out_number(j, "normal", s->normal, DIGITS);
    json_out_int(j, "peak", s->peak);
    out_ms(j, "peak_at_ms", s->peak_at_ms);
    json_out_number(j, "peak_ratio", s->peak_ratio, DIGITS);
    json_out_int(j, "affected", s->affected);
    json_out_int(j, "unserved", s->unserved);
    out_ms(j, "served_after_ms", s->served_after_ms);
    json_out_int(j, "arrivals", s->arrivals);
    json_out_int(j, "refused", s->refused);
    json_out_int(j, "answered", s->answered);
    json_out_int(j, "wasted", s->wasted);
    json_out_number(j, "wasted_share", s->answered ? (double)s->wasted / (double)s->answered : 0,
                    DIGITS);
    json_out_array(j, "bins");
    for (size_t i = 0; i < s->n_bins; i++)
        json_out_int(j, NULL, s->bins[i]);
    json_out_end_array(j);
    json_out_end_object(j);
}

static void out_load(struct json_out *j, const struct load_verdict *l)
{
    char text[32];
    json_out_object(j, NULL);
    json_out_string(j, "name", l->name);
    json_out_int(j, "requests", l->requests);
    json_out_int(j, "attempts", l->attempts);
    json_out_object(j, "outcomes");
    for (int o = 0; o < OUTCOME_COUNT; o++)
        json_out_int(j, outcome_words[o].word, l->outcomes[o]);
    json_out_end_object(j);
    json_out_object(j, "reasons");
    for (size_t i = 0; i < l->n_reasons; i++)
        json_out_int(j, reason_text(l->reasons[i].reason, l->reasons[i].status, text, sizeof text),
                     l->reasons[i].count);
    json_out_end_object(j);
    json_out_object(j, "processed");
    for (int p = PROCESSED_YES; p >= PROCESSED_UNKNOWN; p--)
        json_out_int(j, processed_word((enum processed)p), l->processed[p]);
    json_out_end_object(j);
    out_phases(j, l);
    json_out_object(j, "latency_ms");
    out_ms(j, "p50", l->p50_ms);
    out_ms(j, "p90", l->p90_ms);
    out_ms(j, "p99", l->p99_ms);
    out_ms(j, "max", l->max_ms);
    json_out_end_object(j);
    json_out_bool(j, "adds_up", l->adds_up);
    out_proxied(j, l);
    out_users(j, &l->users);
    out_storm(j, &l->storm);
    json_out_end_object(j);
}

static void out_expectation(struct json_out *j, const struct expectation_verdict *x)
{
    json_out_object(j, NULL);
    json_out_string(j, "text", x->text);
    json_out_bool(j, "passed", x->value == VERDICT_PASSED);
    json_out_string(j, "verdict", verdict_word(x->value));
    json_out_string(j, "expected", x->expected);
    json_out_string(j, "observed", x->observed);
    out_known(j, "count", x->of > 0 ? x->count : -1);
    out_known(j, "of", x->of > 0 ? x->of : -1);
    json_out_array(j, "attempts");
    for (size_t i = 0; i < x->n_attempts; i++)
        json_out_int(j, NULL, x->attempts[i]);
    json_out_end_array(j);
    json_out_end_object(j);
}

static void out_notes(struct json_out *j, const struct run_verdict *v)
{
    json_out_array(j, "notes");
    for (size_t i = 0; i < v->history->count; i++) {
        struct buf b;
        if (v->history->events[i].kind != EVENT_NOTE)
            continue;
        buf_init(&b, MOST_NOTE);
        remark_add(&b, &v->plan, &v->history->events[i]);
        json_out_string(j, NULL, b.data ? b.data : "");
        buf_free(&b);
    }
    json_out_end_array(j);
}

void verdict_json_run(struct json_out *j, const struct run_verdict *v)
{
    json_out_string(j, "scenario", v->scenario);
    json_out_string(j, "file", v->file);
    json_out_string(j, "verdict", verdict_word(v->value));
    json_out_string(j, "ground", ground_words[v->because.ground]);
    json_out_string(j, "why", v->because.why);
    json_out_string(j, "hint", v->because.hint);
    json_out_bool(j, "cut", v->cut);
    out_ms(j, "duration_ms", v->duration_ms);
    json_out_int(j, "in_flight", v->first.in_flight);
    out_target(j, v);
    out_processes(j, v);
    out_signals(j, v);
    json_out_array(j, "loads");
    for (size_t i = 0; i < v->n_loads; i++)
        out_load(j, &v->loads[i]);
    json_out_end_array(j);
    json_out_array(j, "expectations");
    for (size_t i = 0; i < v->expectations.n; i++)
        out_expectation(j, &v->expectations.at[i]);
    json_out_end_array(j);
    out_notes(j, v);
}
