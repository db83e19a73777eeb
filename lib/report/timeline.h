/* What happened during the drain, in the order of time: the same steps for every format that shows
 * them. Private to lib/report. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/judge.h"

/* X(ID, word for machine formats) */
#define STEP_MAP(X)                                                                                \
    X(SIGNAL, "signal")                                                                            \
    X(NOT_READY, "not-ready")                                                                      \
    X(LISTENER_CLOSED, "listener-closed")                                                          \
    X(LAST_ANSWER, "last-answer")                                                                  \
    X(EXIT, "exit")                                                                                \
    X(STARTED, "started")                                                                          \
    X(READY, "ready")                                                                              \
    X(NOTICE, "notice")                                                                            \
    X(HANDOVER, "handover")                                                                        \
    X(SAID, "said")

#define STEP_ENUM(id, word) STEP_##id,
enum step_kind { STEP_MAP(STEP_ENUM) STEP_COUNT };

struct step {
    enum step_kind kind;
    double ms;    /* since the first signal */
    size_t order; /* of those at the same time */
    bool bad;     /* a client was lost by it */
    char *text;   /* "SIGTERM sent: long in flight ≥ 50, 72 us after its moment" */
};

struct timeline {
    struct step *steps; /* by time */
    size_t count, cap;
};

/* Empty when no signal was sent. The caller frees it with timeline_free. */
void timeline_make(struct timeline *t, const struct run_verdict *v);
void timeline_free(struct timeline *t); /* accepts a zeroed one */
const char *step_word(enum step_kind kind);

#endif
