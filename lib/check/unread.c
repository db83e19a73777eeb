/* Requests that the server had not read when the signal came: they lay in a socket that it had
 * accepted, or that one of its processes had yet to hand to another. They were not in flight. */
#include <string.h>

#include "check/view.h"

#define MS(n) ((int64_t)(n)*1000000)

/* A request is read this soon by a server that is not held up; and the clocks of two requests that
 * came together differ by so much. */
static const int64_t unread_ns = MS(30), together_ns = MS(10);

static bool is_cut_unanswered(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a) && !a->conn.reused && a->end_ns < l->t0_ns + MS(500);
}

/* Requests for a fast path come all the time until the signal. When it comes, those that the server
 * has not answered for long, and none younger was answered either, show since when it had read
 * nothing: it was held up. */
int64_t unread_from(const struct view *l)
{
    const int64_t usual = l->t0_ns - unread_ns;
    int64_t served = 0, from = usual;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->answer.whole && !a->conn.reused && a->connected_ns < l->t0_ns &&
            a->connected_ns > served)
            served = a->connected_ns;
    }
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, ANY_LOAD_ARRIVALS) && is_cut_unanswered(l, a) &&
            a->connected_ns > served && a->connected_ns - together_ns < from)
            from = a->connected_ns - together_ns;
    }
    return served >= usual ? usual : from > served ? from : served;
}

/* One that it reads after the signal it may turn away, like any that comes then. */

static bool may_be_unread(const struct view *l, const struct attempt *a)
{
    bool turned_away = a->outcome == OUTCOME_REFUSED && a->status == 503;

    return (is_cut_unanswered(l, a) || (turned_away && !a->conn.reused)) && was_open(l, a) &&
           a->sent_ns && a->sent_ns <= l->t0_ns && a->connected_ns > l->unread_from_ns &&
           a->end_ns < l->t0_ns + MS(500);
}

static const char *method_of(const struct view *l, const struct attempt *a)
{
    const char *method = l->run->plan.loads[a->load].method;

    return method ? method : "";
}

bool is_unread(const struct view *l, const struct attempt *a)
{
    bool older_lives = false;

    if (!l->t0_ns || !load_in(l, a, INFLIGHT_LOADS) || !may_be_unread(l, a))
        return false;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *b = &l->run->attempts[i];

        if (!load_in(l, b, INFLIGHT_LOADS) || !was_open(l, b) || may_be_unread(l, b))
            continue;
        if (is_lost(l, b))
            return false;
        older_lives |= b->answer.whole && b->end_ns > l->t0_ns && b->sent_ns < a->sent_ns &&
                       strcmp(method_of(l, a), method_of(l, b)) == 0;
    }
    return older_lives;
}
