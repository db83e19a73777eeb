#include "process/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* A worker that is on its way out with its master is no survivor; a server that answers at all does
 * so within a second. */
enum { SURVIVOR_GRACE_MS = 100, SURVIVOR_MS = 1000, LOOK_MS = 200, SOCKETS_MOST = 64 };

/* --- who still listens --- */

/* A probe that came before the listener closed may wait for ever: then no process listens. */
static void journal_survivor(struct target *t, int status)
{
    struct sockdiag_listener l = {0};
    pid_t pid = 0;
    if (t->seen.remains.survivor_known)
        return;
    t->seen.remains.survivor_known = true;
    bool seen = t->listener.diag && listener_sum(t, &l) == 0;
    if (seen && l.sockets == 0 && status == PROBE_NO_ANSWER)
        status = PROBE_REFUSED;
    if (seen && l.sockets > 0) {
        target_read_tree(t);
        pid = proc_tree_socket_owner(&t->seen.tree, t->listener.owner, l.inode);
    }
    char *command = pid ? proc_command(pid) : mem_strdup("");
    journal_add(t->journal, &(struct event){.kind = EVENT_SURVIVOR,
                                            .pid = pid,
                                            .port = t->at.port,
                                            .text = command,
                                            .status = status});
    free(command);
}

static void on_answer(void *arg, int status)
{
    journal_survivor(arg, status);
}

static void on_probe_gone(void *arg)
{
    struct target *t = arg;
    t->seen.remains.survivor_probe = NULL;
    handles_gone(&t->handles);
}

static const char *probe_path(const struct target *t)
{
    const struct plan_target *p = t->plan;
    return p->ready.path ? p->ready.path : p->health_live ? p->health_live : "/";
}

static void start_probe(struct target *t)
{
    int status;
    t->seen.remains.survivor_probe =
        probe_start(t->loop, &t->at.base, probe_path(t), on_answer, on_probe_gone, t, &status);
    if (t->seen.remains.survivor_probe)
        t->handles.open++;
    else
        journal_survivor(t, status);
}

bool remains_survivor_tick(struct target *t, int64_t now_ns)
{
    if (t->seen.remains.survivor_known || t->is.killed || !t->plan->health_early ||
        !t->listener.seen)
        return true;
    if (t->listener.now.sockets == 0 && !t->seen.remains.survivor_probe) {
        journal_survivor(t, PROBE_REFUSED);
    } else if (now_ns - t->exit.at_ns > SURVIVOR_MS * NS_PER_MS) {
        if (t->seen.remains.survivor_probe)
            probe_cancel(t->seen.remains.survivor_probe);
        journal_survivor(t, PROBE_NO_ANSWER);
    } else if (!t->seen.remains.survivor_probe &&
               now_ns - t->exit.at_ns > SURVIVOR_GRACE_MS * NS_PER_MS) {
        start_probe(t);
    }
    return t->seen.remains.survivor_known;
}

/* --- files --- */

static bool held_by_tree(const struct target *t, uint32_t inode)
{
    return proc_tree_socket_owner(&t->seen.tree, t->pid, inode) != 0;
}

/* One line of /proc/net/unix (proc(5)): a listening socket (flag __SO_ACCEPTCON) with a path, which
 * is returned; NULL when it is none. */
static const char *listening_path(const char *line, unsigned *inode)
{
    enum { ACCEPTCON = 1 << 16 };
    unsigned flags;
    int path_at = 0;
    if (sscanf(line, "%*s %*x %*x %x %*x %*x %u %n", &flags, inode, &path_at) != 2 || !path_at)
        return NULL;
    const char *path = line + path_at;
    return (flags & ACCEPTCON) && *path != '@' && *path != '\0' ? path : NULL;
}

/* Call `each` for every line of /proc/net/unix until it says false. */
static void each_socket(struct target *t, bool (*each)(struct target *t, const char *line))
{
    char line[512];
    FILE *f = fopen("/proc/net/unix", "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (!each(t, line))
            break;
    }
    fclose(f);
}

static bool take_socket(struct target *t, const char *line)
{
    unsigned inode;
    const char *path = listening_path(line, &inode);
    if (!path || !held_by_tree(t, inode))
        return true;
    struct remains *r = &t->seen.remains;
    MEM_GROW(r->sockets, r->n_sockets, r->cap_sockets);
    r->sockets[r->n_sockets++] = target_full_path(t, path);
    return r->n_sockets < SOCKETS_MOST;
}

/* A path at which a process listens is no leftover: the target of a run beside this one, with the
 * same settings, has made it anew. */
static bool drop_socket(struct target *t, const char *line)
{
    struct remains *r = &t->seen.remains;
    unsigned inode;
    const char *path = listening_path(line, &inode);
    char *full = path ? target_full_path(t, path) : NULL;
    for (size_t i = r->n_sockets; full && i-- > 0;)
        if (strcmp(r->sockets[i], full) == 0) {
            free(r->sockets[i]);
            r->sockets[i] = r->sockets[--r->n_sockets];
        }
    free(full);
    return true;
}

static void forget_sockets(struct remains *r)
{
    for (size_t i = 0; i < r->n_sockets; i++)
        free(r->sockets[i]);
    r->n_sockets = 0;
}

void remains_before(struct target *t)
{
    if (t->plan->health_early)
        pid_files_before(t);
}

/* Not once the signal was sent: what it removes then is no leftover, and what it forgets is one. */
void remains_look(struct target *t, int64_t now_ns)
{
    bool wanted = t->plan->health_early && t->is.running && !t->pace.quick;
    if (!wanted || now_ns - t->seen.remains.sockets_ns < LOOK_MS * NS_PER_MS)
        return;
    forget_sockets(&t->seen.remains);
    t->seen.remains.sockets_ns = now_ns;
    each_socket(t, take_socket);
}

void remains_files(struct target *t)
{
    struct remains *r = &t->seen.remains;
    struct stat st;
    if (!t->plan->health_early || t->is.killed)
        return;
    if (r->n_sockets)
        each_socket(t, drop_socket);
    for (size_t i = 0; i < r->n_sockets; i++)
        if (lstat(r->sockets[i], &st) == 0 && S_ISSOCK(st.st_mode))
            journal_add(t->journal, &(struct event){.kind = EVENT_LEFTOVER,
                                                    .text = r->sockets[i],
                                                    .leftover = LEFTOVER_SOCKET});
    pid_files_left(t);
}

void remains_clear_socket(struct target *t)
{
    struct unix_listener *at = &t->listener.at_path;
    struct sockdiag_listener l;
    struct stat st;
    if (t->plan->clear_socket && !t->held.holder.inode && t->listener.seen && at->path &&
        t->listener.diag && unixdiag_listener(t->listener.diag, at, &l) == 0 && l.sockets == 0 &&
        lstat(at->path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(at->path);
}

void remains_free(struct remains *r)
{
    forget_sockets(r);
    free(r->sockets);
    pid_files_free(&r->pid_files);
}
