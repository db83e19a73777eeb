#include "session/job.h"

#include <unistd.h>

int job_run(struct job *job, struct run_options options,
            void (*adapt)(void *arg, struct run_options *options, struct journal *journal),
            void *arg)
{
    struct plan plan = *job->plan; /* shallow: only numbers are changed */
    struct journal journal;
    plan.seed = job->seed;
    if (job->timeout_ns > 0)
        plan.timeout_ns = job->timeout_ns;
    job->started = true;
    journal_init(&journal, job->fd);
    if (adapt)
        adapt(arg, &options, &journal);
    int interrupted = run_execute(&plan, &journal, &options);
    job->journal_errno = -journal_flush(&journal);
    job->to = lseek(job->fd, 0, SEEK_END);
    journal_close(&journal);
    return interrupted;
}
