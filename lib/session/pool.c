#include "session/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/battery.h"
#include "cli/messages.h"
#include "session/interrupts.h"
#include "session/machine.h"
#include "session/places.h"
#include "session/pool_line.h"

enum { LINE_MS = 100, MEMORY_MS = 200, FEWEST_AT_WORK = 2 };

/* In all: a machine that is never quiet must not hold up a check. */
static const int64_t patience_ns = NS_PER_S;

struct pool {
    const struct workers *workers;
    struct job *jobs; /* in shared memory: a worker that dies has said what it got to */
    struct place *places;
    bool *beside; /* another one went on at the same time */
    pid_t *pids;
    size_t count, over; /* over: and all before it, too */
    struct place_limits limits;
    struct machine_rest rest;
    int signals, told; /* to be polled: signals to us, and a worker's mark */
    sigset_t before;
    int interrupted;
    bool stopped; /* nothing else begins */
    bool crowded; /* a run that proved nothing beside others went well alone */
};

static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};

/* --- in the worker --- */

struct worker {
    struct job *job;
    int told;
};

static void on_marked(void *arg, enum run_mark mark)
{
    const struct worker *w = arg;
    const uint64_t one = 1;
    w->job->marked_ns = clock_ns();
    atomic_store(&w->job->mark, mark);
    while (write(w->told, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* A worker is in a process group of its own: a Ctrl-C reaches it once, through its parent. */
static NORETURN void work(const struct pool *p, struct job *job, pid_t parent)
{
    struct worker me = {job, p->told};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    sigprocmask(SIG_SETMASK, &p->before, NULL);
    job_run(job,
            (struct run_options){.program = p->workers->program, .marked = on_marked, .arg = &me},
            NULL, NULL);
    _exit(0);
}

/* --- beginning --- */

static size_t alive(const struct pool *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++)
        n += p->pids[i] > 0;
    return n;
}

static void note_company(struct pool *p)
{
    bool several = alive(p) > 1;
    for (size_t i = 0; i < p->count; i++)
        p->beside[i] |= several && p->pids[i] > 0;
}

static void begin(struct pool *p, size_t i)
{
    struct job *job = &p->jobs[i];
    pid_t parent = getpid();
    job->from = job->to = lseek(job->fd, 0, SEEK_END);
    atomic_store(&job->mark, RUN_STARTED);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        work(p, job, parent);
    if (pid < 0) {
        if (alive(p) == 0) { /* no more processes, and none of ours will end */
            message_warning("cannot fork a worker: %s", strerror(errno));
            p->places[i].state = PLACE_OVER;
        }
        return;
    }
    setpgid(pid, pid); /* both do it: neither knows who is first */
    job->started = true;
    p->pids[i] = pid;
    p->places[i].state = PLACE_AT_WORK;
    note_company(p);
}

/* With work beside it that is not ours, a run is not alone; and one more target needs room. */
static bool machine_allows(struct pool *p, size_t i, int64_t now_ns, int64_t *again_ns)
{
    if (p->workers->battery && alive(p) > 0 && machine_is_short_of_memory()) {
        *again_ns = now_ns + MEMORY_MS * NS_PER_MS;
        return false;
    }
    if (p->jobs[i].alone_ns == 0)
        return true;
    bool quiet = machine_is_quiet(&p->rest, now_ns, again_ns);
    if (quiet)
        machine_looked(&p->rest);
    return quiet;
}

/* All that may. Returns when to look again, INT64_MAX for: when something has happened. */
static int64_t begin_some(struct pool *p)
{
    int64_t again_ns = INT64_MAX;
    while (!p->interrupted && !p->stopped) {
        int64_t now_ns = clock_ns();
        int i = places_next(p->places, p->count, &p->limits, now_ns, &again_ns);
        if (i == PLACE_NONE || !machine_allows(p, (size_t)i, now_ns, &again_ns))
            break;
        begin(p, (size_t)i);
        if (p->places[i].state == PLACE_TO_COME)
            break;
    }
    return again_ns;
}

/* --- ending --- */

/* Did it come to nothing, and perhaps only because another one went on beside it? A second target
 * may want a port or a lock that the first has; a busy machine makes requests miss their moment. */
static bool deserves_another(const struct pool *p, size_t i)
{
    const struct job *job = &p->jobs[i];
    int mark = atomic_load(&job->mark);
    bool had_moments = atomic_load(&p->jobs[0].mark) == RUN_SIGNALLED;
    return p->workers->battery && p->beside[i] && !p->places[i].apart && !p->interrupted &&
           !job->died_of && !job->journal_errno &&
           (mark == RUN_NOT_READY || mark == RUN_TARGET_GONE ||
            (mark == RUN_NO_MOMENT && had_moments));
}

static void again_apart(struct pool *p, size_t i)
{
    struct job *job = &p->jobs[i];
    if (ftruncate(job->fd, job->from) < 0)
        return; /* then it stays as it is */
    job->to = job->from;
    job->started = false;
    p->places[i] = (struct place){.alone_ns = job->alone_ns, .apart = true};
}

/* A server that does not start at all need not be started for every run. */
static bool is_hopeless(const struct pool *p)
{
    return p->workers->battery && atomic_load(&p->jobs[0].mark) == RUN_NOT_READY;
}

static void hand_over(struct pool *p)
{
    for (; p->over < p->count && p->places[p->over].state == PLACE_OVER; p->over++) {
        struct job *job = &p->jobs[p->over];
        if (p->workers->over && job->started)
            p->workers->over(p->workers->over_arg, job);
        p->stopped |= job->journal_errno != 0;
    }
}

/* A worker that was interrupted before it could handle that had nothing to clean up. */
static bool was_early(const struct pool *p, const struct job *job)
{
    return p->interrupted && job->died_of == p->interrupted && job->to == job->from;
}

/* What this run has shown, some of those to come need not show again. */
static void leave_out(struct pool *p, struct job *job)
{
    const struct workers *w = p->workers;
    if (!w->carried_out || atomic_load(&job->mark) != RUN_SIGNALLED)
        return;
    w->carried_out(w->needless_arg, job);
    for (size_t i = 0; i < p->count; i++)
        if (p->places[i].state == PLACE_TO_COME && w->is_needless(w->needless_arg, &p->jobs[i])) {
            p->jobs[i].needless = true;
            p->places[i].state = PLACE_OVER;
        }
}

static void ended(struct pool *p, size_t i, int status)
{
    struct job *job = &p->jobs[i];
    p->pids[i] = 0;
    p->places[i].state = PLACE_OVER;
    if (WIFSIGNALED(status))
        job->died_of = WTERMSIG(status);
    off_t end = lseek(job->fd, 0, SEEK_END);
    job->to = end > job->from ? end : job->from;
    if (was_early(p, job)) {
        job->started = false;
        job->died_of = 0;
    }
    p->crowded |= p->places[i].apart && job->alone_ns != BATTERY_LAST &&
                  atomic_load(&job->mark) == RUN_SIGNALLED;
    if (i == 0)
        p->stopped |= is_hopeless(p);
    if (deserves_another(p, i))
        again_apart(p, i);
    else
        leave_out(p, job);
    hand_over(p);
}

static void reap(struct pool *p)
{
    int status;
    for (size_t i = 0; i < p->count; i++)
        if (p->pids[i] > 0 && waitpid(p->pids[i], &status, WNOHANG) == p->pids[i])
            ended(p, i, status);
}

static void interrupt(struct pool *p, int signo)
{
    p->interrupted = signo;
    for (size_t i = 0; i < p->count; i++)
        if (p->pids[i] > 0)
            kill(p->pids[i], signo);
}

/* --- what comes in --- */

static void read_marks(struct pool *p)
{
    uint64_t n;
    (void)!read(p->told, &n, sizeof n);
    for (size_t i = 0; i < p->count; i++)
        if (p->places[i].state == PLACE_AT_WORK && atomic_load(&p->jobs[i].mark) == RUN_SIGNALLED) {
            p->places[i].state = PLACE_WAITING;
            p->places[i].signalled_ns = p->jobs[i].marked_ns;
        }
}

static void read_signals(struct pool *p)
{
    struct signalfd_siginfo info;
    while (read(p->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGCHLD)
            interrupt(p, (int)info.ssi_signo);
    }
    reap(p); /* several SIGCHLD may be one */
}

static void await(struct pool *p, int64_t until_ns)
{
    struct pollfd fds[] = {{.fd = p->signals, .events = POLLIN}, {.fd = p->told, .events = POLLIN}};
    int64_t now_ns = clock_ns(), ms = -1;
    if (until_ns != INT64_MAX)
        ms = until_ns > now_ns ? (until_ns - now_ns) / NS_PER_MS + 1 : 0;
    if (p->workers->progress && (ms < 0 || ms > LINE_MS))
        ms = LINE_MS;
    if (poll(fds, 2, (int)ms) <= 0)
        return;
    if (fds[1].revents)
        read_marks(p);
    if (fds[0].revents)
        read_signals(p);
}

static void carry_out(struct pool *p)
{
    for (;;) {
        int64_t again_ns = begin_some(p);
        if (p->workers->progress)
            pool_line_show(p->jobs, p->places, p->count);
        if (alive(p) == 0 && again_ns == INT64_MAX)
            break; /* nothing goes on, and nothing is to begin */
        await(p, again_ns);
    }
    message_progress("");
}

/* --- all of it --- */

static void open_pool(struct pool *p)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    for (size_t i = 0; i < ARRAY_LEN(interrupts); i++)
        sigaddset(&wanted, interrupts[i]);
    sigprocmask(SIG_BLOCK, &wanted, &p->before);
    p->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    p->told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    p->places = mem_zero(p->count, sizeof *p->places);
    p->beside = mem_zero(p->count, sizeof *p->beside);
    p->pids = mem_zero(p->count, sizeof *p->pids);
    for (size_t i = 0; i < p->count; i++) {
        bool last = p->jobs[i].alone_ns == BATTERY_LAST;
        p->places[i].apart = last;
        p->places[i].alone_ns = last ? 0 : p->jobs[i].alone_ns;
    }
}

static void close_pool(struct pool *p)
{
    interrupts_remember(); /* one may have come since the last look */
    sigprocmask(SIG_SETMASK, &p->before, NULL);
    close(p->signals);
    close(p->told);
    free(p->places);
    free(p->beside);
    free(p->pids);
}

int pool_run(const struct workers *w, struct job *jobs, size_t count)
{
    size_t size = count * sizeof *jobs, most = w->at_a_time > 0 ? (size_t)w->at_a_time : 1;
    size_t cores = (size_t)machine_processors();
    size_t at_work = cores > FEWEST_AT_WORK ? cores : FEWEST_AT_WORK;
    struct pool p = {
        .workers = w,
        .count = count,
        .limits = {.alive = most, .at_work = w->battery && at_work < most ? at_work : most},
        .rest = {.patience_ns = patience_ns},
    };
    p.jobs = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p.jobs == MAP_FAILED) {
        message_warning("cannot share memory with workers: %s", strerror(errno));
        return 0;
    }
    memcpy(p.jobs, jobs, size);
    open_pool(&p);
    carry_out(&p);
    close_pool(&p);
    memcpy(jobs, p.jobs, size);
    munmap(p.jobs, size);
    if (p.crowded && !w->quiet)
        message_note("some runs proved nothing beside others, and were repeated alone");
    return p.interrupted;
}
