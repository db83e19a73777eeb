/* When an attempt was in which stage, and what its request was: the same for every format that
 * writes down attempts one by one. Private to lib/report. */
#ifndef REPORT_STAGES_H
#define REPORT_STAGES_H

#include "base/buf.h"
#include "judge/judge.h"

/* When an attempt reached what, in us since some zero, each rounded down. None is before the one
 * that it follows, nor after the end: a server may answer before it has read the request to its
 * end. One that was not reached is at the one before it. */
struct points {
    int64_t start, connected, sent, first, end;
};

/* An attempt that never ended is taken to end at the last event of the run. */
void points_of(struct points *p, const struct run_verdict *v, const struct attempt *a,
               int64_t zero_ns);
/* Whole microseconds from `zero_ns` to `t_ns`, rounded down; saturates. */
int64_t us_since(int64_t t_ns, int64_t zero_ns);

/* Durations in us, cut from points of time that are rounded to whole us, so that they add up to
 * `total` exactly. A stage that was not reached takes 0; `blocked` and `connect` are -1 where there
 * was nothing of the kind. */
struct stages {
    int64_t due_ns;  /* when it should have started: the beginning of all this */
    int64_t blocked; /* from the intended start until it began; on a reused connection, until that
                        was handed over */
    int64_t connect; /* -1 on a reused connection */
    int64_t send, wait, receive;
    int64_t total;
};

/* An attempt that never ended is counted until the last event of the run. */
void stages_of(struct stages *s, const struct run_verdict *v, const struct attempt *a);

/* "2026-11-24T01:50:52.123456Z" (RFC 3339), to the microsecond. */
void wall_add(struct buf *out, int64_t unix_ns);

/* The number of each run among those of the same scenario, from 1: its repeat. Fresh memory. */
int64_t *repeats_of(const struct run_verdict *runs, size_t count);

/* Milliseconds with three digits of a whole number of us: "-0.250". */
void us_add_ms(struct buf *out, int64_t us);

/* Is this the second request of a pipelined pair? `before` is the attempt with the id before (or
 * NULL), and `before_was_second` what this said of that one. */
bool is_second_of_pair(const struct plan *plan, const struct attempt *a,
                       const struct attempt *before, bool before_was_second);
/* The request's path: of the load, or of the second of its pair. */
const char *path_of(const struct plan_load *p, bool second);
/* "http://127.0.0.1:8080", with the run's port in it, without credentials. Fresh memory. */
char *base_url(const struct run_verdict *v);

#endif
