/* Was it answered as before the signal? */
#include "check/look.h"

#include <string.h>

/* How long the slow path's answers are without a signal, when all are of one length; else 0. */
static int64_t control_length(const struct look *l)
{
    int64_t length = 0;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct run_verdict *run = &l->in->runs[i];

        if (run_role(run) != RUN(CONTROL))
            continue;
        for (size_t k = 0; k < run->n_attempts; k++) {
            const struct attempt *a = &run->attempts[k];

            if (a->outcome != OUTCOME_COMPLETED || a->status != 200 || !a->end)
                continue;
            if (length && a->end->body_bytes != length)
                return 0;
            length = a->end->body_bytes;
        }
    }
    return length;
}

/* An answer that kept its promise may differ by a few bytes (a time, a number); one that is framed
 * by the connection's end promised nothing. */
static bool is_clearly_short(const struct attempt *a, int64_t length)
{
    bool unframed = a->end->framing == FRAMING_CLOSE;
    return unframed || a->end->body_bytes * 10 < length * 9;
}

/* Shorter than the answers before the signal, or than those of the run that has none: a path that
 * takes long may not have been answered in time for the first comparison. */
bool is_truncated(const struct look *l, const struct attempt *a)
{
    if (a->reason == REASON_TRUNCATED && a->outcome == OUTCOME_CUT_OFF)
        return true;
    return load_in(l, a, LOAD(WAITING) | LOAD(KEPT)) && is_completed(l, a) && a->status == 200 &&
           a->end && a->end->body_bytes < control_length(l) &&
           is_clearly_short(a, control_length(l));
}

bool is_answered(const struct look *l, const struct attempt *a)
{
    return is_completed(l, a) && a->end_ns < l->kill_ns && !is_truncated(l, a);
}
