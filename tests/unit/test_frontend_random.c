/* Whatever happens to it, a careful page loses nothing, sends nothing in the wrong order, asks for
 * no tick in the past, and comes to an end once the server is well: many random lives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "frontend_kit.h"

enum { LIVES = 300, STEPS = 400, ITEMS = 100, MOST_FLYING = 64, WELL_MS = 3600 * 1000 };

struct life {
    struct fe_policy policy;
    struct fe_state state;
    struct fe_item items[ITEMS];
    struct fe_action flying[MOST_FLYING];
    int n_flying;
    uint64_t seed;
    fe_ms now;
    uint32_t wanted, settled, delivered, last_delivered;
    bool in_hand;
};

static double chance(struct life *l) /* splitmix64 */
{
    uint64_t z = l->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void act(struct life *l, const struct fe_action *a)
{
    if (a->what == FE_SEND && a->call != FE_STREAM) {
        assert_true(l->n_flying < MOST_FLYING);
        l->flying[l->n_flying++] = *a;
    } else if (a->what == FE_ABORT) {
        int kept = 0;
        for (int i = 0; i < l->n_flying; i++)
            if (l->flying[i].call != a->call || l->flying[i].intention != a->intention)
                l->flying[kept++] = l->flying[i];
        l->n_flying = kept;
    } else if (a->what == FE_SETTLE) {
        l->settled++;
        if (a->word == FE_DELIVERED) {
            assert_true(a->intention > l->last_delivered); /* in the order of the wishes */
            l->last_delivered = a->intention;
            l->delivered++;
        }
    }
    if (a->intention == l->wanted &&
        (a->what == FE_SETTLE || (a->what == FE_SHOW && a->word == FE_QUEUED)))
        l->in_hand = false;
}

static void step(struct life *l, struct fe_event e)
{
    struct fe_actions out;
    e.now = l->now;
    e.random = chance(l);
    fe_step(&l->policy, &l->state, &e, &out);
    for (int i = 0; i < out.n; i++)
        act(l, &out.at[i]);
    assert_true(fe_due(&l->policy, &l->state) >= l->now);
}

/* One of the attempts under way comes to an end: well, or in one of the ways of a server that goes
 * away (no 5xx: a server that is there and fails may be passed over, which changes the order). */
static void answer(struct life *l, bool well)
{
    static const struct {
        enum fe_result result;
        int status;
    } bad[] = {{FE_REFUSED, 0}, {FE_CUT_OFF, 0}, {FE_STATUS, 503}, {FE_STATUS, 429}};
    int which = (int)(chance(l) * l->n_flying), how = (int)(chance(l) * 4);
    struct fe_action a = l->flying[which];
    bool good = well || chance(l) < 0.3;

    l->flying[which] = l->flying[--l->n_flying];
    step(l, (struct fe_event){.kind = FE_EVENT_RESULT,
                              .call = a.call,
                              .intention = a.intention,
                              .attempt = a.attempt,
                              .preflight = a.preflight,
                              .max_age = 5000,
                              .result = good ? FE_STATUS : bad[how].result,
                              .status = good ? 200 : bad[how].status});
}

/* Go on to whatever comes next. */
static void move(struct life *l, bool well)
{
    fe_ms due = fe_due(&l->policy, &l->state);
    if (l->n_flying && (well || chance(l) < 0.5)) {
        l->now++;
        if (l->now >= due)
            l->now = due;
        answer(l, well);
    } else if (due != FE_NEVER) {
        l->now = due > l->now ? due : l->now;
        step(l, (struct fe_event){.kind = FE_EVENT_TICK});
    }
}

static void live(uint64_t seed)
{
    struct life *l = calloc(1, sizeof *l);
    l->seed = seed;
    assert_int_equal(fe_policy_named("careful", &l->policy), 0);
    l->policy.origin.preflight[FE_WRITE] = seed % 2 == 0; /* every other one is of another origin */
    fe_open(&l->state, &l->policy, l->items, 0, chance(l));
    for (int i = 0; i < STEPS; i++) {
        if (!l->in_hand && l->wanted < ITEMS && chance(l) < 0.2) {
            l->in_hand = true;
            l->wanted++;
            step(l, (struct fe_event){
                        .kind = FE_EVENT_WANT, .intention = l->wanted, .what = FE_WRITE});
        }
        if (chance(l) < 0.01)
            step(l, (struct fe_event){.kind = FE_EVENT_NOTICE,
                                      .left = chance(l) < 0.5 ? 90000 : FE_NEVER});
        move(l, false);
    }
    fe_ms end = l->now + WELL_MS;
    while (l->settled < l->wanted && l->now < end)
        move(l, true);
    assert_int_equal(l->settled, l->wanted);
    assert_int_equal(l->delivered, l->wanted);
    free(l);
}

static void test_random_lives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= LIVES; seed++)
        live(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_lives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
