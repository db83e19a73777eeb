/* Files that travel inside the program (tools/embed makes the tables). */
#ifndef PLAN_BUILTIN_H
#define PLAN_BUILTIN_H

#include <stddef.h>

struct embedded {
    const char *name; /* "sigterm-requests-finish.json"; NULL ends the table */
    const char *text;
    size_t len;
};

/* Every scenario of scenarios/, in the order of their names. */
extern const struct embedded builtin_scenarios[];
/* scenario.schema.json alone. */
extern const struct embedded scenario_schema[];

#endif
