/* Prometheus' text exposition format, version 0.0.4, for a textfile collector or a push: a row of
 * one table for each metric. Times are in seconds, as Prometheus' base units have it. A series
 * without a value (an exit that was not seen) is left out rather than written as NaN.
 *
 * Every series of a run has `scenario` and `run`, which numbers the repeats of a scenario from 1:
 * so no two are the same, and they stay the same series from one day to the next. */
#include "report/prometheus/prom.h"

#include <stdlib.h>
#include <stdio.h>

#include "base/signame.h"
#include "journal/wall.h"
#include "report/formats.h"
#include "report/stages.h"

/* --- a run --- */

static void verdict(struct prom *p)
{
    for (int i = VERDICT_PASSED; i <= VERDICT_INCONCLUSIVE; i++) {
        prom_begin_run(p, "");
        prom_label(p, "verdict", verdict_word((enum verdict_value)i));
        prom_end_int(p, p->v->value == (enum verdict_value)i);
    }
}

static void started(struct prom *p)
{
    const struct event *head = &p->v->history->events[0];
    prom_run_seconds(p, (double)wall_unix_ns(head, head->t_ns) / 1e6);
}

static void run_duration(struct prom *p)
{
    prom_run_seconds(p, p->v->duration_ms);
}

static void in_flight(struct prom *p)
{
    prom_run_int(p, p->v->first.in_flight);
}

static void expectations(struct prom *p)
{
    char number[24];
    for (size_t i = 0; i < p->v->expectations.n; i++) {
        const struct expectation_verdict *x = &p->v->expectations.at[i];
        snprintf(number, sizeof number, "%zu", i + 1);
        prom_begin_run(p, "");
        prom_label(p, "expectation", number);
        prom_label(p, "text", x->text);
        prom_end_int(p, x->value == VERDICT_PASSED);
    }
}

static void begin_signal(struct prom *p, size_t i)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", i + 1);
    prom_begin_run(p, "");
    prom_label(p, "number", number);
    prom_label(p, "signal", signame_name(p->v->signals[i].signo));
}

static void signals(struct prom *p)
{
    for (size_t i = 0; i < p->v->n_signals; i++) {
        begin_signal(p, i);
        prom_end_seconds(p, p->v->signals[i].at_ms);
    }
}

static void signal_lags(struct prom *p)
{
    for (size_t i = 0; i < p->v->n_signals; i++) {
        if (p->v->signals[i].lag_us < 0)
            continue;
        begin_signal(p, i);
        prom_end_seconds(p, (double)p->v->signals[i].lag_us / 1000);
    }
}

/* --- the target --- */

static void target_exit(struct prom *p)
{
    if (p->v->target.exited)
        prom_run_seconds(p, p->v->target.exit_after_ms);
}

static void target_exit_status(struct prom *p)
{
    const struct target_verdict *t = &p->v->target;
    enum { SHELL_SIGNAL = 128 }; /* as a shell's $? has it */
    if (t->exited)
        prom_run_int(p, t->exit_signal ? SHELL_SIGNAL + t->exit_signal : t->exit_code);
}

static void target_killed(struct prom *p)
{
    prom_run_int(p, p->v->target.killed);
}

static void not_ready(struct prom *p)
{
    prom_run_seconds(p, p->v->target.not_ready_after_ms);
}

static void listener_closed(struct prom *p)
{
    prom_run_seconds(p, p->v->target.listener_closed_after_ms);
}

static void last_answer(struct prom *p)
{
    prom_run_seconds(p, p->v->target.last_answer_ms);
}

static void queue_lost(struct prom *p)
{
    prom_run_int(p, p->v->target.queue_lost);
}

static void orphans(struct prom *p)
{
    prom_run_int(p, (int64_t)p->v->target.n_orphans);
}

/* --- loads --- */

static void requests(struct prom *p, const struct load_verdict *l)
{
    prom_begin_load(p, "", l);
    prom_end_int(p, l->requests);
}

static void attempts(struct prom *p, const struct load_verdict *l)
{
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        prom_begin_load(p, "", l);
        prom_label(p, "outcome", outcome_words[o].word);
        prom_end_int(p, l->outcomes[o]);
    }
}

static void reasons(struct prom *p, const struct load_verdict *l)
{
    char word[32];
    for (size_t i = 0; i < l->n_reasons; i++) {
        prom_begin_load(p, "", l);
        prom_label(p, "reason",
                   reason_text(l->reasons[i].reason, l->reasons[i].status, word, sizeof word));
        prom_end_int(p, l->reasons[i].count);
    }
}

static void processed(struct prom *p, const struct load_verdict *l)
{
    for (int i = PROCESSED_YES; i >= PROCESSED_UNKNOWN; i--) {
        prom_begin_load(p, "", l);
        prom_label(p, "processed", processed_word((enum processed)i));
        prom_end_int(p, l->processed[i]);
    }
}

static void latency(struct prom *p, const struct load_verdict *l)
{
    const struct {
        const char *quantile;
        double ms;
    } rows[] = {{"0.5", l->p50_ms}, {"0.9", l->p90_ms}, {"0.99", l->p99_ms}, {"1", l->max_ms}};
    double sum_us = 0;
    int64_t whole = 0;
    for (size_t i = 0; i < p->v->n_attempts; i++) {
        const struct attempt *a = &p->v->attempts[i];
        struct stages s;
        if (!a->answer.whole || &p->v->loads[a->load] != l)
            continue;
        stages_of(&s, p->v, a);
        sum_us += (double)s.total;
        whole++;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows && whole; i++) {
        prom_begin_load(p, "", l);
        prom_label(p, "quantile", rows[i].quantile);
        prom_end_seconds(p, rows[i].ms);
    }
    prom_begin_load(p, "_sum", l);
    prom_end_seconds(p, sum_us / 1000);
    prom_begin_load(p, "_count", l);
    prom_end_int(p, whole);
}

static void saw(struct prom *p, const struct load_verdict *l)
{
    for (int s = 0; l->users.any && s < SAW_COUNT; s++) {
        prom_begin_load(p, "", l);
        prom_label(p, "saw", saw_words[s].word);
        prom_end_int(p, l->users.saw[s]);
    }
}

static void user_seconds(struct prom *p, const struct load_verdict *l)
{
    if (!l->users.any)
        return;
    prom_begin_load(p, "", l);
    prom_end_seconds(p, l->users.seconds_lost * 1000);
}

/* --- a check --- */

static void check_verdict(struct prom *p)
{
    for (int i = VERDICT_PASSED; i <= VERDICT_INCONCLUSIVE; i++) {
        prom_begin(p, "");
        prom_label(p, "verdict", verdict_word((enum verdict_value)i));
        prom_end_int(p, p->in->check.verdict == (enum verdict_value)i);
    }
}

static void check_grade(struct prom *p)
{
    const char grade[] = {p->in->check.audit->grade, 0};
    prom_begin(p, "");
    prom_label(p, "grade", grade);
    prom_end_int(p, 1);
}

static void begin_defect(struct prom *p, const struct finding *f)
{
    prom_begin(p, "");
    prom_label(p, "id", f->defect->id);
    prom_label(p, "severity", severity_word(f->severity));
    prom_label(p, "known", f->known ? "true" : "false");
}

static void defects(struct prom *p)
{
    for (size_t i = 0; i < p->in->check.audit->n_findings; i++) {
        begin_defect(p, &p->in->check.audit->findings[i]);
        prom_end_int(p, p->in->check.audit->findings[i].count);
    }
}

static void defects_of(struct prom *p)
{
    for (size_t i = 0; i < p->in->check.audit->n_findings; i++) {
        begin_defect(p, &p->in->check.audit->findings[i]);
        prom_end_int(p, p->in->check.audit->findings[i].of);
    }
}

static void defects_found(struct prom *p)
{
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        prom_begin(p, "");
        prom_label(p, "severity", severity_word((enum severity)s));
        prom_end_int(p, (int64_t)p->in->check.audit->counts[s]);
    }
}

static void build_info(struct prom *p)
{
    prom_begin(p, "");
    prom_label(p, "version", DRAINCTL_VERSION);
    prom_end_int(p, 1);
}

/* --- the table --- */

struct metric {
    const char *name, *help;
    bool summary;                 /* the others are gauges: each is the state of one run */
    void (*once)(struct prom *p); /* one of these four writes the samples */
    void (*of_check)(struct prom *p);
    void (*of_run)(struct prom *p);
    void (*of_load)(struct prom *p, const struct load_verdict *l);
};

static const struct metric metrics[] = {
    {"drainctl_build_info", "The drainctl that wrote this.", .once = build_info},
    {"drainctl_run_verdict", "1 for the verdict of the run, 0 for the others.", .of_run = verdict},
    {"drainctl_run_start_timestamp_seconds", "When the run began, Unix time.", .of_run = started},
    {"drainctl_run_duration_seconds", "How long the run took.", .of_run = run_duration},
    {"drainctl_in_flight", "Attempts in flight at the first signal.", .of_run = in_flight},
    {"drainctl_requests", "Requests that were begun.", .of_load = requests},
    {"drainctl_attempts", "Attempts by what became of them.", .of_load = attempts},
    {"drainctl_reasons", "Attempts by the reason of their outcome.", .of_load = reasons},
    {"drainctl_processed", "Attempts by what is known of the server having processed them.",
     .of_load = processed},
    {"drainctl_latency_seconds",
     "Whole answers, from the intended start; quantile 1 is the longest.", .summary = true,
     .of_load = latency},
    {"drainctl_intentions", "What people wanted at loads with a frontend, by what they saw of it.",
     .of_load = saw},
    {"drainctl_user_seconds_lost", "Time that all people waited longer than usual, or in vain.",
     .of_load = user_seconds},
    {"drainctl_expectation_passed", "1 for an expectation that held, 0 for one that did not.",
     .of_run = expectations},
    {"drainctl_signal_seconds", "From the first signal until this one was sent.",
     .of_run = signals},
    {"drainctl_signal_lag_seconds", "From a signal's moment coming true until it was sent.",
     .of_run = signal_lags},
    {"drainctl_not_ready_seconds", "From the first signal until readiness turned.",
     .of_run = not_ready},
    {"drainctl_listener_closed_seconds", "From the first signal until the listener closed.",
     .of_run = listener_closed},
    {"drainctl_queue_lost", "Connections that were lost in the accept queue.",
     .of_run = queue_lost},
    {"drainctl_last_answer_seconds", "From the first signal until the last whole answer.",
     .of_run = last_answer},
    {"drainctl_target_exit_seconds", "From the first signal until the target exited.",
     .of_run = target_exit},
    {"drainctl_target_exit_status",
     "The target's exit status; 128 and the signal if it died of one.",
     .of_run = target_exit_status},
    {"drainctl_target_killed", "1 when the target did not exit and drainctl ended it.",
     .of_run = target_killed},
    {"drainctl_orphans", "Processes that the target left behind.", .of_run = orphans},
    {"drainctl_check_verdict", "1 for the verdict of the check, 0 for the others.",
     .of_check = check_verdict},
    {"drainctl_check_grade", "The grade of the check.", .of_check = check_grade},
    {"drainctl_defects", "How often a defect was seen in the worst run.", .of_check = defects},
    {"drainctl_defects_of", "How many could have shown the defect in that run.",
     .of_check = defects_of},
    {"drainctl_defects_found", "Defects of the catalogue that were found.",
     .of_check = defects_found},
};

static void write_runs(struct prom *p, const struct metric *m)
{
    for (size_t i = 0; i < p->in->count; i++) {
        p->v = &p->in->runs[i];
        p->repeat = p->repeats[i];
        if (m->of_run)
            m->of_run(p);
        for (size_t k = 0; m->of_load && k < p->v->n_loads; k++)
            m->of_load(p, &p->v->loads[k]);
    }
}

static void write_metric(struct prom *p, const struct metric *m)
{
    if (m->of_check && p->in->kind != REPORT_CHECK)
        return;
    p->name = m->name;
    buf_addf(p->out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
             m->summary ? "summary" : "gauge");
    if (m->once)
        m->once(p);
    else if (m->of_check)
        m->of_check(p);
    else
        write_runs(p, m);
}

void report_prometheus(const struct report_input *in, struct buf *out)
{
    int64_t *repeats = repeats_of(in->runs, in->count);
    struct prom p = {.out = out, .in = in, .repeats = repeats};
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        write_metric(&p, &metrics[i]);
    free(repeats);
}

/* A Pushgateway takes the whole of a group in place of what it held (its README, "PUT method"). The
 * group is in the address: http://HOST:9091/metrics/job/NAME. */
const struct report_push report_prometheus_push = {
    .method = "PUT",
    .content_type = "text/plain; version=0.0.4; charset=utf-8",
    .path = "/metrics/job/drainctl",
};
