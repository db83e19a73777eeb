#include "session/session.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/mem.h"
#include "cli/messages.h"
#include "output/same_file.h"
#include "session/interrupts.h"

static struct job *make_jobs(const struct session_options *o, const struct plan *plans,
                             size_t n_plans, size_t *count)
{
    size_t n = 0;
    struct job *jobs = mem_zero(n_plans * (size_t)o->repeat + 1, sizeof *jobs);
    for (size_t i = 0; i < n_plans; i++) {
        for (int64_t k = 0; k < o->repeat; k++) {
            uint64_t first = o->seed == SESSION_NO_SEED ? plans[i].seed : (uint64_t)o->seed;
            jobs[n++] = (struct job){
                .plan = &plans[i],
                .seed = first + (uint64_t)k, /* each repeat draws anew, and can be run again */
                .timeout_ns = o->timeout_ns,
                .fd = -1,
            };
        }
    }
    *count = n;
    return jobs;
}

/* No output is written over what the runs are made of, or over another one. */
static int keep_apart(const struct session *s, const struct plan *plans, size_t n_plans,
                      struct error *err)
{
    const char *journal = s->options->journal_file;
    int rc = outputs_spare(&s->outputs, "the journal", journal, err);
    for (size_t i = 0; i < n_plans && rc == 0; i++) {
        rc = places_differ("journal", journal, "the scenario", plans[i].from.file, err);
        if (rc == 0)
            rc = outputs_spare(&s->outputs, "the scenario", plans[i].from.file, err);
    }
    return rc;
}

int session_open(struct session *s, const struct session_options *options, const struct plan *plans,
                 size_t n_plans, struct error *err)
{
    *s = (struct session){.options = options, .recording = {.file_fd = -1}};
    if (outputs_open(&s->outputs, &options->reports, err) < 0)
        return -1;
    if (keep_apart(s, plans, n_plans, err) < 0)
        return -1;
    s->jobs = make_jobs(options, plans, n_plans, &s->count);
    bool one_at_a_time = options->jobs <= 1 || s->count <= 1;
    if (recording_open(&s->recording, options->journal_file, err) < 0)
        return -1;
    return recording_assign(&s->recording, s->jobs, s->count, one_at_a_time, err);
}

void session_battery(struct session *s, const int64_t *alone_ns)
{
    s->battery = true;
    for (size_t i = 0; i < s->count; i++)
        s->jobs[i].alone_ns = alone_ns[i / (size_t)s->options->repeat];
}

static void own_path(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    out[n > 0 ? n : 0] = '\0';
    if (n <= 0 || access(out, X_OK) < 0) /* the file was replaced while it ran */
        snprintf(out, size, "/proc/self/exe");
}

/* Judge one job; say what went wrong with it. */
static void take_job(struct session *s, struct job *job)
{
    struct error err = {0};
    struct histories h = {0};
    char how[ENDING_SIZE];
    recording_keep(&s->recording, job);
    bool judged = job->started && recording_take(&s->recording, job, &h, &err) == 0 &&
                  results_add(&s->results, &h, &err) == 0;
    if (job->journal_errno)
        message_error("cannot write the journal '%s': %s",
                      s->recording.file ? s->recording.file : job->plan->name,
                      strerror(job->journal_errno));
    else if (job->died_of)
        message_error("the worker of '%s' %s", job->plan->name,
                      ending_say(how, sizeof how, -1, job->died_of));
    else if (!job->started)
        message_error("the scenario '%s' was not run", job->plan->name);
    else if (!judged)
        command_fail(&err);
    if (!judged || job->journal_errno || job->died_of)
        s->incomplete = true;
}

/* Two tries that lost decide; with --repeat, the person asks for more. */
static void note_shown(void *session, struct job *job)
{
    struct session *s = session;
    struct error err = {0};
    struct histories h = {0};
    struct run_verdict v = {0};
    if (recording_take(&s->recording, job, &h, &err) == 0 && h.count == 1 &&
        judge_run(&h.runs[0], &v, &err) == 0) {
        decided_add(&s->decided, &v);
        run_verdict_free(&v);
    }
    histories_free(&h);
}

static bool is_shown(void *session, const struct job *job)
{
    const struct session *s = session;
    return decided_is_needless(&s->decided, job->plan->name);
}

void session_carry_out(struct session *s)
{
    char program[PATH_MAX];
    own_path(program, sizeof program);
    struct workers w = {
        .program = program,
        .at_a_time = (int)s->options->jobs,
        .quiet = s->options->quiet,
        .progress = messages_have_terminal() && !s->options->quiet,
        .battery = s->battery,
        .over = recording_keep,
        .over_arg = &s->recording,
        .adapt = s->adapt,
        .adapt_arg = s->adapt_arg,
    };
    if (s->battery && s->options->repeat == 1) {
        w.carried_out = note_shown;
        w.is_needless = is_shown;
        w.needless_arg = s;
    }
    s->interrupted = workers_run(&w, s->jobs, s->count);
    interrupts_remember();
    bool stopped = s->interrupted || (s->battery && s->jobs[0].mark == RUN_NOT_READY);
    for (size_t i = 0; i < s->count; i++) {
        if (s->jobs[i].needless || (!s->jobs[i].started && stopped))
            continue;
        take_job(s, &s->jobs[i]);
        stopped |= s->jobs[i].journal_errno != 0; /* the rest was not begun: there is no place */
    }
}

int session_report(struct session *s, const struct report_input *input, int status,
                   struct error *err)
{
    struct report_input whole = *input;
    whole.runs = s->results.runs;
    whole.count = s->results.count;
    whole.quiet = s->options->quiet;
    whole.verbose = s->options->verbose;
    if (outputs_write(&s->outputs, &whole, err) < 0)
        status = command_fail(err);
    int interrupted = s->interrupted ? s->interrupted : interrupts_remembered();
    if (interrupted)
        return 128 + interrupted;
    return s->incomplete ? EXIT_INCONCLUSIVE : status;
}

void session_close(struct session *s)
{
    results_free(&s->results);
    recording_close(&s->recording, s->jobs, s->count);
    outputs_close(&s->outputs);
    free(s->jobs);
}
