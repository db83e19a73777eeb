/* The process under test on the loop: its exit, the regular tick, and its life from start to free.
 */
#include "process/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/pidfd.h"

/* so long a parent may take to reap a process whose exit status is wanted */
enum { REAP_MS = 200 };

static void free_target(struct target *t)
{
    if (t->pidfd >= 0)
        close(t->pidfd);
    if (t->has_regex)
        regfree(&t->ready_regex);
    sockdiag_close(t->diag);
    target_watches_free(t);
    target_lines_free(t);
    target_processes_free(t);
    target_remains_free(t);
    free(t->url);
    free(t->name);
    free(t);
}

static void all_closed(struct target *t)
{
    void (*closed)(void *arg) = t->closed;
    void *arg = t->closed_arg;
    free_target(t);
    if (closed)
        closed(arg);
}

static void note_listener_left(struct target *t)
{
    char name[32];
    if (t->listener.sockets > 0 && t->keeper.pid && t->owner && t->owner != t->pid)
        note_add(t->journal, NOTE_STILL_LISTENS,
                 (struct event){.pid = t->pid,
                                .owner = t->owner,
                                .text = proc_name(t->owner, name, sizeof name),
                                .port = t->port});
}

static void exited(struct target *t, int code, int signo)
{
    if (!t->running)
        return;
    t->running = false;
    for (int i = 0; i < 2; i++)
        output_drain(&t->streams[i]);
    journal_add(t->journal, &(struct event){.kind = EVENT_TARGET_EXIT,
                                            .t_ns = t->exit_ns,
                                            .pid = t->pid,
                                            .exit_code = code,
                                            .exit_signal = signo});
    note_listener_left(t);
    target_set_pace(t);
    if (t->closing || t->failed)
        return;
    if (!t->ready)
        target_ready_exit(t, code, signo);
    else if (t->callbacks.exited)
        t->callbacks.exited(t->callbacks.arg, code, signo);
}

/* An attached process has exited: how, the kernel may tell once its parent has reaped it, and /proc
 * until then. */
static void learn_status(struct target *t)
{
    int status = 0;
    int rc = pidfd_exit_status(t->pidfd, &status);
    if (rc != 1 && proc_zombie_status(t->pid, &status))
        rc = 1;
    if (rc == 0 && clock_ns() < t->exit_ns + REAP_MS * NS_PER_MS)
        return;
    bool known = rc == 1;
    exited(t, known && WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           known && WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void on_tick(uv_timer_t *timer)
{
    struct target *t = timer->data;
    target_listener_look(t, 0);
    if (!t->keeper.pid && t->exit_ns && t->running && !t->closing)
        learn_status(t);
    if (!t->closing)
        target_ready_tick(t, clock_ns());
    if (!t->closing)
        target_watches_tick(t, clock_ns());
    if (!t->closing)
        target_processes_tick(t, clock_ns());
    if (!t->closing)
        target_remains_look(t, clock_ns());
    if (!t->closing && !t->running)
        target_survivor_tick(t, clock_ns());
}

/* It has exited now; how, the keeper will say. */
static void see_exit(struct target *t)
{
    if (t->exit_ns)
        return;
    t->exit_ns = clock_ns();
    if (t->exit_polled)
        uv_poll_stop(&t->exit_poll);
    target_listener_look(t, t->exit_ns);
}

static void on_pidfd(uv_poll_t *poll, int status, int events)
{
    struct target *t = poll->data;
    (void)status;
    (void)events;
    see_exit(t);
    if (!t->keeper.pid)
        learn_status(t);
}

static void on_keeper_ended(struct target *t)
{
    target_close_handle(&t->keeper_poll);
    if (keeper_reap(&t->keeper))
        note_add(t->journal, NOTE_NOT_KILLED, (struct event){0});
    if (t->pidfd < 0 && !t->exit_ns)
        t->exit_ns = clock_ns(); /* nothing else will tell */
    if (t->exit_ns)
        exited(t, -1, 0); /* and how, nobody can say any more */
    if (t->closing)
        target_close_handles(t);
    else
        note_add(t->journal, NOTE_KEEPER_KILLED, (struct event){0});
}

static void on_keeper(uv_poll_t *poll, int status, int events)
{
    struct target *t = poll->data;
    struct keeper_message m;
    int rc;
    (void)status;
    (void)events;
    while ((rc = keeper_read(&t->keeper, &m)) == 1) {
        if (m.what != KEEPER_EXITED)
            continue;
        see_exit(t);
        exited(t, WIFEXITED(m.value) ? WEXITSTATUS(m.value) : -1,
               WIFSIGNALED(m.value) ? WTERMSIG(m.value) : 0);
    }
    if (rc == 0)
        on_keeper_ended(t);
}

static void on_line(struct target *t, int stream, const char *text)
{
    target_ready_line(t, text);
    if (t->callbacks.line && !t->closing)
        t->callbacks.line(t->callbacks.arg, stream, text);
}

static struct target *new_target(const struct target_options *o)
{
    struct target *t = MEM_NEW(struct target);
    t->loop = o->loop;
    t->journal = o->journal;
    t->plan = o->plan;
    t->callbacks = o->callbacks;
    t->port = o->port;
    t->pidfd = -1;
    t->keeper.fd = -1;
    t->all_closed = all_closed;
    t->diag = sockdiag_open();
    target_lines_init(t, on_line);
    return t;
}

/* All that can fail before there is a process. */
static int prepare(struct target *t, struct error *err)
{
    if (!t->plan->url && t->plan->kind == TARGET_ATTACH) {
        t->port = 0; /* only the process is followed */
        return 0;
    }
    t->url = plan_expand(t->plan->url ? t->plan->url : "http://127.0.0.1:${port}", t->port);
    if (probe_base_parse(&t->base, t->url) < 0)
        return error_set(err, ERROR_RUN, "the target's url '%s' has no address", t->url);
    t->port = t->base.port; /* where the clients go is where to look for its listener */
    if (t->plan->kind < TARGET_ATTACH && target_port_free(t, err) < 0)
        return -1;
    if (t->plan->kind == TARGET_URL && !probe_base_is_loopback(&t->base)) {
        sockdiag_close(t->diag); /* it knows this machine's sockets only */
        t->diag = NULL;
    }
    return target_ready_begin(t, err);
}

static void follow(struct target *t)
{
    t->running = true;
    if (t->pidfd >= 0) {
        uv_poll_init(t->loop, &t->exit_poll, t->pidfd);
        uv_poll_start(&t->exit_poll, UV_READABLE, on_pidfd);
        t->exit_poll.data = t;
        t->exit_polled = true;
        t->handles++;
    }
    if (t->keeper.pid) {
        uv_poll_init(t->loop, &t->keeper_poll, t->keeper.fd);
        uv_poll_start(&t->keeper_poll, UV_READABLE, on_keeper);
        t->keeper_poll.data = t;
        t->handles++;
    }
    uv_timer_init(t->loop, &t->tick);
    t->tick.data = t;
    t->handles++;
    uv_timer_start(&t->tick, on_tick, 0, 0);
    target_set_pace(t);
}

/* By kind of target. */
static int (*const bring_up[])(struct target *t, const struct target_options *o,
                               struct error *err) = {
    [TARGET_REFERENCE] = target_spawn,
    [TARGET_COMMAND] = target_spawn,
    [TARGET_ATTACH] = target_attach,
    [TARGET_URL] = target_address,
};

struct target *target_start(const struct target_options *options, struct error *err)
{
    struct target *t = new_target(options);
    int rc = prepare(t, err);
    target_pid_files_before(t);
    if (rc == 0)
        rc = bring_up[options->plan->kind](t, options, err);
    if (rc < 0) {
        free_target(t);
        return NULL;
    }
    follow(t);
    return t;
}

pid_t target_pid(const struct target *t)
{
    return t->pid;
}

bool target_running(const struct target *t)
{
    return t->running;
}
