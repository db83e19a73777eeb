/* What people saw: each word from a history of its own, the witness, the order, and the seconds. */
#include "judged.h"

#include <time.h>

#define PAGES(frontend)                                                                            \
    "\"loads\":[{\"name\":\"work\",\"request\":{\"method\":\"POST\",\"path\":\"/o\"},"             \
    "\"clients\":4,\"witness\":\"/o\",\"frontend\":" frontend "}]"
#define NOBODY_HURT                                                                                \
    SCRIPT_TERM ",\"expect\":[{\"load\":\"work\",\"saw\":{\"lost\":0,\"doubled\":0},"              \
                "\"user_seconds_lost\":\"<= 5\"}]"

static void want(struct judged *j, double ms, int r, int c, const char *what)
{
    script_line(&j->text, ms, "want", "\"l\":0,\"r\":%d,\"c\":%d,\"what\":\"%s\"", r, c, what);
}

static void shown(struct judged *j, double ms, int r, const char *word)
{
    script_line(&j->text, ms, "shown", "\"l\":0,\"r\":%d,\"c\":1,\"word\":\"%s\"", r, word);
}

static void settled(struct judged *j, double ms, int r, const char *word)
{
    script_line(&j->text, ms, "settled", "\"l\":0,\"r\":%d,\"c\":1,\"word\":\"%s\"", r, word);
}

static void orders(struct judged *j, double ms, const int *intentions, int n)
{
    for (int i = 0; i < n; i++)
        script_line(&j->text, ms, "order", "\"l\":0,\"r\":%d,\"n\":%d", intentions[i], i + 1);
    script_line(&j->text, ms, "witness", "\"l\":0,\"status\":200,\"n\":%d", n);
}

static const struct users_verdict *users(struct judged *j)
{
    judge(j);
    assert_true(j->v.n_loads == 1 && j->v.loads[0].users.any);
    return &j->v.loads[0].users;
}

/* One of each: usual is 100 ms. */
static void each_word(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, PLAN(PAGES("\"naive\""), NOBODY_HURT));
    for (int r = 1; r <= 3; r++) { /* before the signal: fine */
        want(&j, 10 * r, r, 1, "write");
        settled(&j, 10 * r + 100, r, "delivered");
    }
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    want(&j, 501, 4, 1, "write");
    settled(&j, 1701, 4, "delivered"); /* 1.1 s more than usual: late */
    want(&j, 502, 5, 1, "write");
    shown(&j, 600, 5, "error");
    settled(&j, 700, 5, "delivered"); /* an error was shown first */
    want(&j, 503, 6, 1, "write");
    shown(&j, 600, 6, "error");
    settled(&j, 2503, 6, "given-up"); /* no order: lost, after 2 s */
    want(&j, 504, 7, 1, "write");
    settled(&j, 604, 7, "delivered"); /* two orders */
    want(&j, 505, 8, 1, "write");
    settled(&j, 605, 8, "delivered"); /* acknowledged, and not there */
    want(&j, 506, 9, 1, "read");
    shown(&j, 606, 9, "stale");
    settled(&j, 606, 9, "stale");
    want(&j, 507, 10, 1, "write"); /* never settled */
    orders(&j, 3000, (const int[]){1, 2, 3, 4, 5, 7, 7}, 7);
    script_line(&j.text, 3001, "load-end", "\"l\":0,\"why\":\"requests\"");
    script_end(&j.text, 3002);
    const struct users_verdict *u = users(&j);
    assert_true(u->any && u->listed);
    assert_int_equal(u->intentions, 10);
    assert_int_equal(u->open, 1);
    assert_int_equal(u->saw[SAW_FINE], 3);
    assert_int_equal(u->saw[SAW_LATE], 1);
    assert_int_equal(u->saw[SAW_STALE], 1);
    assert_int_equal(u->saw[SAW_ERROR_SHOWN], 1);
    assert_int_equal(u->saw[SAW_LOST], 2);
    assert_int_equal(u->saw[SAW_DOUBLED], 1);
    assert_int_equal(u->acknowledged_lost, 1);
    assert_int_equal(u->orders, 7);
    assert_int_equal(u->untold, 0);
    assert_true(fabs(u->usual_ms - 100) < 0.01);
    /* 1.1 s late, 0.098 s for the one with an error, 2 s in vain, 2.494 s never settled */
    assert_true(fabs(u->seconds_lost - (1.1 + 0.098 + 2 + 2.494)) < 0.001);
    assert_int_equal(j.v.value, VERDICT_FAILED);
    done(&j);
}

/* What the page keeps is not lost, also when it is not delivered by the end. */
static void queued(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, PLAN(PAGES("\"careful\""), NOBODY_HURT));
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    want(&j, 510, 1, 1, "write");
    shown(&j, 520, 1, "queued");
    settled(&j, 900, 1, "delivered");
    want(&j, 520, 2, 1, "write");
    shown(&j, 530, 2, "queued");
    orders(&j, 1000, (const int[]){1}, 1);
    script_end(&j.text, 1100);
    const struct users_verdict *u = users(&j);
    assert_int_equal(u->saw[SAW_QUEUED], 2);
    assert_int_equal(u->undelivered, 1);
    assert_int_equal(u->open, 0);
    assert_true(isnan(u->usual_ms));
    assert_int_equal(j.v.value, VERDICT_PASSED);
    done(&j);
}

#define IN_ORDER                                                                                   \
    SCRIPT_TERM ",\"expect\":[{\"load\":\"*\",\"orders\":{\"reordered\":0,\"lost\":0}},"           \
                "{\"target\":\"target\",\"orders\":{\"reordered\":\"<= 1\"}}]"

static void order_of_a_page(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, PLAN(PAGES("\"careful\""), IN_ORDER));
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    for (int r = 1; r <= 4; r++) {
        want(&j, 500 + r, r, r == 4 ? 2 : 1, "write"); /* the last one is another page's */
        settled(&j, 600 + r, r, "delivered");
    }
    orders(&j, 1000, (const int[]){4, 1, 3, 2}, 4);
    script_end(&j.text, 1100);
    assert_int_equal(users(&j)->reordered, 1); /* 2 stands behind 3; 4 may stand anywhere */
    assert_int_equal(j.v.expectations.at[0].value, VERDICT_FAILED);
    assert_string_equal(j.v.expectations.at[0].observed, "1 reordered");
    assert_int_equal(j.v.expectations.at[1].value, VERDICT_PASSED);
    assert_int_equal(j.v.expectations.at[2].value, VERDICT_PASSED);
    done(&j);

    begin(&j, PLAN(PAGES("\"careful\""), IN_ORDER)); /* nobody read the list */
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    want(&j, 510, 1, 1, "write");
    settled(&j, 610, 1, "delivered");
    script_end(&j.text, 1100);
    users(&j);
    for (int i = 0; i < 3; i++)
        assert_int_equal(j.v.expectations.at[i].value, VERDICT_INCONCLUSIVE);
    done(&j);
}

/* A sound history of three orders of one page, bent in one place. */
struct bend {
    const char *reply[2]; /* digests of the answers to the second order's key; NULL: one answer */
    const char *settled;  /* what the page made of the second order */
    int list[4], n;       /* the server's orders */
    int64_t lost, doubled, resurrected, reordered, other_reply;
};

static void history_of(const struct bend *b)
{
    struct judged j;
    begin(&j, PLAN(PAGES("\"careful\""), NOBODY_HURT));
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    for (int r = 1; r <= 3; r++) {
        want(&j, 500 + r, r, 1, "write");
        for (int k = 0; r == 2 && k < 2 && b->reply[k]; k++)
            script_line(&j.text, 550, "reply", "\"a\":%d,\"l\":0,\"r\":2,\"digest\":\"%s\"", k + 1,
                        b->reply[k]);
        settled(&j, 600 + r, r, r == 2 ? b->settled : "delivered");
    }
    orders(&j, 1000, b->list, b->n);
    script_end(&j.text, 1100);
    const struct users_verdict *u = users(&j);
    assert_int_equal(u->acknowledged_lost, b->lost);
    assert_int_equal(u->saw[SAW_DOUBLED], b->doubled);
    assert_int_equal(u->resurrected, b->resurrected);
    assert_int_equal(u->reordered, b->reordered);
    assert_int_equal(u->other_reply, b->other_reply);
    done(&j);
}

static void bent_history(void **state)
{
    static const struct bend bends[] = {
        {{"aa", "aa"}, "delivered", {1, 2, 3}, 3, 0, 0, 0, 0, 0}, /* sound: the answer came again */
        {{"aa"}, "delivered", {1, 3}, 2, 1, 0, 0, 0, 0},          /* acknowledged, and not there */
        {{"aa"}, "delivered", {1, 2, 2, 3}, 4, 0, 1, 0, 0, 0},    /* twice there */
        {{NULL}, "given-up", {1, 2, 3}, 3, 0, 0, 1, 0, 0},        /* given up, and there */
        {{NULL}, "given-up", {1, 3}, 2, 0, 0, 0, 0, 0},     /* given up, and not there: sound */
        {{"aa"}, "delivered", {1, 3, 2}, 3, 0, 0, 0, 1, 0}, /* behind a later one */
        {{"aa", "ab"},
         "delivered",
         {1, 2, 3},
         3,
         0,
         0,
         0,
         0,
         1}, /* its key was answered otherwise */
    };
    (void)state;
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++)
        history_of(&bends[i]);
}

/* Twice as many intentions take about twice as long: the check looks at each event once. */
static double seconds_for(int n)
{
    struct judged j;
    begin(&j, PLAN(PAGES("\"careful\""), NOBODY_HURT));
    script_signal(&j.text, 5, 0, 15);
    for (int r = 1; r <= n; r++)
        want(&j, 10, r, 1 + r % 4, "write");
    for (int r = 1; r <= n; r++)
        settled(&j, 20, r, "delivered");
    for (int r = n; r >= 1; r--)
        script_line(&j.text, 30, "order", "\"l\":0,\"r\":%d,\"n\":%d", r, n + 1 - r);
    script_line(&j.text, 30, "witness", "\"l\":0,\"status\":200,\"n\":%d", n);
    script_end(&j.text, 40);
    clock_t from = clock();
    assert_int_equal(users(&j)->reordered, n - 4); /* but the last of each page's four */
    double took = (double)(clock() - from) / CLOCKS_PER_SEC;
    done(&j);
    return took;
}

static void linear(void **state)
{
    (void)state;
    double small = seconds_for(4000), large = seconds_for(32000);
    print_message("4,000 intentions: %.3f s of CPU, 32,000: %.3f s\n", small, large);
    assert_true(large < 24 * (small + 0.001)); /* a quadratic one would take 64 times as long */
}

/* No list was kept, and an attempt was cut: it cannot be told, and the run proves nothing. */
static void no_witness(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, PLAN(PAGES("\"naive\""), NOBODY_HURT));
    want(&j, 9, 1, 1, "write");
    script_line(&j.text, 10, "start", "\"a\":1,\"l\":0,\"r\":1,\"c\":1");
    script_line(&j.text, 10.1, "connected", "\"a\":1,\"port\":30001,\"reused\":0");
    script_line(&j.text, 10.2, "sent", "\"a\":1");
    script_signal(&j.text, 500, 0, 15);
    script_line(&j.text, 501, "end",
                "\"a\":1,\"code\":56,\"errno\":104,\"status\":0,\"tries\":1,\"sent\":80,"
                "\"head\":0,\"head_done\":0,\"body\":0,\"length\":-1,\"framing\":\"\","
                "\"close\":0,\"why\":\"\"");
    shown(&j, 501, 1, "error");
    settled(&j, 502, 1, "given-up");
    script_line(&j.text, 503, "witness", "\"l\":0,\"status\":0,\"n\":-1");
    script_end(&j.text, 600);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->loads[0].users.untold, 1);
    assert_false(v->loads[0].users.listed);
    assert_int_not_equal(v->value, VERDICT_PASSED);
    done(&j);
}

/* A journal may say anything: numbers out of range, unknown words, nothing wanted. */
static void strange_journal(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, PLAN(PAGES("\"careful\""), NOBODY_HURT));
    script_answer(&j.text, 1, 0, 10, 600, 200, 5);
    script_signal(&j.text, 500, 0, 15);
    want(&j, 510, 7, 1, "write");
    want(&j, 511, 1, 99, "dance");
    shown(&j, 512, 1, "fireworks");
    shown(&j, 512, -4, "error");
    settled(&j, 513, 1000000000, "delivered");
    script_line(&j.text, 514, "order", "\"l\":9,\"r\":1,\"n\":1");
    script_line(&j.text, 515, "order", "\"l\":0,\"r\":1,\"n\":-1");
    script_line(&j.text, 516, "settled", "\"l\":-1,\"r\":1,\"c\":1,\"word\":\"delivered\"");
    script_end(&j.text, 600);
    assert_int_equal(users(&j)->intentions, 1);
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word),       cmocka_unit_test(queued),
        cmocka_unit_test(order_of_a_page), cmocka_unit_test(no_witness),
        cmocka_unit_test(bent_history),    cmocka_unit_test(linear),
        cmocka_unit_test(strange_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
