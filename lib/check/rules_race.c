/* Rules about requests on kept-alive connections that meet the close of their connection. */
#include "check/tries.h"

#include "judge/facts.h"

#define KEPT_FREE_TRIES (KEPT_AFTER_TRIES | KEPT_TURNS_TRIES | KEPT_WORKERS_TRIES)
/* Their clients use the connection once more, some time after the signal. */
#define RESUMED_LOADS                                                                              \
    (LOAD(IDLE_0) | LOAD(IDLE_1) | LOAD(IDLE_5) | LOAD(IDLE_20) | LOAD(IDLE_100) | LOAD(IDLE_400))

enum { NO_COINCIDENCE = 2 };

static void spare_coincidence(struct tally *s)
{
    if (s->count == 0 || s->count >= NO_COINCIDENCE)
        return;
    s->doubts += s->count;
    s->count = 0;
    s->n_attempts = 0;
}

void tally_try(struct tally *s, const struct view *l, attempt_test *of, attempt_test *bad)
{
    tally_attempts(s, l, LOAD(FROZEN), of, bad);
    spare_coincidence(s);
}

static bool is_answer_after(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && a->end_ns > l->t0_ns;
}

static bool answers_some(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, ANY_LOAD, is_answer_after, is_answer_after);
    return s.count > 0;
}

static bool is_killed_with(const struct view *l, const struct attempt *a)
{
    return is_lost(l, a) && a->end_ns >= l->kill_ns && !l->facts->course.interrupted;
}

/* Closed without a byte; or left without an answer until we killed the server, though it answered
 * others. */
static bool is_lost_on_kept(const struct view *l, const struct attempt *a)
{
    return has_no_byte(l, a) && (is_cut(l, a) || (is_killed_with(l, a) && answers_some(l)));
}

/* A server that closes after each answer leaves nothing to race on: that is a new connection. */
static bool was_reused(const struct view *l, const struct attempt *a)
{
    return a->conn.reused && was_in_flight(l, a);
}

static bool is_reused(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->conn.reused && a->sent_ns;
}

static bool is_resumed(const struct view *l, const struct attempt *a)
{
    return is_reused(l, a) && a->start_ns >= l->t0_ns;
}

/* Frozen, a request that was written before the signal provably lies in the server's buffer. On a
 * free connection one loss can be the coincidence that RFC 9112 section 9.5 allows: it takes two,
 * and one run without any is no praise. */
void find_keepalive_race(const struct view *l, struct tally *s)
{
    if (view_run_is(l, RUN(KEEPALIVE_RACE)))
        tally_attempts(s, l, LOAD(FROZEN), was_reused, is_lost_on_kept);
    if (view_run_is(l, KEPT_FREE_TRIES) && l->t0_ns)
        tally_try(s, l, is_reused, is_lost_on_kept);
    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns)
        return;
    tally_attempts(s, l, RESUMED_LOADS, is_resumed, is_lost_on_kept);
    spare_coincidence(s);
    if (s->count)
        tally_note(s, "lost on idle connections that were used again after the signal");
    else if (!s->doubts)
        s->of = 0;
}
