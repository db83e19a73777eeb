/* Bringing a target up, or attaching to one that runs. */
#include "process/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "process/args.h"
#include "process/pidfd.h"

enum { PIPE_BYTES = 1024 * 1024 };

/* The port: of the clients' address, or, beside a Unix socket, the one that ${port} stands for. */
static void journal_start(struct target *t, char *const *argv, int port)
{
    char *json = args_json(argv);
    journal_add(
        t->journal,
        &(struct event){.kind = EVENT_TARGET_START, .pid = t->pid, .port = port, .text = json});
    free(json);
}

static int open_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    /* room for what is written while we are busy elsewhere; a smaller pipe does as well */
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static void close_pair(const int ends[2])
{
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

/* Start it with these pipes as its output. */
static int spawn_with(struct target *t, const struct target_options *o, int out, int err_fd,
                      struct error *err)
{
    char **argv = args_of(o), **envp = args_environment(o, t->says.notify.address);
    struct keeper_spawn spawn = {
        .argv = argv,
        .envp = envp,
        .cwd = o->plan->cwd,
        .out_fd = out,
        .err_fd = err_fd,
        .pid1 = o->plan->pid1,
        .extra = {o->plan->socket_activation ? o->activation->fd : -1,
                  o->plan->kind == TARGET_REFERENCE ? o->ledger_fd : -1},
        .listen_pid = args_listen_pid(envp),
    };
    int rc = argv[0] ? keeper_start(&t->exit.keeper, &spawn, &t->pid, &t->exit.pidfd, err)
                     : error_set(err, ERROR_RUN, "the target's command is empty");
    if (rc == 0) {
        t->called.name = mem_strdup(argv[0]);
        journal_start(t, argv, t->at.port ? t->at.port : o->port);
    }
    args_free(argv);
    args_free(envp);
    return rc;
}

int target_spawn(struct target *t, const struct target_options *o, struct error *err)
{
    int out[2] = {-1, -1}, err_pipe[2] = {-1, -1};
    if (notify_open(t, err) < 0)
        return -1;
    int rc = open_pipe(out);
    rc = rc < 0 ? rc : open_pipe(err_pipe);
    if (rc < 0)
        rc = error_set_errno(err, ERROR_RUN, -rc, "cannot make a pipe for the target's output");
    else
        rc = spawn_with(t, o, out[1], err_pipe[1], err);
    if (rc < 0) {
        close_pair(out);
        close_pair(err_pipe);
        return -1;
    }
    close(out[1]);
    close(err_pipe[1]);
    int ends[2] = {out[0], err_pipe[0]};
    lines_open(&t->says.lines, t->loop, ends);
    return 0;
}

/* No process to start and none to follow. */
int target_address(struct target *t, const struct target_options *o, struct error *err)
{
    (void)o, (void)err;
    t->exit.pidfd = -1;
    t->called.name = mem_strdup(t->at.url);
    return 0;
}

int target_attach(struct target *t, const struct target_options *o, struct error *err)
{
    t->pid = t->plan->pid;
    t->exit.pidfd = t->pid > 0 ? pidfd_of(t->pid) : -ESRCH;
    if (t->exit.pidfd < 0) {
        error_set_errno(err, ERROR_RUN, -t->exit.pidfd, "cannot attach to process '%d'",
                        (int)t->pid);
        return error_hint(err, "give the pid of a process that runs on this machine");
    }
    char name[32];
    t->called.name = mem_strdup(proc_name(t->pid, name, sizeof name));

    size_t len, count = 0;
    char *bytes = proc_arguments(t->pid, &len);
    char **argv = mem_zero(len + 1, sizeof *argv);
    for (size_t at = 0; at < len; at += strlen(bytes + at) + 1)
        argv[count++] = bytes + at;
    journal_start(t, argv, t->at.port ? t->at.port : o->port);
    free(argv);
    free(bytes);
    return 0;
}

static int taken(struct target *t, const char *what, uint32_t inode, struct error *err)
{
    char name[32];
    proc_tree_read(&t->seen.tree, 0, false);
    pid_t owner = proc_tree_socket_owner(&t->seen.tree, 0, inode);
    if (owner > 0)
        return error_set(err, ERROR_RUN, "%s is taken by pid %d (%s)", what, (int)owner,
                         proc_name(owner, name, sizeof name));
    return error_set(err, ERROR_RUN, "%s is taken by another process", what);
}

static int port_free(struct target *t, struct error *err)
{
    struct sockdiag_listener l;
    char what[32];
    if (!t->listener.diag ||
        sockdiag_listener(t->listener.diag, (uint16_t)t->at.port, NULL, &l) < 0 || l.sockets == 0)
        return 0;
    snprintf(what, sizeof what, "port %d", t->at.port);
    taken(t, what, l.inode, err);
    return error_hint(err, "stop that process, or let the run pick a free port with ${port}");
}

/* A file at which no process listens: its server was killed, or does not remove it. */
static int clear_stale(struct target *t, const char *path, struct error *err)
{
    if (t->plan->clear_socket && unlink(path) < 0)
        return error_set_errno(err, ERROR_RUN, errno,
                               "the socket file '%s', which an earlier server left, cannot be "
                               "removed",
                               path);
    t->start.stale_socket = !t->plan->clear_socket;
    if (t->start.stale_socket)
        note_add(t->journal, NOTE_STALE_SOCKET, (struct event){.text = path});
    return 0;
}

static int socket_free(struct target *t, struct error *err)
{
    const char *path = t->listener.at_path.path;
    struct unix_listener at = {.path = path};
    struct sockdiag_listener l = {0};
    struct stat st;
    if (lstat(path, &st) < 0)
        return 0;
    if (!S_ISSOCK(st.st_mode))
        return error_set(err, ERROR_RUN, "'%s' is there already, and is no socket", path);
    if (!t->listener.diag || unixdiag_listener(t->listener.diag, &at, &l) < 0)
        return 0;
    if (l.sockets == 0)
        return clear_stale(t, path, err);
    char *what = mem_printf("the socket '%s'", path);
    taken(t, what, l.inode, err);
    free(what);
    return error_hint(err,
                      "stop that process, or give each run a socket of its own with ${port} in its "
                      "path: unix:/tmp/app-${port}.sock");
}

int target_port_free(struct target *t, struct error *err)
{
    return t->listener.at_path.path ? socket_free(t, err) : port_free(t, err);
}
