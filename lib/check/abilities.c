/* What the server was seen to do before the signal: what it never does is not lost at it. */
#include "base/attr.h"
#include "check/rules.h"

#define MS(n) ((int64_t)(n)*1000000)

static const struct ability abilities[] = {
    {LOAD(PIPELINED), LOAD(TRIED_PIPELINED), "pipelined requests"},
    {HALF_HEAD_LOADS, LOAD(TRIED_HALF_HEAD), "half-sent heads"},
    {LOAD(EXPECT), LOAD(TRIED_EXPECT), "Expect: 100-continue"},
    {LOAD(UPLOAD), LOAD(TRIED_UPLOAD), "uploads"},
    {LOAD(WAITING_POST), LOAD(TRIED_POST), "POST requests"},
};

const struct ability *ability_at(size_t i)
{
    return i < ARRAY_LEN(abilities) ? &abilities[i] : NULL;
}

/* Refused or cut before the signal, or left without an answer for long. What the signal, or we
 * ourselves, may have kept from being answered shows nothing. */
static bool is_unanswered(const struct view *l, const struct attempt *a)
{
    int64_t open_ns = l->t0_ns - a->start_ns - view_held_ns(l, a->start_ns, l->t0_ns);

    return !a->answer.whole && (a->end_ns <= l->t0_ns || open_ns > MS(500));
}

/* A journal in which it was not tried says nothing against it. */
bool was_able(const struct view *l, load_set load)
{
    struct tally tried = {0};

    for (size_t i = 0; i < ARRAY_LEN(abilities); i++)
        if (abilities[i].load & load)
            tally_attempts(&tried, l, abilities[i].tried, any_attempt, is_unanswered);
    return tried.count == 0;
}

static bool is_followed(const struct view *l, const struct attempt *a)
{
    return a->start_ns < l->t0_ns;
}

static bool is_on_its_own(const struct view *l, const struct attempt *a)
{
    (void)l;
    return !a->conn.reused;
}

/* One client asks again and again, on one connection if it can. */
bool keeps_alive(const struct view *l)
{
    struct tally steady = {0};

    tally_attempts(&steady, l, LOAD(STEADY), is_followed, is_on_its_own);
    return steady.of < 2 || steady.count < steady.of;
}
