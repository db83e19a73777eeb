/* drainctl scenario: run scenarios, and say what became of every request. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signame.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/messages.h"
#include "cmd/outputs.h"
#include "cmd/recording.h"
#include "cmd/results.h"
#include "cmd/workers.h"

enum { MOST_REPEATS = 10000, MOST_JOBS = 256, NO_SEED = -1 };

static struct option_list reports;
static const char *journal_file;
static int64_t repeat = 1, jobs_at_a_time = 1, seed = NO_SEED, timeout_ns;
static bool list_them, quiet, verbose;
static int color;

static const struct option options[] = {
    {"report", 0, OPTION_LIST, &reports, "FORMAT[=FILE]",
     "write a report: text, json, junit, tap; repeatable (text on standard output)", 0, 0, NULL},
    {"journal", 0, OPTION_FILE, &journal_file, "FILE",
     "keep everything that happened, for 'drainctl report'", 0, 0, NULL},
    {"repeat", 'n', OPTION_INT, &repeat, "N", "run each scenario N times", 1, MOST_REPEATS, NULL},
    {"jobs", 'j', OPTION_INT, &jobs_at_a_time, "N", "run up to N at a time", 1, MOST_JOBS, NULL},
    {"seed", 0, OPTION_INT, &seed, "N", "for what is drawn by chance", 0, INT64_C(1) << 53, NULL},
    {"timeout", 't', OPTION_DURATION, &timeout_ns, "DURATION",
     "end each run after this long, whatever the scenario says", 0, 0, NULL},
    {"list", 'l', OPTION_FLAG, &list_them, NULL, "list the built-in scenarios and run nothing", 0,
     0, NULL},
    {"quiet", 'q', OPTION_FLAG, &quiet, NULL, "only the verdict, and no progress", 0, 0, NULL},
    {"verbose", 'v', OPTION_FLAG, &verbose, NULL, "more of everything", 0, 0, NULL},
    {"color", 0, OPTION_ENUM, &color, "WHEN", "auto, always or never", 0, 0, color_words},
    {0},
};

/* Everything of one invocation. */
struct session {
    struct scenario_list scenarios;
    struct outputs outputs;
    struct recording recording;
    struct results results;
    struct job *jobs;
    size_t count;
    bool one_at_a_time;
    bool incomplete; /* something could not be carried out; it was said */
};

static struct job *make_jobs(const struct scenario_list *list, size_t *count)
{
    size_t n = 0;
    struct job *jobs = mem_zero(list->count * (size_t)repeat + 1, sizeof *jobs);
    for (size_t i = 0; i < list->count; i++) {
        for (int64_t k = 0; k < repeat; k++) {
            uint64_t first = seed == NO_SEED ? list->plans[i].seed : (uint64_t)seed;
            jobs[n++] = (struct job){
                .plan = &list->plans[i],
                .seed = first + (uint64_t)k, /* each repeat draws anew, and can be run again */
                .timeout_ns = timeout_ns,
                .fd = -1,
            };
        }
    }
    *count = n;
    return jobs;
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
    bool judged = job->started && recording_take(&s->recording, job, &h, &err) == 0 &&
                  results_add(&s->results, &h, &err) == 0;
    if (job->journal_errno)
        message_error("cannot write the journal '%s': %s",
                      s->recording.file ? s->recording.file : job->plan->name,
                      strerror(job->journal_errno));
    else if (job->died_of)
        message_error("the worker of '%s' died of %s", job->plan->name, signame_name(job->died_of));
    else if (!job->started)
        message_error("the scenario '%s' was not run", job->plan->name);
    else if (!judged)
        command_fail(&err);
    if (!judged || job->journal_errno || job->died_of)
        s->incomplete = true;
}

static int carry_out(struct session *s, struct error *err)
{
    char program[PATH_MAX];
    own_path(program, sizeof program);
    struct workers w = {
        .program = program,
        .at_a_time = (int)jobs_at_a_time,
        .progress = messages_have_terminal() && !quiet,
    };
    int interrupted = workers_run(&w, s->jobs, s->count);
    bool stopped = interrupted;
    for (size_t i = 0; i < s->count; i++) {
        if (!s->jobs[i].started && stopped)
            continue;
        take_job(s, &s->jobs[i]);
        stopped |= s->jobs[i].journal_errno != 0; /* the rest was not begun: there is no place */
    }
    int status = results_report(&s->results, &s->outputs, quiet, verbose, err);
    if (err->kind != ERROR_NONE)
        status = command_fail(err);
    if (interrupted)
        return 128 + interrupted;
    return s->incomplete ? EXIT_INCONCLUSIVE : status;
}

static int prepare(struct session *s, int argc, char **argv, struct error *err)
{
    if (scenarios_collect(&s->scenarios, argc, argv, err) < 0 ||
        outputs_open(&s->outputs, &reports, err) < 0)
        return -1;
    s->jobs = make_jobs(&s->scenarios, &s->count);
    s->one_at_a_time = jobs_at_a_time <= 1 || s->count <= 1;
    if (recording_open(&s->recording, journal_file, s->one_at_a_time, err) < 0)
        return -1;
    return recording_assign(&s->recording, s->jobs, s->count, s->one_at_a_time, err);
}

static int run_scenario(int argc, char **argv, struct error *err)
{
    struct session s = {.recording = {.file_fd = -1}};
    messages_color(color);
    if (list_them)
        return scenarios_print_builtin(err) < 0 ? command_fail(err) : EXIT_PASSED;
    int status = prepare(&s, argc, argv, err) < 0 ? command_fail(err) : carry_out(&s, err);
    results_free(&s.results);
    recording_close(&s.recording, s.jobs, s.count);
    outputs_close(&s.outputs);
    free(s.jobs);
    scenarios_free(&s.scenarios);
    return status;
}

extern const struct command cmd_scenario;
const struct command cmd_scenario = {
    .name = "scenario",
    .args = "[OPTIONS] [FILE|FOLDER|NAME]...",
    .summary = "run scenarios: start a server, load it, signal it, judge",
    .about = "Each scenario starts a server, holds requests open against it, sends it signals at "
             "chosen moments, and says of every request whether it was completed, refused or cut "
             "off. A folder stands for all its *.json files, '-' for standard input, and a name "
             "for a built-in scenario; without any, all built-in ones run. Every file is read "
             "before anything starts.",
    .examples = "  drainctl scenario\n"
                "  drainctl scenario requests-in-flight-finish --repeat 20 --jobs 2\n"
                "  drainctl scenario tests/drain/ --report junit=drain.xml --journal run.jsonl\n",
    .options = options,
    .min_args = 0,
    .max_args = -1,
    .run = run_scenario,
};
