/* What a server never does is not lost at the signal. */
#include "audit_one.h"

static const struct {
    const char *load, *tried, *id;
    enum reason reason;
} abilities[] = {
    {"pipelined", "tried-pipelined", "pipelined-dropped", REASON_CLOSED_BEFORE_RESPONSE},
    {"partial-head", "tried-half-head", "half-head-dropped", REASON_CLOSED_BEFORE_RESPONSE},
    {"expect", "tried-expect", "expect-100-stranded", REASON_CLOSED_BEFORE_RESPONSE},
    {"upload", "tried-upload", "upload-cut", REASON_RESET_WHILE_SENDING},
    {"waiting-post", "tried-post", "nonidempotent-not-retried", REASON_CLOSED_BEFORE_RESPONSE},
};

/* All of the load, or of each pair the second one. */
static void lose(const char *load, enum reason reason)
{
    struct attempt *one;

    if (strcmp(load, "pipelined") != 0)
        cut(&b, "check-main", load, -1, 4, reason);
    else if ((one = nth(&b, "check-main", load, 1))) {
        one->outcome = OUTCOME_CUT_OFF;
        one->reason = reason;
        one->answer.whole = false;
        one->first_ns = 0;
    }
}

static void try_before(const char *load, bool answered)
{
    struct attempt *one = add_attempt(&b, 0, load, -700, -690, -680);

    if (answered)
        return;
    one->outcome = OUTCOME_CUT_OFF;
    one->reason = REASON_CLOSED_BEFORE_RESPONSE;
    one->answer.whole = false;
}

static bool is_untested(const char *of)
{
    for (size_t i = 0; i < a.untested.n; i++)
        if (strstr(a.untested.at[i], "before the signal either") && strstr(a.untested.at[i], of))
            return true;
    return false;
}

static void what_it_never_does_is_not_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++) {
        healthy(&b);
        lose(abilities[i].load, abilities[i].reason);
        must_find(abilities[i].id); /* none has tried */
        try_before(abilities[i].tried, true);
        must_find(abilities[i].id);
        assert_false(is_untested(""));
        try_before(abilities[i].tried, false);
        if (view_for(abilities[i].id))
            fail_msg("%s, of a server that cannot", abilities[i].id);
        assert_true(is_untested(""));
        for (size_t k = 0; k < a.n_fine; k++)
            assert_string_not_equal(a.fine_of[k]->id, abilities[i].id);
    }
}

/* It began at `start`, and was cut after the signal. */
static void cut_after(double start)
{
    struct attempt *one = add_attempt(&b, 0, "tried-half-head", start, 10, 20);

    one->outcome = OUTCOME_CUT_OFF;
    one->reason = REASON_CLOSED_BEFORE_RESPONSE;
    one->answer.whole = false;
}

static void what_the_signal_may_have_cut_shows_no_inability(void **state)
{
    (void)state;
    lose("partial-head", REASON_CLOSED_BEFORE_RESPONSE);
    cut_after(-100);
    must_find("half-head-dropped");
    cut_after(-700); /* it was not answered for that time */
    assert_null(view_for("half-head-dropped"));
    assert_true(is_untested("half-sent heads"));
}

static void a_connection_that_is_never_kept_needs_no_close(void **state)
{
    struct attempt *one;

    (void)state;
    for (size_t i = 0; i < b.runs[0].n_attempts; i++)
        b.runs[0].attempts[i].answer.told_to_close = false;
    must_find("no-connection-close");
    for (int i = 0; (one = nth(&b, "check-main", "steady", i)); i++)
        one->conn.reused = false;
    assert_null(view_for("no-connection-close"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_it_never_does_is_not_lost, begin, end),
        cmocka_unit_test_setup_teardown(what_the_signal_may_have_cut_shows_no_inability, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_connection_that_is_never_kept_needs_no_close, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
