/* Leaving a server in the background: `drainctl serve --background`. */
#ifndef SESSION_BACKGROUND_H
#define SESSION_BACKGROUND_H

#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"

struct background {
    pid_t pid;   /* of the child, in the parent; 0 in the child */
    FILE *lines; /* the child writes what it has to say; the parent reads it */
    int fail_fd; /* the child's way to tell why it did not start */
};

/* Fork a child that nothing of this process's terminal, session or descriptors stays with:
 * setsid(2), standard input from /dev/null, standard output to /dev/null, standard error to `log`
 * (appended to; NULL: /dev/null), and every other descriptor closed, since one that is inherited
 * keeps a shell's pipe or a bats run waiting. Returns 0 in both processes, told apart by `pid`; -1
 * with err filled in the parent. */
int background_fork(struct background *b, const char *log, struct error *err);

/* In the child: tell the parent that it came to nothing. */
void background_failed(struct background *b, const struct error *why);

/* In the parent: the next line from the child, without its newline, into `line`. 0, or -1 with err
 * filled when the child ended first; it is reaped then. */
int background_line(struct background *b, char *line, size_t size, struct error *err);
/* In the parent: let the child go on alone. */
void background_leave(struct background *b);
/* In the parent, instead: end the child (SIGTERM) unless it has ended, and wait until it has. */
void background_end(struct background *b);

#endif
