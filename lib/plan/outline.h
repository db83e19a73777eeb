/* The order in which a plan's steps can come, without a run: what starts, what each signal waits
 * for, and what follows it. Pure. */
#ifndef PLAN_OUTLINE_H
#define PLAN_OUTLINE_H

#include "plan/plan.h"

/* X(ID, word for machine formats) */
#define OUTLINE_MAP(X)                                                                             \
    X(TARGET, "target-start")                                                                      \
    X(READY, "target-ready")                                                                       \
    X(LOADS, "loads-start")                                                                        \
    X(LOAD_START, "load-start")                                                                    \
    X(LOAD_STOP, "load-stop")                                                                      \
    X(LOAD_RESUME, "load-resume")                                                                  \
    X(SIGNAL, "signal")                                                                            \
    X(END, "end")

/* What a step's time counts from. X(ID, word for machine formats) */
#define OUTLINE_BASE_MAP(X)                                                                        \
    X(RUN, "run-start")                                                                            \
    X(TARGET, "target-start")                                                                      \
    X(LOADS, "loads-start")                                                                        \
    X(SIGNAL, "signal")                                                                            \
    X(CONDITION, "condition")

#define OUTLINE_ENUM(id, word)      OUTLINE_##id,
#define OUTLINE_BASE_ENUM(id, word) OUTLINE_FROM_##id,
enum outline_kind { OUTLINE_MAP(OUTLINE_ENUM) OUTLINE_KINDS };
enum outline_base { OUTLINE_BASE_MAP(OUTLINE_BASE_ENUM) OUTLINE_BASES };

struct outline_step {
    enum outline_kind kind;
    enum outline_base base;
    int of;           /* OUTLINE_FROM_SIGNAL: index of that signal; else -1 */
    int64_t after_ns; /* after the base; -1: whenever the condition comes true (READY, SIGNAL), or
                         OUTLINE_END, which comes at plan.timeout_ns at the latest */
    int index;        /* of the load or the signal; -1: neither */
};

struct outline {
    struct outline_step *steps; /* in the order in which to read them: a signal's followers stand
                                   behind it */
    size_t count, cap;
};

/* Every signal of the plan appears once, every load's start, stop and resume that has an instant
 * too. */
void outline_make(struct outline *o, const struct plan *plan);
void outline_free(struct outline *o); /* accepts a zeroed one */

const char *outline_word(enum outline_kind kind);
const char *outline_base_word(enum outline_base base);

#endif
