#include "session/workers.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/duration.h"
#include "cli/messages.h"
#include "session/pool.h"

struct progress_line {
    const struct job *job;
    size_t number, count;
};

static void show_following(const char *name, const struct run_progress *p)
{
    char text[256], elapsed[32], connections[48] = "";
    if (p->connections >= 0)
        snprintf(connections, sizeof connections, ", %slistening, %d connection%s",
                 p->listening ? "" : "no longer ", p->connections, p->connections == 1 ? "" : "s");
    snprintf(text, sizeof text, "%.60s: %s, %s%s", name, p->stage,
             duration_human(p->elapsed_ns, elapsed, sizeof elapsed), connections);
    message_progress(text);
}

static void show_progress(void *arg, const struct run_progress *p)
{
    const struct progress_line *line = arg;
    char text[256], elapsed[32];
    if (line->job->plan->n_loads == 0) {
        show_following(line->job->plan->name, p);
        return;
    }
    snprintf(text, sizeof text,
             "[%zu/%zu] %.40s: %s, %s, %" PRId64 " in flight, %" PRId64 " of %" PRId64 " done",
             line->number, line->count, line->job->plan->name, p->stage,
             duration_human(p->elapsed_ns, elapsed, sizeof elapsed), p->in_flight, p->done,
             p->started);
    message_progress(text);
}

static int run_in_turn(const struct workers *w, struct job *jobs, size_t count)
{
    int interrupted = 0;
    for (size_t i = 0; i < count && !interrupted; i++) {
        struct progress_line line = {&jobs[i], i + 1, count};
        struct run_options options = {
            .program = w->program, .progress = w->progress ? show_progress : NULL, .arg = &line};
        jobs[i].from = jobs[i].to = lseek(jobs[i].fd, 0, SEEK_END);
        interrupted = job_run(&jobs[i], options, w->adapt, w->adapt_arg);
        if (w->over)
            w->over(w->over_arg, &jobs[i]);
        if (jobs[i].journal_errno)
            break;
    }
    message_progress("");
    return interrupted;
}

int workers_run(const struct workers *w, struct job *jobs, size_t count)
{
    bool in_turn = count <= 1 || w->at_a_time <= 1;
    return in_turn && !w->battery ? run_in_turn(w, jobs, count) : pool_run(w, jobs, count);
}
