/* The process under test: start, watch, signal, stop, reap. It runs in a process group of its own,
 * inherits none of our descriptors but the one it is given, has default signal dispositions, and
 * does not outlive us whatever happens (keeper.h). */
#ifndef PROCESS_TARGET_H
#define PROCESS_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/sockdiag.h"
#include "plan/plan.h"

struct uv_loop_s;
struct activation;
struct journal;
struct target;

/* What the run is told. Called from inside the loop. The journal already has the event. */
struct target_callbacks {
    void (*ready)(void *arg);
    /* It died before it was ready, or was not ready in time: err says so, with its last lines of
     * output. The target is gone (or being killed) then; `exited` does not come any more. Or it
     * does not speak HTTP (target_ask_dialect). */
    void (*failed)(void *arg, const struct error *err);
    void (*line)(void *arg, int stream, const char *text); /* one line of output */
    void (*listener_closed)(void *arg);             /* the port had a listener and has none now */
    void (*exited)(void *arg, int code, int signo); /* code -1: died of signal signo; both -1
                                                        and 0: not known (an attached target) */
    void (*extended)(void *arg, int64_t ns); /* in the drain it asked for this time from now on
                                                (EXTEND_TIMEOUT_USEC=, sd_notify(3)); may be NULL */
    void *arg;
};

struct target_options {
    struct uv_loop_s *loop;
    struct journal *journal;
    const struct plan_target *plan;
    const char *program; /* of drainctl itself, for the reference server (/proc/self/exe) */
    int port;            /* the port that ${port} stands for; 0 without a url: a command that
                            listens nowhere, and is ready at once (no callback says so) */
    const char *what;    /* "service 'lb'", for messages; NULL: "target 'COMMAND'" */
    bool beside;         /* it takes the place of one that still listens at its port */
    struct activation *activation; /* with the plan's socket_activation: bound here at the first
                                      start, and passed as its fd 3; the caller's, to be closed once
                                      no process of it is to come any more */
    int ledger_fd; /* reference: descriptor for `--ledger fd:N`, passed as its 3, or 4; else -1 */
    struct target_callbacks callbacks;
};

/* Start (or attach to) the target and wait for readiness by HTTP, port or log line. NULL and
 * ERROR_RUN when it cannot even be started (no such command, not executable, port taken). */
struct target *target_start(const struct target_options *options, struct error *err);

pid_t target_pid(const struct target *t);
bool target_running(const struct target *t);

/* Another process is about to be started at its port: from now on, only what its own processes
 * listen on counts as its listener. */
void target_share_port(struct target *t);

/* Send a signal now (pidfd_send_signal(2) for the process; kill(2) to the group; each process of
 * the tree; or the process that owns the listening socket). Writes the signal event with its time.
 * Returns 0 or -errno (-ESRCH when it is gone). */
int target_signal(struct target *t, int index, int signo, enum signal_to to);

/* SIGSTOP every process of the tree and wait until each is stopped (bounded, 2 s). 0 or -errno. */
int target_freeze(struct target *t);
/* What the kernel holds for a frozen target: connections in its accept queue, and accepted ones
 * with bytes that it has not read. 0 or -errno. */
int target_pending(struct target *t, int64_t *queued, int64_t *buffered);
bool target_thaw(struct target *t); /* SIGCONT to what was stopped; was it? */
/* Let the main process of a frozen target go on, and leave its workers stopped. How many of these
 * there are; 0: none, and all is left as it was. */
int target_thaw_main(struct target *t);

/* Has the main process signalled a worker that is stopped? */
bool target_is_handed_on(const struct target *t);

/* Let a frozen target go on for about `ns` (below a second), and stop it again. 0; -ESRCH: it has
 * exited. Between target_turns_begin and _end the turns are as short as this machine lets them be.
 */
int target_turn(struct target *t, int64_t ns);
void target_turns_begin(void);
void target_turns_end(void);

/* The connections of its clients that were open when they were read, as they were last seen. */
enum { TARGET_KEPT_MOST = 1024 };
struct target_kept {
    int count;
    struct sockdiag_socket sockets[TARGET_KEPT_MOST];
    bool asked[TARGET_KEPT_MOST]; /* a request lay in it at some look */
};
/* All that are open now: milliseconds where the kernel's table is large. 0, or -errno: none can be
 * seen. */
int target_kept_read(struct target *t, struct target_kept *kept);
/* Look again at each (some µs): how many it has closed since the last look in which no request was
 * seen at any look. A connection that is closed after its last answer is no sign that the idle ones
 * are. All that are closed are dropped. */
int target_kept_closed(struct target *t, struct target_kept *kept);

/* It gives no HTTP answers: find out what it speaks instead, once in its life. When that is known,
 * `failed` is called, also after `ready`: with a sentence about it. When nothing is learned and it
 * is not ready, `otherwise` (may be NULL) is what `failed` says. False when it has been asked. */
bool target_ask_dialect(struct target *t, const struct error *otherwise);

/* Connections on its port that are established now, any client's; -1 not known. */
int target_connections(struct target *t);
/* Depth of the accept queue right now; -1 when there is no listener or it cannot be seen. */
int64_t target_queue_depth(struct target *t);

/* For how long neither the target's process tree nor its listeners have changed, as far as was
 * looked: from the first call on, which is then to be repeated every few ms. It looks itself
 * (about a millisecond) when the last look was 20 ms ago. */
int64_t target_unchanged_ns(struct target *t);

/* For how long it has not had more processes at a time than ever before: a master that forks its
 * workers is not done, one that lets helpers come and go is. Of what target_unchanged_ns saw. */
int64_t target_grown_ns(const struct target *t);

/* Poll the plan's health paths every few ms from now on, writing an event at each change. */
void target_watch_health(struct target *t);
/* Poll GET path every few ms; call `is` once when it answers `status`. */
void target_watch_status(struct target *t, const char *path, int status, void (*is)(void *arg),
                         void *arg);

/* The most recent lines of its output, newest last, each prefixed "| "; a fresh string. */
char *target_last_lines(const struct target *t, int lines);

/* The last lines of its output as the error's hint, as many as fit. */
void target_hint_lines(const struct target *t, struct error *err);

/* The run is over: send its process a signal that is no part of the run, and SIGKILL to all of it
 * when it has not exited within `patience_ns`. `exited` tells. */
void target_quit(struct target *t, int signo, int64_t patience_ns);

/* SIGKILL everything that is left of it. */
void target_kill(struct target *t);

/* End of the run: note what it left behind (orphan events), kill that, close all handles, free. The
 * callback comes from the loop when nothing is left. An attached target is left alone. */
void target_close(struct target *t, void (*closed)(void *arg), void *arg);

/* A TCP port that no process uses at the moment, on no address of this machine, and that no other
 * process which asks here is given as long as *claimed, a descriptor for the caller to close, is
 * open; 0 and -1 when there is none. */
int target_free_port(int *claimed);

#endif
