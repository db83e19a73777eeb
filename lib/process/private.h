/* The target's own state, shared by the files of this folder. */
#ifndef PROCESS_PRIVATE_H
#define PROCESS_PRIVATE_H

#include <regex.h>

#include <uv.h>

#include "base/clock.h"
#include "base/sockdiag.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "process/keeper.h"
#include "process/output.h"
#include "process/probe.h"
#include "process/proc_info.h"
#include "process/proc_tree.h"
#include "process/target.h"

enum { LAST_LINES = 50 };

/* One path polled over and over, a connection each time. */
struct watch {
    struct target *target;
    struct watch *next;
    char *path;
    struct probe *probe; /* the one under way, or NULL */
    int64_t due_ns;      /* when to start the next */
    int status;          /* the latest; WATCH_UNKNOWN before the first */
    bool journaled;      /* health: an event at each change, and now and then without one */
    int64_t journaled_ns;
    bool stopped;
    int wanted; /* call `is` once when it answers this */
    void (*is)(void *arg);
    void *arg;
};

enum { WATCH_UNKNOWN = -2 };

/* A process of the tree. */
struct known_process {
    pid_t pid, parent;
    uint32_t hash; /* of the command line that was journaled; 0: none was */
};

struct target {
    uv_loop_t *loop;
    struct journal *journal;
    const struct plan_target *plan;
    struct target_callbacks callbacks;
    int port;
    char *url, *name; /* name: argv[0], or the attached process's, for messages */

    struct keeper keeper; /* pid 0 for an attached target */
    pid_t pid;
    int pidfd; /* negative: the kernel has none to give */
    uv_poll_t exit_poll, keeper_poll;
    bool exit_polled;
    bool running, failed, closing, killed;
    int64_t exit_ns; /* 0 until the pidfd told */

    uv_timer_t tick;
    bool quick;  /* from the first signal on */
    int handles; /* not yet closed, probes too */

    struct probe_base base;
    struct watch *watches;
    bool frozen;

    bool ready, has_regex;
    regex_t ready_regex;
    int64_t ready_until_ns, ready_ns; /* the latest to become so; when it was */
    struct watch *ready_watch;

    struct sockdiag *diag;
    struct sockdiag_listener listener; /* as last seen */
    bool listener_seen, listener_gone;
    pid_t owner; /* of the listening socket; 0: not known */

    struct output streams[2];
    char *last[LAST_LINES]; /* a ring */
    int last_at, last_count;
    void (*on_line)(struct target *t, int stream, const char *text);
    int64_t lines_left; /* that may still be journaled */
    int64_t lines_left_out;

    struct known_process *known; /* as last journaled, lowest pid first */
    int n_known, cap_known;
    int64_t processes_left;        /* that may still be journaled */
    int64_t looked_ns, changed_ns; /* at the tree; the tree or the listeners. 0: not yet */

    bool survivor_done;
    struct probe *survivor_probe;
    char **sockets; /* paths of UNIX sockets that it listens on, as of sockets_ns */
    int64_t sockets_ns;
    size_t n_sockets, cap_sockets;
    struct pid_file *pid_files; /* pid files that were in its folder before it was started */
    size_t n_pid_files, cap_pid_files;
    pid_t *pids; /* of all its processes that were ever seen */
    size_t n_pids, cap_pids;

    uint64_t noted;        /* signals whose disposition a note has spoken of, bit signo - 1 */
    struct proc_tree tree; /* as last read; large, so the struct lives on the heap */

    int64_t close_by_ns;
    void (*all_closed)(struct target *t); /* no handle is left */
    void (*closed)(void *arg);
    void *closed_arg;
};

/* state.c */
void target_read_tree(struct target *t);      /* into t->tree, as it is now */
int target_send(struct target *t, int signo); /* to the process itself; 0 or -errno */
void target_set_pace(struct target *t);       /* how often the tick comes, by what is going on */
void target_handle_gone(struct target *t);
void target_close_handle(void *handle); /* a uv_handle_t; its data is the target */
/* A fresh string: `path` as seen from the target's working directory at its start. */
char *target_full_path(const struct target *t, const char *path);

/* start.c */
void target_open_streams(struct target *t, const int pipes[2]); /* takes them over */
int target_spawn(struct target *t, const struct target_options *o, struct error *err);
int target_attach(struct target *t, const struct target_options *o, struct error *err);
int target_address(struct target *t, const struct target_options *o, struct error *err);
int target_port_free(struct target *t, struct error *err);

/* ready.c */
int target_ready_begin(struct target *t, struct error *err);
void target_ready_tick(struct target *t, int64_t now_ns);
void target_ready_line(struct target *t, const char *text);
void target_ready_exit(struct target *t, int code, int signo);

/* listener.c */
void target_listener_look(struct target *t, int64_t t_ns); /* 0: now */

/* processes.c: journal it again if it runs another program by now. */
void target_process_again(struct target *t, pid_t pid);
void target_processes_tick(struct target *t, int64_t now_ns); /* every few ms, in a check's run */
void target_processes_free(struct target *t);

/* remains.c: what is left after the exit. */
void target_remains_look(struct target *t,
                         int64_t now_ns); /* which sockets has it, until the end? */
/* After the exit: true when it is known who still listens. */
bool target_survivor_tick(struct target *t, int64_t now_ns);
void target_leftovers(struct target *t);
void target_remains_free(struct target *t);

/* pid_files.c */
void target_remember_pid(struct target *t, pid_t pid);
void target_pid_files_before(struct target *t); /* it is about to be started */
void target_pid_files_left(struct target *t);   /* journal those that it leaves behind */
void target_pid_files_free(struct target *t);

/* watch.c */
struct watch *target_watch(struct target *t, const char *path);
void target_watches_tick(struct target *t, int64_t now_ns);
void target_watch_stop(struct watch *w);
void target_watches_cancel(struct target *t); /* drop the probes under way */
void target_watches_free(struct target *t);

/* lines.c */
void target_lines_init(struct target *t,
                       void (*line)(struct target *t, int stream, const char *text));
void target_lines_refill(struct target *t); /* a new allowance from the first signal on */
void target_lines_note(struct target *t);   /* how many were left out */
void target_lines_free(struct target *t);

/* close.c */
void target_close_handles(struct target *t);

#endif
