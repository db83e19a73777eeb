#include "session/workers.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"
#include "cli/messages.h"

/* --- one run in this process --- */

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

static int run_job(const struct workers *w, struct job *job, const struct progress_line *line)
{
    struct plan plan = *job->plan; /* shallow: only numbers are changed */
    struct run_options options = {.program = w->program};
    struct journal journal;
    struct progress_line copy;
    plan.seed = job->seed;
    if (job->timeout_ns > 0)
        plan.timeout_ns = job->timeout_ns;
    if (line) {
        copy = *line;
        options.progress = show_progress;
        options.arg = &copy;
    }
    job->started = true;
    journal_init(&journal, job->fd);
    if (w->adapt)
        w->adapt(w->arg, &options, &journal);
    int interrupted = run_execute(&plan, &journal, &options);
    job->journal_errno = -journal_flush(&journal);
    job->to = lseek(job->fd, 0, SEEK_END);
    journal_close(&journal);
    return interrupted;
}

static int run_in_turn(const struct workers *w, struct job *jobs, size_t count)
{
    int interrupted = 0;
    for (size_t i = 0; i < count && !interrupted; i++) {
        struct progress_line line = {&jobs[i], i + 1, count};
        jobs[i].from = jobs[i].to = lseek(jobs[i].fd, 0, SEEK_END);
        interrupted = run_job(w, &jobs[i], w->progress ? &line : NULL);
        if (jobs[i].journal_errno)
            break;
    }
    message_progress("");
    return interrupted;
}

/* --- several at a time, a process each --- */

/* Shared with the workers, so that a worker that dies says what it got to. */
struct pool {
    const struct workers *workers;
    struct job *jobs; /* in shared memory */
    pid_t *pids;
    size_t count, next, running, done;
    sigset_t wanted, before;
    int interrupted;
};

static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};

/* A worker is in a process group of its own: a Ctrl-C reaches it once, through its parent. */
static NORETURN void work(struct pool *p, struct job *job, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    sigprocmask(SIG_SETMASK, &p->before, NULL);
    run_job(p->workers, job, NULL);
    _exit(0);
}

static void start_one(struct pool *p)
{
    struct job *job = &p->jobs[p->next];
    pid_t parent = getpid();
    job->from = job->to = lseek(job->fd, 0, SEEK_END);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        work(p, job, parent);
    if (pid < 0) { /* no more processes: wait for those that run, or do it here */
        if (p->running == 0 && !p->interrupted) {
            message_warning("cannot fork a worker: %s", strerror(errno));
            p->next++;
            p->done++;
        }
        return;
    }
    setpgid(pid, pid); /* both do it: neither knows who is first */
    job->started = true;
    p->pids[p->next++] = pid;
    p->running++;
}

static void reap(struct pool *p)
{
    for (size_t i = 0; i < p->next; i++) {
        int status;
        if (p->pids[i] <= 0 || waitpid(p->pids[i], &status, WNOHANG) != p->pids[i])
            continue;
        p->pids[i] = 0;
        p->running--;
        p->done++;
        if (WIFSIGNALED(status))
            p->jobs[i].died_of = WTERMSIG(status);
        off_t end = lseek(p->jobs[i].fd, 0, SEEK_END);
        p->jobs[i].to = end > p->jobs[i].from ? end : p->jobs[i].from;
    }
}

static void interrupt(struct pool *p, int signo)
{
    p->interrupted = signo;
    for (size_t i = 0; i < p->next; i++)
        if (p->pids[i] > 0)
            kill(p->pids[i], signo);
}

static void show_count(const struct pool *p)
{
    char text[96];
    if (!p->workers->progress)
        return;
    snprintf(text, sizeof text, "%zu of %zu runs done, %zu running", p->done, p->count, p->running);
    message_progress(text);
}

static int run_side_by_side(const struct workers *w, struct job *jobs, size_t count)
{
    size_t size = count * sizeof *jobs;
    struct pool p = {.workers = w, .count = count, .pids = mem_zero(count, sizeof *p.pids)};
    p.jobs = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p.jobs == MAP_FAILED) {
        free(p.pids);
        return run_in_turn(w, jobs, count);
    }
    memcpy(p.jobs, jobs, size);
    sigemptyset(&p.wanted);
    sigaddset(&p.wanted, SIGCHLD);
    for (size_t i = 0; i < ARRAY_LEN(interrupts); i++)
        sigaddset(&p.wanted, interrupts[i]);
    sigprocmask(SIG_BLOCK, &p.wanted, &p.before);
    for (;;) {
        while (!p.interrupted && p.next < count && p.running < (size_t)w->at_a_time) {
            size_t was = p.next;
            start_one(&p);
            if (p.next == was)
                break;
        }
        show_count(&p);
        if (p.running == 0 && (p.interrupted || p.next == count))
            break;
        int signo = sigwaitinfo(&p.wanted, NULL);
        if (signo == SIGCHLD)
            reap(&p);
        else if (signo > 0)
            interrupt(&p, signo);
    }
    message_progress("");
    sigprocmask(SIG_SETMASK, &p.before, NULL);
    memcpy(jobs, p.jobs, size);
    munmap(p.jobs, size);
    free(p.pids);
    return p.interrupted;
}

int workers_run(const struct workers *w, struct job *jobs, size_t count)
{
    if (w->at_a_time <= 1 || count <= 1)
        return run_in_turn(w, jobs, count);
    return run_side_by_side(w, jobs, count);
}
