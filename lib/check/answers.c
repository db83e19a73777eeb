/* Was it answered as before the signal? */
#include "check/view.h"

#include <string.h>

/* The second of a pair on one connection asks for another path. */
static const char *path_of(const struct plan_load *load, const struct attempt *a)
{
    bool second = load->shape == SHAPE_PIPELINED && a->request % 2 == 0;

    return second && load->then_path ? load->then_path : load->path;
}

/* The same method and path, whatever load it is of. */
static bool asks_same(const struct view *l, const struct attempt *a, const struct view *m,
                      const struct attempt *b, bool any_method)
{
    const struct plan_load *x = &l->run->plan.loads[a->load], *y = &m->run->plan.loads[b->load];
    const char *one = path_of(x, a), *other = path_of(y, b);

    if (!one || !other)
        return strcmp(x->name, y->name) == 0;
    return strcmp(one, other) == 0 && (any_method || strcmp(x->method, y->method) == 0);
}

/* An answer that kept its promise may differ by a few bytes (a time, a number); one that is framed
 * by the connection's end promised nothing. */
static bool is_clearly_short(const struct attempt *a, int64_t length)
{
    bool unframed = a->end->framing == FRAMING_CLOSE;
    return unframed || a->end->body_bytes * 10 < length * 9;
}

/* How long the answers to the same request are without a signal, when all are of one length; else
 * 0. */
static int64_t control_length(const struct view *l, const struct attempt *a)
{
    int64_t length = 0;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *m = &l->all[i];

        for (size_t k = 0; view_run_is(m, RUN(CONTROL)) && k < m->run->n_attempts; k++) {
            const struct attempt *b = &m->run->attempts[k];

            if (b->outcome != OUTCOME_COMPLETED || b->status != 200 || !b->end ||
                !asks_same(l, a, m, b, false))
                continue;
            if (length && b->end->body_bytes != length)
                return 0;
            length = b->end->body_bytes;
        }
    }
    return length;
}

/* Shorter than the answers before the signal, or than those of the run that has none: a path that
 * takes long may not have been answered in time for the first comparison. */
bool is_truncated(const struct view *l, const struct attempt *a)
{
    if (a->reason == REASON_TRUNCATED && a->outcome == OUTCOME_CUT_OFF)
        return true;
    if (!load_in(l, a, LOAD(WAITING) | LOAD(KEPT) | STREAM_LOADS) || !is_completed(l, a) ||
        a->status != 200 || !a->end)
        return false;
    int64_t length = control_length(l, a);
    return a->end->body_bytes < length && is_clearly_short(a, length);
}

/* Was it answered before the signal, or in a run that has none? */
static bool is_undisturbed(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && (!l->t0_ns || a->end_ns <= l->t0_ns);
}

/* The same request was answered with this status when nothing disturbed it, or it was not seen what
 * it was answered with. */
static bool is_usual(const struct view *l, const struct attempt *a, bool any_method)
{
    bool seen = false;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *m = &l->all[i];

        for (size_t k = 0; m->usable && k < m->run->n_attempts; k++) {
            const struct attempt *b = &m->run->attempts[k];

            if (!is_undisturbed(m, b) || !asks_same(l, a, m, b, any_method))
                continue;
            if (b->status == a->status)
                return true;
            seen = true;
        }
    }
    return !seen;
}

bool is_changed(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->status >= 400 && a->outcome != OUTCOME_REFUSED &&
           !is_usual(l, a, false);
}

/* What a POST is answered with is its own affair, unless none was seen: then it takes more
 * than an error to call it answered. */
static bool is_doubtful(const struct view *l, const struct attempt *a)
{
    return a->status >= 400 && !is_usual(l, a, true);
}

bool is_answered(const struct view *l, const struct attempt *a)
{
    return is_completed(l, a) && a->end_ns < l->kill_ns && !is_truncated(l, a) &&
           !is_doubtful(l, a);
}
