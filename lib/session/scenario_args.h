/* The scenarios that a command line names. */
#ifndef SESSION_SCENARIO_ARGS_H
#define SESSION_SCENARIO_ARGS_H

#include <stddef.h>

#include "base/error.h"
#include "plan/plan.h"

struct scenario_list {
    struct plan *plans;
    size_t count, cap;
};

/* Parse all of them before anything runs: files, folders (all *.json but *.schema.json, by name),
 * "-" for standard input, names of built-in scenarios; none at all: every built-in one. */
int scenarios_collect(struct scenario_list *list, int argc, char **argv, struct error *err);
void scenarios_free(struct scenario_list *list);

/* The built-in scenarios with what each is about, to standard output. */
int scenarios_print_builtin(struct error *err);

#endif
