/* The target's own state, shared by the files of this folder: its parts, and what they share. */
#ifndef PROCESS_PRIVATE_H
#define PROCESS_PRIVATE_H

#include <regex.h>

#include <uv.h>

#include "base/clock.h"
#include "journal/journal.h"
#include "journal/note.h"
#include "process/activation.h"
#include "process/dependencies.h"
#include "process/dialect.h"
#include "process/handles.h"
#include "process/holdings.h"
#include "process/keeper.h"
#include "process/lines.h"
#include "process/listener.h"
#include "process/notify.h"
#include "process/probe.h"
#include "process/proc_info.h"
#include "process/proc_tree.h"
#include "process/processes.h"
#include "process/remains.h"
#include "process/target.h"
#include "process/watch.h"

/* Where its clients find it. */
struct target_at {
    int port;
    char *url;
    bool beside;
    struct probe_base base;
};

/* What messages call it. */
struct target_called {
    char *name;      /* argv[0], or the attached process's */
    char *what;      /* "target 'NAME'" */
    const char *own; /* ... the caller's own words for it; or NULL */
};

/* How its exit is learnt. */
struct target_exit {
    struct keeper keeper; /* pid 0 for an attached target */
    int pidfd;            /* negative: the kernel has none to give */
    uv_poll_t poll, keeper_poll;
    bool polled;
    int64_t quit_by_ns; /* killed if it runs then; 0: not told to go (target_quit) */
    int64_t at_ns;      /* 0 until the pidfd told */
};

struct target_is {
    bool running, ready, failed, closing, killed, frozen;
};

/* How often it is looked at. */
struct target_pace {
    uv_timer_t tick;
    bool quick; /* from the first signal on */
};

/* From its start until it is ready. */
struct target_start {
    bool stale_socket; /* its socket's file was there and no process listened on it */
    bool has_regex;
    regex_t regex;
    int64_t until_ns, ready_ns; /* the latest to become ready; when it was */
    struct watch *watch;
    struct dialect_talk *talk; /* what does it speak? NULL: not asked */
    bool asked;                /* that, once */
    struct error late;         /* what is said of its readiness if the talk shows nothing */
};

/* The socket that drainctl holds for it. */
struct target_held {
    struct holder holder;
    int knock; /* our own connection to it: is it accepted? -1: none */
};

/* What it says itself. */
struct target_says {
    struct lines lines;
    struct notify notify;
};

/* What is seen of it from outside. */
struct target_seen {
    struct processes processes;
    struct remains remains;
    struct holdings holdings;
    struct dependencies dependencies;
    struct proc_tree tree; /* as last read; large, so the struct lives on the heap */
};

/* That it was told to go. */
struct target_told {
    int64_t at_ns;  /* the first signal */
    uint64_t noted; /* signals whose disposition a note has spoken of, bit signo - 1 */
};

struct target_close {
    int64_t by_ns;
    void (*done)(void *arg);
    void *arg;
};

struct target {
    uv_loop_t *loop;
    struct journal *journal;
    const struct plan_target *plan;
    struct target_callbacks callbacks;
    struct target_at at;
    struct target_called called;
    pid_t pid;
    struct target_exit exit;
    struct target_is is;
    struct target_pace pace;
    struct target_start start;
    struct handles handles; /* open ones, probes too */
    struct listener listener;
    struct target_held held;
    struct target_says says;
    struct target_seen seen;
    struct target_told told;
    struct watches watches;
    struct target_close close;
};

/* state.c */
void target_read_tree(struct target *t);              /* into t->seen.tree, as it is now */
int target_send(struct target *t, int signo);         /* to the process itself; 0 or -errno */
void target_signal_tree(struct target *t, int signo); /* to all of t->seen.tree (freeze.c) */
void target_set_pace(struct target *t); /* how often the tick comes, by what is going on */
void target_close_handle(void *handle); /* a uv_handle_t; its data is the target */
/* A fresh string: `path` as seen from the target's working directory at its start. */
char *target_full_path(const struct target *t, const char *path);

/* It is not what was asked for: it is killed when it is ours, and the run is told. */
void target_fail(struct target *t, const struct error *err);

/* freeze.c: the target has exited, and those that it left are still stopped: by us, so that they
 * could not follow it. They go on. */
void target_let_go(struct target *t);

/* start.c */
int target_spawn(struct target *t, const struct target_options *o, struct error *err);
int target_attach(struct target *t, const struct target_options *o, struct error *err);
int target_address(struct target *t, const struct target_options *o, struct error *err);
/* Is the address of the clients free? A socket file that no process listens on is noted, or
 * removed. */
int target_port_free(struct target *t, struct error *err);

/* ready.c */
int target_ready_begin(struct target *t, struct error *err);
void target_ready_tick(struct target *t, int64_t now_ns);
void target_ready_line(struct target *t, const char *text);
void target_ready_notified(struct target *t, int64_t pid); /* READY=1 was said */
void target_ready_exit(struct target *t, int code, int signo);

/* speaks.c */
void target_speaks_close(struct target *t);

/* exit.c: follow the target until it has exited, and tell how. */
void target_exit_follow(struct target *t);
void target_exit_tick(struct target *t);

/* close.c */
void target_close_handles(struct target *t);

#endif
