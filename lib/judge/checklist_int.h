/* What the files of the checklist share. Private to lib/judge. */
#ifndef JUDGE_CHECKLIST_INT_H
#define JUDGE_CHECKLIST_INT_H

#include "judge/facts.h"

/* A time in which no attempt was open. */
struct rest {
    int64_t from_ns, to_ns;
};

/* What the rows are judged on. */
struct looking {
    const struct run_verdict *v;
    const struct run_facts *f;
    int64_t in_hand;        /* attempts that the server had at the signal, and had to answer */
    int64_t timed_out, cut; /* of these */
    int64_t last_ns;        /* the last of them was over; the signal, when there were none */
    int64_t exit_ns;        /* the target's own exit; the history's end when there was none */
    struct rest *rests;     /* before the signal, in order */
    size_t n_rests;
};

typedef struct checklist_row row_judge(const struct looking *l);

/* With the value of the cause. */
struct checklist_row row_of(enum row_cause cause);

row_judge row_pool, row_descriptors, row_locks, row_threads, row_goroutines, row_metrics,
    row_registry;

/* checklist_rest.c */
void rests_find(struct looking *l);

#endif
