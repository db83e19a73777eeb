/* The keeper: a small process between us and the target, which sees to it that nothing is left
 * behind, whatever happens to us.
 *
 * drainctl forks it (no exec), and it forks the target. It is a "child subreaper" (prctl(2)), so
 * every process that the target leaves, however often that forks, makes sessions or cleans its
 * environment, becomes the keeper's child instead of init's. It holds nothing of ours but one end
 * of a socket pair. When that says so, or reports its end because drainctl died (of SIGKILL even),
 * it kills what descends from it until it has no child any more, and exits. Should the keeper
 * itself be killed, the target goes with it (PR_SET_PDEATHSIG).
 *
 * It runs in a session of its own without a terminal, and the target in a process group of its own
 * in that session: Ctrl-C at the user's terminal reaches neither. */
#ifndef PROCESS_KEEPER_H
#define PROCESS_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct keeper {
    pid_t pid; /* 0: there is none (any more) */
    int fd;    /* our end of the socket pair, non-blocking once started; -1 */
};

enum { KEEPER_EXTRA = 2, KEEPER_PID_DIGITS = 10 };

struct keeper_spawn {
    char *const *argv; /* argv[0] is looked up in PATH of envp */
    char *const *envp;
    const char *cwd;         /* or NULL */
    int out_fd, err_fd;      /* become its 1 and 2; the caller closes its copies */
    int extra[KEEPER_EXTRA]; /* become its 3, 4, … as far as they are there; -1: none */
    char *listen_pid; /* within envp: room for KEEPER_PID_DIGITS digits and a NUL, where the pid is
                         written as the target itself sees it; or NULL */
    bool pid1;        /* the target is PID 1 of a new PID namespace (pid_namespaces(7)) */
};

enum keeper_what { KEEPER_STARTED, KEEPER_FAILED, KEEPER_EXITED };

struct keeper_message {
    enum keeper_what what;
    int stage; /* KEEPER_FAILED: what failed, see keeper_linux.c */
    int value; /* KEEPER_STARTED: the pid; KEEPER_FAILED: errno; KEEPER_EXITED: as wait(2) */
};

/* Start keeper and target. Returns when the target's program runs, with its pid and a pidfd
 * (negative where the kernel has none).
 * ERROR_RUN with a hint when it cannot be started; nothing is left running then. */
int keeper_start(struct keeper *k, const struct keeper_spawn *spawn, pid_t *pid, int *pidfd,
                 struct error *err);

/* Next message of the keeper: 1, 0 at its end (it has exited), -EAGAIN when there is none yet. */
int keeper_read(struct keeper *k, struct keeper_message *message);

/* Tell it to kill all that is left (bounded, 10 s) and to exit; its end is then to be seen. */
void keeper_finish(struct keeper *k);

/* After its end: wait for it and close. Returns 0, or 1 when something could not be killed. */
int keeper_reap(struct keeper *k);

/* The keeper's own half, in keeper_main_linux.c: runs in the forked process and never returns. All
 * signals must be blocked. */
void keeper_main(int fd, const struct keeper_spawn *spawn) __attribute__((noreturn));

enum keeper_stage {
    KEEPER_STAGE_FORK,
    KEEPER_STAGE_NAMESPACE,
    KEEPER_STAGE_CWD,
    KEEPER_STAGE_EXEC
};

/* namespace_linux.c: let the next child of this process be PID 1 of a new PID namespace; without
 * privilege by way of a user namespace. 0 or -errno. Plain system calls only. */
int namespace_for_child(void);

#endif
