/* The queue of jobs in a database in memory: who holds a job, and for how long. */
#include "memory_database.h"

#include <string.h>

#include "server/work/jobs.h"

static int64_t add(int64_t ms)
{
    struct job job = {.ms = ms};
    assert_int_equal(jobs_add(driver, db, &job), DB_OK);
    return job.id;
}

static int64_t take(const char *owner, int64_t now_ms, int64_t until_ms)
{
    struct job job;
    assert_int_equal(jobs_take(driver, db, owner, now_ms, until_ms, &job), DB_OK);
    return job.id;
}

static void assert_listed(const char *wanted)
{
    struct buf out;
    buf_init(&out, 4096);
    assert_int_equal(jobs_list(driver, db, &out), DB_OK);
    assert_string_equal(out.data, wanted);
    buf_free(&out);
}

static void taken_oldest_first_and_by_one(void **state)
{
    (void)state;
    int64_t first = add(1), second = add(2);
    assert_int_equal(take("a", 100, 200), first);
    assert_int_equal(take("b", 100, 200), second);
    assert_int_equal(take("c", 100, 200), 0);
    assert_int_equal(jobs_finish(driver, db, "a", first, false), DB_OK);
    assert_listed("[{\"id\":1,\"ms\":1,\"state\":\"done\",\"runs\":1},"
                  "{\"id\":2,\"ms\":2,\"state\":\"taken\",\"runs\":0}]");
}

static void a_lease_that_is_over_is_taken_over(void **state)
{
    (void)state;
    int64_t id = add(1);
    assert_int_equal(take("killed", 100, 200), id);
    assert_int_equal(take("b", 200, 300), 0);
    assert_int_equal(jobs_renew(driver, db, "killed", id, 250), DB_OK);
    assert_int_equal(take("b", 201, 300), 0);
    assert_int_equal(take("b", 251, 300), id);
    assert_int_equal(jobs_renew(driver, db, "killed", id, 900), DB_OK); /* holds it no more */
    assert_int_equal(jobs_finish(driver, db, "b", id, false), DB_OK);
    assert_int_equal(jobs_finish(driver, db, "b", id, true), DB_OK); /* recorded already */
    assert_int_equal(take("c", 1000, 1100), 0);
    assert_listed("[{\"id\":1,\"ms\":1,\"state\":\"done\",\"runs\":1}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(taken_oldest_first_and_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lease_that_is_over_is_taken_over, set_up, tear_down),
    };
    if (!database_is_built_in())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
