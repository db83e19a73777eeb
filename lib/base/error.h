/* An error as a value: what failed, in a sentence the user can act on. Filled where the failure is
 * seen, passed up as the last parameter, printed once by cmd/. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/attr.h"

/* The kind decides the exit status (docs/design.md, "Exit status"). */
enum error_kind {
    ERROR_NONE,
    ERROR_USAGE, /* the command line or a file the user wrote is wrong: exit 2 */
    ERROR_RUN,   /* the run could not be carried out: exit 3 */
};

struct error {
    enum error_kind kind;
    char text[1024]; /* lower case, no full stop, the failure first, the subject in single quotes */
    char hint[512];  /* what to do about it; empty when there is nothing to add */
};

/* Set kind and text, clear the hint. Returns -1 always, so that a caller can `return error_set(…)`.
 * `e` may be NULL, then nothing is stored. */
int error_set(struct error *e, enum error_kind kind, const char *fmt, ...) PRINTF(3, 4);

/* As error_set, with ": " and strerror(errnum) appended. */
int error_set_errno(struct error *e, enum error_kind kind, int errnum, const char *fmt, ...)
    PRINTF(4, 5);

/* Add the remedy. Returns -1. */
int error_hint(struct error *e, const char *fmt, ...) PRINTF(2, 3);

/* Put "fmt: " in front of the text already there. Returns -1. */
int error_prefix(struct error *e, const char *fmt, ...) PRINTF(2, 3);

#endif
