/* The process under test on the loop: its parts, the regular tick, its life from start to free. */
#include "process/private.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/unix_address.h"

/* how often the process tree is looked at, which takes about a millisecond */
enum { TICK_MS = 50, UNCHANGED_LOOK_MS = 20 };

static void free_target(struct target *t)
{
    if (t->exit.pidfd >= 0)
        close(t->exit.pidfd);
    if (*t->says.notify.address)
        close(t->says.notify.fd);
    activation_end(t);
    if (t->start.has_regex)
        regfree(&t->start.regex);
    remains_clear_socket(t);
    sockdiag_close(t->listener.diag);
    watches_free(&t->watches);
    lines_free(&t->says.lines);
    processes_free(&t->seen.processes);
    remains_free(&t->seen.remains);
    free(t->at.url);
    free(t->called.name);
    free(t->called.what);
    free(t);
}

static void all_closed(void *target)
{
    struct target *t = target;
    void (*closed)(void *arg) = t->close.done;
    void *arg = t->close.arg;
    free_target(t);
    if (closed)
        closed(arg);
}

static void look_at_processes(struct target *t, int64_t every_ms)
{
    if (clock_ns() - t->seen.processes.looked_ns < every_ms * NS_PER_MS)
        return;
    target_read_tree(t);
    processes_look(&t->seen.processes, &t->seen.tree);
}

int64_t target_unchanged_ns(struct target *t)
{
    look_at_processes(t, UNCHANGED_LOOK_MS);
    if (t->seen.processes.changed_ns == 0)
        t->seen.processes.changed_ns = clock_ns();
    int64_t a = t->seen.processes.changed_ns, b = t->listener.changed_ns;
    return clock_ns() - (a > b ? a : b);
}

int64_t target_grown_ns(const struct target *t)
{
    return clock_ns() - t->seen.processes.grown_ns;
}

/* No answer will come from there: what waits in the queue of a socket of ours is for another
 * process. */
static enum desertion is_deserted(const struct target *t)
{
    return t->is.running || t->listener.now.sockets > 0 ? DESERTED_NOT
           : t->held.holder.inode                       ? DESERTED_HELD
                                                        : DESERTED;
}

static void on_tick(uv_timer_t *timer)
{
    struct target *t = timer->data;
    listener_look(t, 0);
    if (t->exit.quit_by_ns && t->is.running && clock_ns() >= t->exit.quit_by_ns)
        target_kill(t);
    if (!t->is.closing)
        target_exit_tick(t);
    if (!t->is.closing)
        target_ready_tick(t, clock_ns());
    if (!t->is.closing && !t->is.frozen)
        watches_tick(&t->watches, clock_ns(), is_deserted(t));
    if (!t->is.closing && (t->plan->health_early || t->plan->holdings || t->plan->dependencies))
        look_at_processes(t, TICK_MS);
    if (!t->is.closing && t->is.ready)
        holdings_look(t, clock_ns());
    if (!t->is.closing && t->is.ready)
        dependencies_look(t, clock_ns());
    if (!t->is.closing)
        remains_look(t, clock_ns());
    if (!t->is.closing && !t->is.running)
        remains_survivor_tick(t, clock_ns());
}

static void on_line(void *arg, int stream, const char *text)
{
    struct target *t = arg;
    if (!t->is.closing)
        target_ready_line(t, text);
    if (t->callbacks.line && !t->is.closing)
        t->callbacks.line(t->callbacks.arg, stream, text);
}

static struct target *new_target(const struct target_options *o)
{
    struct target *t = MEM_NEW(struct target);
    t->loop = o->loop;
    t->journal = o->journal;
    t->plan = o->plan;
    t->callbacks = o->callbacks;
    t->at.port = o->port;
    t->called.own = o->what;
    t->at.beside = t->listener.sharing.on = o->beside;
    t->exit.pidfd = -1;
    t->exit.keeper.fd = -1;
    t->held.knock = -1;
    t->listener.diag = sockdiag_open();
    t->handles = (struct handles){.none_left = all_closed, .arg = t};
    t->seen.processes.journal = t->journal;
    t->watches = (struct watches){
        .loop = t->loop, .journal = t->journal, .handles = &t->handles, .base = &t->at.base};
    t->says.lines =
        (struct lines){.journal = t->journal, .handles = &t->handles, .line = on_line, .arg = t};
    lines_init(&t->says.lines);
    return t;
}

/* All that can fail before there is a process. */
static int prepare(struct target *t, const struct target_options *o, struct error *err)
{
    if (!t->plan->url && t->plan->kind == TARGET_ATTACH) {
        t->at.port = 0; /* only the process is followed */
        return 0;
    }
    if (!t->plan->url && !t->at.port) {
        t->is.ready = true; /* a command that listens nowhere */
        return 0;
    }
    t->at.url = plan_expand(t->plan->url ? t->plan->url : "http://127.0.0.1:${port}", t->at.port);
    if (probe_base_parse(&t->at.base, t->at.url) < 0)
        return error_set(err, ERROR_RUN, "the target's url '%s' has no address", t->at.url);
    t->listener.anywhere = !resolve_is_here(&t->at.base.addresses[0]);
    t->at.port = t->at.base.port; /* where the clients go is where to look for its listener */
    if (t->at.base.addresses[0].at.ss_family == AF_UNIX)
        t->listener.at_path.path =
            unix_address_path((const struct sockaddr *)(const void *)&t->at.base.addresses[0].at);
    bool bound = o->activation && o->activation->fd >= 0;
    if (t->plan->kind < TARGET_ATTACH && !t->at.beside && !bound && target_port_free(t, err) < 0)
        return -1;
    if (t->plan->socket_activation && !bound &&
        activation_open(o->activation, &t->at.base.addresses[0], t->at.url, err) < 0)
        return -1;
    if (t->plan->socket_activation && activation_begin(t, o->activation, t->at.beside, err) < 0)
        return -1;
    if (t->plan->kind == TARGET_URL && !probe_base_is_loopback(&t->at.base)) {
        sockdiag_close(t->listener.diag); /* it knows this machine's sockets only */
        t->listener.diag = NULL;
    }
    return target_ready_begin(t, err);
}

static void follow(struct target *t)
{
    target_exit_follow(t);
    notify_follow(t);
    activation_follow(t);
    uv_timer_init(t->loop, &t->pace.tick);
    t->pace.tick.data = t;
    t->handles.open++;
    uv_timer_start(&t->pace.tick, on_tick, 0, 0);
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
    int rc = prepare(t, options, err);
    remains_before(t);
    if (rc == 0)
        rc = bring_up[options->plan->kind](t, options, err);
    if (rc < 0) {
        free_target(t);
        return NULL;
    }
    t->called.what =
        t->called.own ? mem_strdup(t->called.own) : mem_printf("target '%s'", t->called.name);
    follow(t);
    return t;
}

pid_t target_pid(const struct target *t)
{
    return t->pid;
}

bool target_running(const struct target *t)
{
    return t->is.running;
}

char *target_last_lines(const struct target *t, int lines)
{
    return lines_last(&t->says.lines, lines);
}

void target_watch_health(struct target *t)
{
    const char *paths[] = {t->plan->health_ready, t->plan->health_live};
    for (int i = 0; i < 2 && !t->is.closing; i++)
        if (paths[i])
            watches_add(&t->watches, paths[i])->journaled = true;
}

void target_watch_status(struct target *t, const char *path, int status, void (*is)(void *arg),
                         void *arg)
{
    if (t->is.closing)
        return;
    struct watch *w = watches_add(&t->watches, path);
    w->wanted = status;
    w->is = is;
    w->arg = arg;
}
