/* The connections that the target made to a database and a queue: which was closed first, whether
 * the target did it at all, and what the card of a check says of it. */
#include "script.h"

#include "check/audit.h"
#include "judge/dependencies.h"
#include "judge/judge.h"
#include "judged.h"

#define DEPENDENT_PLAN                                                                             \
    "{\"name\":\"check-main\",\"audit\":true,\"target\":{\"command\":[\"./server\"],"              \
    "\"dependencies\":true},\"loads\":[{\"name\":\"waiting\",\"request\":{\"path\":\"/slow\"},"    \
    "\"clients\":4}],\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":\"waiting\","           \
    "\"in_flight\":1}}]}"

static void link_line(struct buf *b, double ms, const char *name, int remote, int port,
                      const char *is, double seen_ms)
{
    script_line(b, ms, "dependency",
                "\"name\":\"%s\",\"to\":\"127.0.0.1:%d\",\"port\":%d,\"pid\":4711,\"is\":\"%s\","
                "\"unread\":0,\"seen\":%lld",
                name, remote, port, is, (long long)(script_epoch_ns + (int64_t)(seen_ms * 1e6)));
}

/* The signal at 100 ms, an answer with this status at 700, the exit at 800. */
static void begin_with(struct judged *j, int status)
{
    struct buf *b = &j->text;
    begin(j, DEPENDENT_PLAN);
    script_line(b, 6, "listener", "\"sockets\":1,\"depth\":0,\"limit\":5");
    script_answer(b, 1, 0, 10, 20, 200, 2);
    link_line(b, 30, "postgresql", 5432, 41000, "open", 30);
    link_line(b, 30, "postgresql", 5432, 41001, "open", 30);
    link_line(b, 30, "", 7777, 41002, "open", 30);
    script_signal(b, 100, 0, 15);
    script_answer(b, 2, 0, 50, 700, status, 2);
}

/* What became of the run; and the audit of it alone. */
static void audited(struct judged *j, struct audit *a)
{
    script_end(&j->text, 800);
    struct audit_input in = {.runs = judge(j), .n = 1};
    audit_run(&in, a);
}

static void which_was_closed_first_and_before_what(void **state)
{
    struct judged j;
    struct audit a;
    (void)state;
    begin_with(&j, 500);
    link_line(&j.text, 110, "postgresql", 5432, 41000, "closed", 109);
    link_line(&j.text, 120, "postgresql", 5432, 41001, "closed", 119);
    link_line(&j.text, 750, "", 7777, 41002, "closed", 749);
    audited(&j, &a);
    const struct dependency_facts *first = dependency_closed_first(j.v.facts);
    assert_non_null(first);
    assert_string_equal(first->name, "postgresql");
    assert_int_equal(first->closed, 2);
    assert_int_equal(first->last_ns, script_epoch_ns + INT64_C(120000000));
    assert_int_equal(a.dependencies.n, 2);
    assert_string_equal(a.dependencies.at[0],
                        "postgresql at 127.0.0.1:5432: the last of 2 connections was closed 580 ms "
                        "before the last answer, 680 ms before the exit");
    assert_string_equal(a.dependencies.at[1],
                        "127.0.0.1:7777: the last of 1 connections was closed 50 ms after the last "
                        "answer, 50 ms before the exit");
    assert_string_equal(a.findings[0].defect->id, "deps-closed-first");
    assert_non_null(strstr(a.findings[0].evidence,
                           "postgresql at 127.0.0.1:5432 was closed first: the last of its 2 "
                           "connections 20 ms after the signal, and the first failure was at 600 "
                           "ms"));
    audit_free(&a);
    done(&j);
}

/* Neither the other end's close nor the kernel's at the exit is the target's doing. */
static void what_the_target_did_not_close(void **state)
{
    struct judged j;
    struct audit a;
    (void)state;
    begin_with(&j, 500);
    link_line(&j.text, 110, "", 7777, 41002, "peer", 109);
    link_line(&j.text, 800, "postgresql", 5432, 41000, "exit-closed", 798);
    link_line(&j.text, 800, "postgresql", 5432, 41001, "exit-reset", 798);
    audited(&j, &a);
    assert_null(dependency_closed_first(j.v.facts));
    assert_string_equal(a.dependencies.at[0],
                        "postgresql at 127.0.0.1:5432: 2 of 2 connections were open 2.0 ms before "
                        "the exit, and closed by it or in that time; the other end saw a reset");
    assert_non_null(strstr(a.dependencies.at[1], "was closed by the other end 590 ms before"));
    assert_null(strstr(a.findings[0].evidence, "closed first"));
    audit_free(&a);
    done(&j);
}

/* One that is open yet is not closed first; what was closed before the signal does not count. */
static void one_of_several_is_not_all(void **state)
{
    struct judged j;
    struct audit a;
    (void)state;
    begin_with(&j, 200);
    link_line(&j.text, 90, "", 7777, 41002, "closed", 89);
    link_line(&j.text, 110, "postgresql", 5432, 41000, "closed", 109);
    audited(&j, &a);
    assert_null(dependency_closed_first(j.v.facts));
    assert_int_equal(a.dependencies.n, 1);
    assert_string_equal(a.dependencies.at[0],
                        "postgresql at 127.0.0.1:5432: 1 connections were still "
                        "open when drainctl stopped looking");
    audit_free(&a);
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_was_closed_first_and_before_what),
        cmocka_unit_test(what_the_target_did_not_close),
        cmocka_unit_test(one_of_several_is_not_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
