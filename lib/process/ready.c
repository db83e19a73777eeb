/* When is it ready: a path answers, a line matches, or the port has a listener. */
#include "process/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/ending.h"
#include "base/mem.h"

enum { DEFAULT_WITHIN_S = 10, HINT_LINES = 8, MAX_LISTENERS = 64, DEFAULT_STATUS = 200 };

static void now_ready(struct target *t, const char *how)
{
    if (t->is.ready || t->is.failed || t->is.closing)
        return;
    t->is.ready = true;
    t->start.ready_ns = clock_ns();
    t->seen.remains.sockets_ns = 0; /* it has all its sockets now: look again */
    listener_look(t, 0);
    journal_add(t->journal, &(struct event){.kind = EVENT_TARGET_READY, .text = how});
    if (t->start.watch)
        watch_stop(t->start.watch);
    target_set_pace(t);
    if (t->callbacks.ready && !t->is.closing)
        t->callbacks.ready(t->callbacks.arg);
}

static void now_listens(struct target *t)
{
    char *how = t->listener.at_path.path ? mem_printf("socket %s", t->listener.at_path.path)
                                         : mem_printf("port %d", t->at.port);
    now_ready(t, how);
    free(how);
}

static void on_ready_status(void *arg)
{
    struct target *t = arg;
    if (!t->plan->ready.path) {
        now_listens(t);
        return;
    }
    char *how = mem_printf("GET %s answered %d", t->plan->ready.path, t->start.watch->wanted);
    now_ready(t, how);
    free(how);
}

/* An address may be on another machine, or behind a translation of addresses: only a connection
 * shows that a process listens there. */
static bool knocks(const struct target *t)
{
    return t->plan->kind == TARGET_URL && !t->plan->ready.path;
}

int target_ready_begin(struct target *t, struct error *err)
{
    const struct plan_ready *r = &t->plan->ready;
    t->start.until_ns =
        clock_ns() + (r->within_ns > 0 ? r->within_ns : DEFAULT_WITHIN_S * NS_PER_S);
    if (r->path || knocks(t)) {
        t->start.watch = watches_add(&t->watches, r->path);
        t->start.watch->wanted = !r->path    ? PROBE_CONNECTED
                                 : r->status ? r->status
                                             : DEFAULT_STATUS;
        t->start.watch->is = on_ready_status;
        t->start.watch->arg = t;
    } else if (r->log) {
        char why[200];
        int rc = regcomp(&t->start.regex, r->log, REG_EXTENDED | REG_NOSUB);
        t->start.has_regex = rc == 0;
        if (rc == 0)
            return 0;
        regerror(rc, &t->start.regex, why, sizeof why);
        return error_set(err, ERROR_RUN, "bad regular expression '%s' for readiness: %s", r->log,
                         why);
    }
    return 0;
}

void target_ready_line(struct target *t, const char *text)
{
    if (t->start.has_regex && !t->is.ready && regexec(&t->start.regex, text, 0, NULL, 0) == 0) {
        char *how = mem_printf("a line matched '%s'", t->plan->ready.log);
        now_ready(t, how);
        free(how);
    }
}

void target_ready_notified(struct target *t, int64_t pid)
{
    if (!t->plan->ready.notify || t->is.ready)
        return;
    char *how = mem_printf("READY=1 from pid %d", (int)pid);
    now_ready(t, how);
    free(how);
}

/* Other tools have other signs for what they fill in. */
static bool has_bare_port(const struct target *t)
{
    for (char *const *arg = t->plan->argv; arg && *arg; arg++) {
        const char *at = strstr(*arg, "{port}");
        if (at && (at == *arg || at[-1] != '$'))
            return true;
    }
    return false;
}

void target_hint_lines(const struct target *t, struct error *err)
{
    if (has_bare_port(t)) {
        error_hint(err, "'{port}' reaches the command as it is; write '${port}', in single quotes, "
                        "for the port that drainctl picks");
        return;
    }
    if (t->says.lines.last_count == 0) {
        error_hint(err, "it wrote nothing; run the same command by hand to see why (here it has no "
                        "terminal and no input)");
        return;
    }
    char *lines = NULL;
    for (int n = HINT_LINES; n > 0; n--) {
        free(lines);
        lines = lines_last(&t->says.lines, n);
        if (strlen(lines) < sizeof err->hint - 64)
            break;
    }
    lines[strlen(lines) - 1] = '\0'; /* the last newline */
    error_hint(err, "its last lines of output were\n%s", lines);
    free(lines);
}

struct ports {
    struct sockdiag_socket found[MAX_LISTENERS];
    int count;
};

static void add_port(const struct sockdiag_socket *s, void *arg)
{
    struct ports *p = arg;
    if (p->count < MAX_LISTENERS)
        p->found[p->count++] = *s;
}

/* A port that the target listens on though it was given another; 0 when there is none. */
static int other_port(struct target *t)
{
    struct ports *p = MEM_NEW(struct ports);
    int port = 0;
    if (t->listener.diag)
        sockdiag_each(t->listener.diag, 0, SOCKDIAG_STATE(TCP_LISTEN), add_port, p);
    target_read_tree(t);
    for (int i = 0; i < p->count && !port; i++)
        if (p->found[i].local_port != t->at.port &&
            proc_tree_socket_owner(&t->seen.tree, t->pid, p->found[i].inode))
            port = p->found[i].local_port;
    free(p);
    return port;
}

static void describe_last(const struct target *t, char *out, size_t size)
{
    const struct plan_ready *r = &t->plan->ready;
    if (knocks(t))
        snprintf(out, size, "%s",
                 t->start.watch->status != PROBE_REFUSED ? "no connection was made"
                 : t->listener.at_path.path              ? "no process listens on its socket"
                                                         : "no process listens on its port");
    else if (!r->path)
        snprintf(out, size, "%s",
                 r->notify              ? "it did not say READY=1 on NOTIFY_SOCKET"
                 : r->log               ? "no line of output matched"
                 : t->held.holder.inode ? "it did not take the socket: it accepted no connection"
                 : t->listener.at_path.path ? "no process listens on its socket"
                                            : "no process listens at its address and port");
    else if (t->start.watch->status > 0)
        snprintf(out, size, "GET %s answered %d", r->path, t->start.watch->status);
    else
        snprintf(out, size, "GET %s %s", r->path,
                 t->start.watch->status == PROBE_REFUSED ? "was refused" : "got no answer");
}

/* A server may listen on the port, and not at the address that the clients go to. */
static bool listens_elsewhere(struct target *t)
{
    struct sockdiag_listener any;
    return t->listener.now.sockets == 0 && t->listener.diag && t->at.base.port &&
           sockdiag_listener(t->listener.diag, (uint16_t)t->at.port, NULL, &any) == 0 &&
           any.sockets > 0;
}

static void hint_late(struct target *t, struct error *err)
{
    if (t->held.holder.inode && activation_hint(t, other_port(t), err))
        return;
    bool url = t->plan->kind == TARGET_URL;
    bool elsewhere = !url && listens_elsewhere(t);
    int other = t->listener.now.sockets > 0 || elsewhere || url ? 0 : other_port(t);
    if (url)
        error_hint(err, "start the server first, or give it more time to become ready");
    else if (other)
        error_hint(err,
                   "it listens on port %d, not on port %d that it was given; pass it ${port}, or "
                   "let it read the environment variable PORT",
                   other, t->at.port);
    else if (elsewhere)
        error_hint(err,
                   "it listens on port %d, but not at the address of '%s'; let it listen there, or "
                   "give its own address as the url",
                   t->at.port, t->at.url);
    else
        target_hint_lines(t, err);
}

static void too_late(struct target *t)
{
    struct error err;
    char last[256];
    const struct plan_ready *r = &t->plan->ready;
    int64_t within_ns = r->within_ns > 0 ? r->within_ns : DEFAULT_WITHIN_S * NS_PER_S;
    describe_last(t, last, sizeof last);
    error_set(&err, ERROR_RUN, "%s was not ready within %s: %s", t->called.what,
              DURATION_WORDS(within_ns), last);
    hint_late(t, &err);
    int status = r->path ? t->start.watch->status : PROBE_REFUSED;
    bool unanswered = status == PROBE_NO_ANSWER || status == 400;
    if (!unanswered || !target_ask_dialect(t, &err))
        target_fail(t, &err);
}

void target_ready_tick(struct target *t, int64_t now_ns)
{
    const struct plan_ready *r = &t->plan->ready;
    if (t->is.ready || t->is.failed || t->is.closing || !t->is.running)
        return;
    if (!t->at.url) {
        now_ready(t, "attached");
    } else if (r->port && activation_is_served(t)) {
        now_ready(t, "it accepted from the socket that drainctl holds");
    } else if (!r->path && !r->log && !r->notify && !knocks(t) && !t->held.holder.inode &&
               t->listener.now.sockets > 0) {
        now_listens(t);
    } else if (now_ns > t->start.until_ns && !t->start.asked &&
               !(knocks(t) && t->start.watch->status == WATCH_UNKNOWN)) { /* once, in any case */
        too_late(t);
    }
}

void target_ready_exit(struct target *t, int code, int signo)
{
    struct error err;
    char how[ENDING_SIZE];
    error_set(&err, ERROR_RUN, "%s %s before it was ready", t->called.what,
              ending_say(how, sizeof how, code, signo));
    target_read_tree(t);
    if (activation_hint(t, 0, &err))
        ;
    else if (t->start.stale_socket && !t->listener.seen)
        error_hint(&err,
                   "a socket file was there before the start, '%s', on which no process listened: "
                   "remove it, and let the server unlink it on its way out and before bind()",
                   t->listener.at_path.path);
    else if (code == 0 && t->seen.tree.count > 0 && t->exit.keeper.pid)
        error_hint(&err, "it left pid %d running: tell it to stay in the foreground",
                   (int)t->seen.tree.procs[0].pid);
    else
        target_hint_lines(t, &err);
    target_fail(t, &err);
}
