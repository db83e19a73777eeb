/* What depends on luck: decided by tries, said with their number, and praised only after them. */
#include "audit_one.h"

#include "check/decided.h"

static const char *fine_sentence_of(const char *id)
{
    for (size_t i = 0; i < a.n_fine; i++)
        if (strcmp(a.fine_of[i]->id, id) == 0)
            return a.fine[i];
    return NULL;
}

static const char *unproven(const char *part)
{
    for (size_t i = 0; i < a.untested.n; i++)
        if (strncmp(a.untested.at[i], "a loss by chance: ", 18) == 0 &&
            strstr(a.untested.at[i], part))
            return a.untested.at[i];
    return NULL;
}

static void lose(const char *run, int count)
{
    cut(&b, run, "frozen", count, 3, REASON_KEEPALIVE_RACE);
}

static void lost_in_one_try(void **state)
{
    (void)state;
    lose("check-keepalive-turns-3", 2);
    const struct finding *f = must_find("idle-keepalive-fin-race");
    assert_int_equal(f->severity, SEVERITY_HIGH);
    assert_non_null(strstr(f->evidence, "2 of 20 requests on kept-alive connections"));
    assert_non_null(strstr(f->evidence, "in 1 of 9 tries (95 %"));
    assert_int_equal(a.grade, 'D');
}

/* A server that looks before it closes may lose the one that it was just closing: no defect, and
 * nothing to praise. */
static void a_coincidence_in_each_try(void **state)
{
    static const char *const tries[] = {"check-keepalive-after-1", "check-keepalive-after-2",
                                        "check-keepalive-turns-1", "check-keepalive-turns-2",
                                        "check-keepalive-turns-3", "check-keepalive-turns-4"};

    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        lose(tries[i], 1);
    assert_null(view_for("idle-keepalive-fin-race"));
    assert_null(fine_sentence_of("idle-keepalive-fin-race"));
    assert_non_null(strstr(unproven("requests on kept-alive connections"), "but never two in one"));
    assert_int_equal(a.grade, 'A');
}

/* What the tries bring about is praised; what they only make likely is not. */
static void praise_says_how_often_it_was_tried(void **state)
{
    static const struct {
        const char *id, *what, *tries;
        bool forced;
    } rows[] = {{"accept-queue-reset", "accept queue", "with a loss in 0 of 3 tries (95 %", true},
                {"idle-keepalive-fin-race", "on kept-alive connections",
                 "with a loss in 0 of 9 tries (95 %", false},
                {"accept-vs-shutdown-race", "made around the signal",
                 "with a loss in 0 of 2 tries (95 %", false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_null(view_for(rows[i].id));
        const char *fine = fine_sentence_of(rows[i].id), *open = unproven(rows[i].what);
        const char *said = rows[i].forced ? fine : open;
        if (!said || !strstr(said, rows[i].tries))
            fail_msg("%s: %s", rows[i].id, said ? said : "no sentence");
        assert_null(rows[i].forced ? open : fine);
    }
}

/* As of --quick, or of a check that was interrupted. */
static void the_first_run_alone_praises_no_luck(void **state)
{
    static const char *const ids[] = {"idle-keepalive-fin-race", "accept-queue-reset",
                                      "accept-vs-shutdown-race"};

    (void)state;
    b.n = 1;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_null(view_for(ids[i]));
        assert_null(fine_sentence_of(ids[i]));
    }
}

static void strand(const char *run, int count)
{
    struct attempt *one;

    set_killed(&b, run, 3000);
    for (int i = 0; i < count && (one = nth(&b, run, "frozen", i)); i++) {
        one->outcome = OUTCOME_UNFINISHED;
        one->reason = REASON_RUN_ENDED;
        one->answer.whole = false;
        one->first_ns = 0;
        one->end_ns = T0 + MS(3001);
    }
}

static void left_without_an_answer_until_the_kill(void **state)
{
    (void)state;
    strand("check-keepalive-after-1", 5);
    assert_int_equal(must_find("idle-keepalive-fin-race")->count, 5);
}

/* That is another defect, and no race. */
static void a_server_that_answers_nobody(void **state)
{
    (void)state;
    strand("check-keepalive-after-1", 20);
    assert_null(view_for("idle-keepalive-fin-race"));
}

/* What is given 3 s is not known to hang. */
static void a_try_that_was_ended_early_denies_nothing(void **state)
{
    (void)state;
    set_killed(&b, "check-keepalive-turns-1", 3000);
    assert_null(view_for("exit-never"));
    assert_non_null(fine_sentence_of("signal-ignored"));
    assert_int_equal(a.grade, 'A');
}

/* New connections are taken after the signal, and closed unanswered. */
static void taken_and_dropped(void **state)
{
    struct attempt *one;

    (void)state;
    for (int i = 3; (one = nth(&b, "check-accept-turns-2", "frozen", i)); i++) {
        one->start_ns = one->connected_ns = one->sent_ns = T0 + MS(1);
        one->outcome = OUTCOME_CUT_OFF;
        one->reason = REASON_CLOSED_BEFORE_RESPONSE;
        one->answer.whole = false;
        one->first_ns = 0;
        one->end_ns = T0 + MS(2);
    }
    const struct finding *f = must_find("accept-vs-shutdown-race");
    assert_int_equal(f->count, 17);
    assert_non_null(strstr(f->evidence, "in 1 of 2 tries"));
}

static void take_in(struct decided *d, const char *run)
{
    decided_add(d, &b.runs[run_of(&b, run)]);
}

/* Two tries that lost decide: those to come are needless, and no other run is. */
static void two_tries_that_lost_decide(void **state)
{
    struct decided d = {0};

    (void)state;
    lose("check-keepalive-turns-1", 2);
    lose("check-keepalive-after-1", 2);
    must_find("idle-keepalive-fin-race"); /* the runs have their facts from here on */
    take_in(&d, "check-keepalive-race");  /* lost nothing */
    take_in(&d, "check-keepalive-turns-1");
    assert_false(decided_is_needless(&d, "check-keepalive-turns-3"));
    take_in(&d, "check-keepalive-after-1");
    assert_true(decided_is_needless(&d, "check-keepalive-turns-3"));
    assert_true(decided_is_needless(&d, "check-keepalive-workers-2"));
    assert_false(decided_is_needless(&d, "check-keepalive-race")); /* tells of the exit, too */
    assert_false(decided_is_needless(&d, "check-accept-queue-2"));
    assert_false(decided_is_needless(&d, "check-accept-turns-1"));
    assert_false(decided_is_needless(&d, "check-main"));
    assert_false(decided_is_needless(&d, "no run of a check"));
}

/* A single loss is a doubt, and so is what runs that are no tries lose. */
static void doubts_decide_nothing(void **state)
{
    struct decided d = {0};

    (void)state;
    lose("check-keepalive-turns-1", 1);
    lose("check-keepalive-turns-2", 1);
    cut(&b, "check-main", "waiting", -1, 3, REASON_CLOSED_BEFORE_RESPONSE);
    assert_null(view_for("idle-keepalive-fin-race"));
    for (size_t i = 0; i < b.n; i++)
        decided_add(&d, &b.runs[i]);
    assert_false(decided_is_needless(&d, "check-keepalive-turns-3"));
    assert_false(decided_is_needless(&d, "check-accept-turns-2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lost_in_one_try, begin, end),
        cmocka_unit_test_setup_teardown(a_coincidence_in_each_try, begin, end),
        cmocka_unit_test_setup_teardown(praise_says_how_often_it_was_tried, begin, end),
        cmocka_unit_test_setup_teardown(the_first_run_alone_praises_no_luck, begin, end),
        cmocka_unit_test_setup_teardown(left_without_an_answer_until_the_kill, begin, end),
        cmocka_unit_test_setup_teardown(a_server_that_answers_nobody, begin, end),
        cmocka_unit_test_setup_teardown(a_try_that_was_ended_early_denies_nothing, begin, end),
        cmocka_unit_test_setup_teardown(taken_and_dropped, begin, end),
        cmocka_unit_test_setup_teardown(two_tries_that_lost_decide, begin, end),
        cmocka_unit_test_setup_teardown(doubts_decide_nothing, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
