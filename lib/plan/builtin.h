/* Files that travel inside the program (tools/embed makes the tables). */
#ifndef PLAN_BUILTIN_H
#define PLAN_BUILTIN_H

#include <stddef.h>

struct embedded {
    const char *name; /* "sigterm-requests-finish.json"; NULL ends the table */
    const char *text;
    size_t len;
};

/* Every file of scenarios/, in the order of their names. */
extern const struct embedded builtin_scenarios[];

#endif
