/* What is left when the target has exited: a process that still listens on its port, and files.
 * Only looked for in a check's run, which says so by polling health from the start. */
#ifndef PROCESS_REMAINS_H
#define PROCESS_REMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

/* pid_files.c: pid files in the target's folder, and whose they are. */
struct pid_files {
    struct pid_file *before; /* those that were there before it was started */
    size_t n, cap;
};
void pid_files_before(struct target *t); /* it is about to be started */
void pid_files_left(struct target *t);   /* journal those that it leaves behind */
void pid_files_free(struct pid_files *f);

struct remains {
    bool survivor_known;
    struct probe *survivor_probe;
    char **sockets; /* paths of UNIX sockets that it listens on, as of sockets_ns */
    size_t n_sockets, cap_sockets;
    int64_t sockets_ns; /* 0: look again */
    struct pid_files pid_files;
};

void remains_before(struct target *t);               /* it is about to be started */
void remains_look(struct target *t, int64_t now_ns); /* which sockets has it, until the end? */
/* After the exit: true when it is known who still listens. */
bool remains_survivor_tick(struct target *t, int64_t now_ns);
void remains_files(struct target *t); /* journal those that it leaves behind */
/* All is over: with the plan's `clear_socket`, the file of a target that was killed goes, too. */
void remains_clear_socket(struct target *t);
void remains_free(struct remains *r);

#endif
