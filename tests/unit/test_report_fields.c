/* The table of an attempt's fields: what each reads, and of which rows it is not known. */
#include "script.h"

#include "report/attempt_fields.h"

/* A run of two loads: one of pipelined pairs, and one of people at a page. */
struct made {
    struct plan_load plan_loads[2];
    struct load_verdict loads[2];
    struct intention intentions[2];
    struct event events[2], end;
    struct history history;
    struct attempt attempts[2];
    struct run_verdict v;
};

static void make(struct made *m)
{
    static char put[] = "PUT", one[] = "/one", two[] = "/two", order[] = "/order";
    *m = (struct made){
        .plan_loads = {{.method = put, .path = one, .then_path = two, .shape = SHAPE_PIPELINED},
                       {.path = order}},
        .intentions =
            {{.number = 1,
              .client = 7,
              .wanted_ns = 1000,
              .settled_ns = 3000,
              .what = FE_WRITE,
              .orders = 2,
              .saw = SAW_LATE,
              .seconds_lost = 1.5},
             {.number = 2, .client = 7, .wanted_ns = 1500, .what = FE_READ, .open = true}},
        .events = {{.kind = EVENT_PLAN, .t_ns = 1000}, {.kind = EVENT_RUN_END, .t_ns = 90000}},
        .end = {.sent_bytes = 80,
                .header_bytes = 60,
                .body_bytes = 5,
                .length = 9,
                .tries = 1,
                .code = 18,
                .os_errno = 104,
                .framing = FRAMING_LENGTH},
        .attempts = {{.id = 1,
                      .request = 1,
                      .client = 3,
                      .due_ns = 2000,
                      .start_ns = 2000,
                      .connected_ns = 4000,
                      .sent_ns = 6000,
                      .first_ns = 9000,
                      .end_ns = 12000,
                      .conn.port = 4711,
                      .status = 200,
                      .outcome = OUTCOME_CUT_OFF,
                      .reason = REASON_CLOSED_MID_RESPONSE,
                      .phase = PHASE_RECEIVING},
                     {.id = 2, .request = 2, .client = 3, .start_ns = 2500, .conn.reused = true}},
    };
    m->attempts[0].end = &m->end;
    m->loads[0].name = "pairs";
    m->loads[1].name = "people";
    m->loads[1].users = (struct users_verdict){.any = true, .all = m->intentions, .intentions = 2};
    m->history = (struct history){.events = m->events, .count = 2};
    m->v = (struct run_verdict){.scenario = "s",
                                .history = &m->history,
                                .plan = {.loads = m->plan_loads, .n_loads = 2},
                                .loads = m->loads,
                                .n_loads = 2,
                                .attempts = m->attempts,
                                .n_attempts = 2};
}

static struct field_value read_field(enum attempt_field f, const struct attempt_row *row)
{
    struct field_value value;
    attempt_field_read(f, row, &value);
    return value;
}

static void assert_text(enum attempt_field f, const struct attempt_row *row, const char *text)
{
    struct field_value value;
    attempt_field_read(f, row, &value);
    assert_true(value.known);
    assert_string_equal(value.text, text);
}

static void assert_number(enum attempt_field f, const struct attempt_row *row, int64_t n)
{
    assert_true(read_field(f, row).known);
    assert_int_equal(read_field(f, row).n, n);
}

static void an_attempt(void **state)
{
    (void)state;
    struct made m;
    make(&m);
    struct attempt_row row = {.v = &m.v, .run = 4, .repeat = 2, .zero = "SIGTERM"};
    attempt_row_take(&row, &m.attempts[0]);
    assert_text(FIELD_SCENARIO, &row, "s");
    assert_text(FIELD_LOAD, &row, "pairs");
    assert_text(FIELD_METHOD, &row, "PUT");
    assert_text(FIELD_PATH, &row, "/one");
    assert_text(FIELD_OUTCOME, &row, "cut-off");
    assert_text(FIELD_REASON, &row, "closed-mid-response");
    assert_text(FIELD_PHASE, &row, "receiving");
    assert_text(FIELD_FRAMING, &row, "length");
    assert_text(FIELD_ZERO, &row, "SIGTERM");
    assert_number(FIELD_RUN, &row, 4);
    assert_number(FIELD_STATUS, &row, 200);
    assert_number(FIELD_FIRST_BYTE, &row, 9000);
    assert_number(FIELD_LATENCY, &row, 10);
    assert_number(FIELD_SENT_BYTES, &row, 80);
    assert_number(FIELD_PROMISED_BYTES, &row, 9);
    assert_number(FIELD_ERRNO, &row, 104);
    assert_false(read_field(FIELD_WANTED, &row).known);
    assert_false(read_field(FIELD_PROXY_STATE, &row).known);
}

static void one_that_never_ended(void **state)
{
    (void)state;
    struct made m;
    make(&m);
    struct attempt_row row = {.v = &m.v};
    attempt_row_take(&row, &m.attempts[0]);
    attempt_row_take(&row, &m.attempts[1]); /* the second of the pair */
    assert_text(FIELD_METHOD, &row, "GET");
    assert_text(FIELD_PATH, &row, "/two");
    assert_number(FIELD_SECOND, &row, 1);
    static const enum attempt_field unknown[] = {
        FIELD_STATUS,     FIELD_PORT,       FIELD_CONNECTED,      FIELD_END,       FIELD_LATENCY,
        FIELD_SENT_BYTES, FIELD_BODY_BYTES, FIELD_PROMISED_BYTES, FIELD_CURL_CODE, FIELD_ERRNO};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_false(read_field(unknown[i], &row).known);
    assert_int_equal(read_field(FIELD_PROMISED_BYTES, &row).n, -1);
}

/* A browser asks first: that request is no PUT, whatever the load's are. */
static void a_preflight_is_options(void **state)
{
    (void)state;
    struct made m;
    make(&m);
    m.attempts[0].cors.preflight = true;
    struct attempt_row row = {.v = &m.v};
    attempt_row_take(&row, &m.attempts[0]);
    assert_text(FIELD_METHOD, &row, "OPTIONS");
}

static void an_intention_alone_has_nothing_of_an_attempt(void **state)
{
    (void)state;
    struct made m;
    make(&m);
    struct attempt_row row = {.v = &m.v};
    attempt_row_take_intention(&row, 1, &m.intentions[0]);
    assert_text(FIELD_LOAD, &row, "people");
    assert_text(FIELD_SAW, &row, "late");
    assert_number(FIELD_CLIENT, &row, 7);
    assert_number(FIELD_ORDERS, &row, 2);
    assert_number(FIELD_SETTLED, &row, 3000);
    assert_true(read_field(FIELD_USER_SECONDS_LOST, &row).seconds > 1.4);
    assert_false(read_field(FIELD_ATTEMPT, &row).known);
    assert_false(read_field(FIELD_OUTCOME, &row).known);
    assert_false(read_field(FIELD_DUE, &row).known);
    attempt_row_take_intention(&row, 1, &m.intentions[1]);
    assert_false(read_field(FIELD_SAW, &row).known); /* it was still open */
    assert_int_equal(read_field(FIELD_SAW, &row).n, -1);
    assert_int_equal(read_field(FIELD_ORDERS, &row).n, -2);
}

static void an_attempt_at_an_intention_has_both(void **state)
{
    (void)state;
    struct made m;
    make(&m);
    m.attempts[0].load = 1;
    struct attempt_row row = {.v = &m.v};
    attempt_row_take(&row, &m.attempts[0]);
    assert_text(FIELD_SAW, &row, "late");
    assert_number(FIELD_INTENTION, &row, 1);
    assert_text(FIELD_OUTCOME, &row, "cut-off");
}

/* A name and its kind's unit are what a format calls the field: no two are the same. */
static void no_two_fields_are_called_the_same(void **state)
{
    (void)state;
    for (enum attempt_field a = 0; a < FIELD_COUNT; a++)
        for (enum attempt_field b = 0; b < a; b++)
            if (attempt_field_kind(a) == attempt_field_kind(b))
                assert_string_not_equal(attempt_field_name(a), attempt_field_name(b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attempt),
        cmocka_unit_test(one_that_never_ended),
        cmocka_unit_test(a_preflight_is_options),
        cmocka_unit_test(an_intention_alone_has_nothing_of_an_attempt),
        cmocka_unit_test(an_attempt_at_an_intention_has_both),
        cmocka_unit_test(no_two_fields_are_called_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
