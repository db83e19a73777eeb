/* What is left when the target has exited: somebody who still listens on its port, and files. Only
 * looked for in a check's run, which says so by polling health from the start. */
#include "process/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

/* A worker that is on its way out with its master is no survivor; a server that answers at all does
 * so within a second. */
enum { SURVIVOR_GRACE_MS = 100, SURVIVOR_MS = 1000, LOOK_MS = 200, SOCKETS_MOST = 64 };

/* --- who still listens --- */

static void journal_survivor(struct target *t, int status)
{
    struct sockdiag_listener l = {0};
    pid_t pid = 0;
    if (t->survivor_done)
        return;
    t->survivor_done = true;
    if (t->diag && sockdiag_listener(t->diag, (uint16_t)t->port, &l) == 0 && l.sockets > 0) {
        target_read_tree(t);
        pid = proc_tree_socket_owner(&t->tree, t->owner, l.inode);
    }
    char *command = pid ? proc_command(pid) : mem_strdup("");
    journal_add(t->journal, &(struct event){.kind = EVENT_SURVIVOR,
                                            .pid = pid,
                                            .port = t->port,
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
    t->survivor_probe = NULL;
    target_handle_gone(t);
}

static const char *probe_path(const struct target *t)
{
    const struct plan_target *p = t->plan;
    return p->ready.path ? p->ready.path : p->health_live ? p->health_live : "/";
}

static void start_probe(struct target *t)
{
    int status;
    t->survivor_probe =
        probe_start(t->loop, &t->base, probe_path(t), on_answer, on_probe_gone, t, &status);
    if (t->survivor_probe)
        t->handles++;
    else
        journal_survivor(t, status);
}

bool target_survivor_tick(struct target *t, int64_t now_ns)
{
    if (t->survivor_done || t->killed || !t->plan->health_early || !t->listener_seen)
        return true;
    if (t->listener.sockets == 0 && !t->survivor_probe) {
        journal_survivor(t, PROBE_REFUSED);
    } else if (now_ns - t->exit_ns > SURVIVOR_MS * NS_PER_MS) {
        if (t->survivor_probe)
            probe_cancel(t->survivor_probe);
        journal_survivor(t, PROBE_NO_ANSWER);
    } else if (!t->survivor_probe && now_ns - t->exit_ns > SURVIVOR_GRACE_MS * NS_PER_MS) {
        start_probe(t);
    }
    return t->survivor_done;
}

/* --- files --- */

static bool held_by_tree(const struct target *t, uint32_t inode)
{
    return proc_tree_socket_owner(&t->tree, t->pid, inode) != 0;
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
    MEM_GROW(t->sockets, t->n_sockets, t->cap_sockets);
    t->sockets[t->n_sockets++] = target_full_path(t, path);
    return t->n_sockets < SOCKETS_MOST;
}

/* A path at which somebody listens is no leftover: the target of a run beside this one, with the
 * same settings, has made it anew. */
static bool drop_socket(struct target *t, const char *line)
{
    unsigned inode;
    const char *path = listening_path(line, &inode);
    char *full = path ? target_full_path(t, path) : NULL;
    for (size_t i = t->n_sockets; full && i-- > 0;)
        if (strcmp(t->sockets[i], full) == 0) {
            free(t->sockets[i]);
            t->sockets[i] = t->sockets[--t->n_sockets];
        }
    free(full);
    return true;
}

static void forget_sockets(struct target *t)
{
    for (size_t i = 0; i < t->n_sockets; i++)
        free(t->sockets[i]);
    t->n_sockets = 0;
}

/* Not once the signal was sent: what it removes then is no leftover, and what it forgets is one. */
void target_remains_look(struct target *t, int64_t now_ns)
{
    bool wanted = t->plan->health_early && t->running && !t->quick;
    if (!wanted || now_ns - t->sockets_ns < LOOK_MS * NS_PER_MS)
        return;
    forget_sockets(t);
    t->sockets_ns = now_ns;
    each_socket(t, take_socket);
}

void target_leftovers(struct target *t)
{
    struct stat st;
    if (!t->plan->health_early || t->killed)
        return;
    if (t->n_sockets)
        each_socket(t, drop_socket);
    for (size_t i = 0; i < t->n_sockets; i++)
        if (lstat(t->sockets[i], &st) == 0 && S_ISSOCK(st.st_mode))
            journal_add(t->journal, &(struct event){.kind = EVENT_LEFTOVER,
                                                    .text = t->sockets[i],
                                                    .leftover = LEFTOVER_SOCKET});
    target_pid_files_left(t);
}

void target_remains_free(struct target *t)
{
    forget_sockets(t);
    free(t->sockets);
    target_pid_files_free(t);
}
