/* The pool of database connections and the orders in it, on a loop of its own. Files are in a
 * folder that the test makes. Waits are for events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/work/orders.h"
#include "server/work/pool.h"

enum { LONG_MS = 60000 };

struct fixture {
    char folder[64], path[96];
    uv_loop_t loop;
    const struct db_driver *driver;
    struct pool *pool;
};

struct job {
    struct work work;
    int64_t ms;             /* sleeps, when it is no order */
    const char *item, *key; /* an order */
    struct order_result result;
    int done;
};

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct job *j = CONTAINER_OF(w, struct job, work);
    const struct db_value ms = {.number = j->ms};
    if (j->item)
        return orders_add(driver, db, j->item, j->key, false, &j->result);
    return driver->query(db,
                         &(struct db_query){.sql = driver->sleep_sql, .values = &ms, .count = 1});
}

static void done(struct work *w)
{
    CONTAINER_OF(w, struct job, work)->done++;
}

static struct job sleeper(int64_t ms)
{
    return (struct job){.work = {.run = run, .done = done}, .ms = ms};
}

static struct job order(const char *item, const char *key)
{
    return (struct job){.work = {.run = run, .done = done}, .item = item, .key = key};
}

static void until_done(struct fixture *f, const struct job *j)
{
    while (!j->done)
        uv_run(&f->loop, UV_RUN_ONCE);
}

static void until_busy(struct fixture *f, int busy)
{
    while (pool_gauge(f->pool).busy != busy)
        poll(NULL, 0, 1);
}

static void open_pool(struct fixture *f, int size, int64_t queue_max, bool temporary)
{
    struct error err = {0};
    memset(f, 0, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/drainctl-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/orders.db", f->folder);
    uv_loop_init(&f->loop);
    f->driver = db_driver_of("orders.db");
    f->pool = pool_open(&f->loop,
                        &(struct pool_row){.driver = f->driver,
                                           .place = f->path,
                                           .size = size,
                                           .queue_max = queue_max,
                                           .temporary = temporary},
                        &err);
    if (!f->pool)
        fail_msg("%s", err.text);
}

static void start(struct fixture *f, int size, int64_t queue_max)
{
    open_pool(f, size, queue_max, false);
}

static void stop(struct fixture *f)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    pool_finish(f->pool, clock_ns());
    pool_close(f->pool);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        char *path = mem_printf("%s%s", f->path, endings[i]);
        unlink(path);
        free(path);
    }
    assert_int_equal(rmdir(f->folder), 0);
}

static enum db_status keep(struct fixture *f, struct job *j)
{
    assert_int_equal(pool_submit(f->pool, &j->work), 0);
    until_done(f, j);
    return j->work.status;
}

static void a_key_gives_its_order_again(void **state)
{
    struct fixture f;
    struct job first = order("a", "k"), again = order("a", "k"), other = order("b", "k"),
               keyless[2] = {order("a", NULL), order("a", NULL)};
    (void)state;
    start(&f, 2, 4);
    assert_int_equal(keep(&f, &first), DB_OK);
    assert_int_equal(keep(&f, &again), DB_OK);
    assert_int_equal(again.result.id, first.result.id);
    assert_true(again.result.replayed && !first.result.replayed);
    assert_int_equal(keep(&f, &other), DB_OK);
    assert_true(other.result.other_item);
    assert_int_equal(keep(&f, &keyless[0]), DB_OK);
    assert_int_equal(keep(&f, &keyless[1]), DB_OK);
    assert_int_not_equal(keyless[0].result.id, keyless[1].result.id);
    stop(&f);
}

static void the_pool_is_bounded(void **state)
{
    struct fixture f;
    struct job jobs[5];
    (void)state;
    start(&f, 2, 2);
    for (int i = 0; i < 5; i++) {
        jobs[i] = sleeper(LONG_MS);
        assert_int_equal(pool_submit(f.pool, &jobs[i].work), i < 4 ? 0 : -1);
    }
    until_busy(&f, 2);
    struct pool_gauge g = pool_gauge(f.pool);
    assert_int_equal(g.size, 2);
    assert_int_equal(g.idle, 0);
    assert_int_equal(g.waiting, 2);
    assert_int_equal(pool_finish(f.pool, clock_ns()), 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(jobs[i].done, 1);
        assert_int_equal(jobs[i].work.status, DB_CANCELLED);
    }
    assert_int_equal(pool_submit(f.pool, &jobs[4].work), -1);
    stop(&f);
}

static void cancelling_interrupts_a_query_and_frees_its_connection(void **state)
{
    struct fixture f;
    struct job running = sleeper(LONG_MS), waiting = sleeper(LONG_MS), next = order("a", NULL);
    (void)state;
    start(&f, 1, 4);
    assert_int_equal(pool_submit(f.pool, &running.work), 0);
    assert_int_equal(pool_submit(f.pool, &waiting.work), 0);
    until_busy(&f, 1);
    pool_cancel(f.pool, &waiting.work);
    until_done(&f, &waiting);
    assert_int_equal(waiting.work.status, DB_CANCELLED);
    assert_int_equal(running.done, 0);
    int64_t begun = clock_ns();
    pool_cancel(f.pool, &running.work);
    until_done(&f, &running);
    assert_true(clock_ns() - begun < 10 * NS_PER_S);
    assert_int_equal(running.work.status, DB_CANCELLED);
    assert_int_equal(keep(&f, &next), DB_OK); /* the cancellation does not stick */
    stop(&f);
}

static void cancelling_stops_a_long_computation(void **state)
{
    static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                  "SELECT count(*) FROM n";
    struct fixture f;
    struct error err = {0};
    (void)state;
    start(&f, 1, 4);
    struct db *db = f.driver->open(f.path, &err);
    f.driver->cancel(db);
    assert_int_equal(f.driver->query(db, &(struct db_query){.sql = endless}), DB_CANCELLED);
    f.driver->renew(db);
    assert_int_equal(f.driver->query(db, &(struct db_query){.sql = "SELECT 1"}), DB_OK);
    f.driver->close(db, true);
    stop(&f);
}

static void finishing_waits_for_what_is_left(void **state)
{
    struct fixture f;
    struct job jobs[3] = {sleeper(50), sleeper(50), sleeper(50)};
    (void)state;
    start(&f, 1, 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pool_submit(f.pool, &jobs[i].work), 0);
    assert_int_equal(pool_finish(f.pool, clock_ns() + 60 * NS_PER_S), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(jobs[i].work.status, DB_OK);
    stop(&f);
}

static void until_idle(struct fixture *f, int idle)
{
    while (pool_gauge(f->pool).idle != idle)
        poll(NULL, 0, 1);
}

static void connections_that_nobody_needs_close_early(void **state)
{
    struct fixture f;
    struct job busy[2] = {sleeper(LONG_MS), sleeper(LONG_MS)}, last = order("a", "k");
    (void)state;
    start(&f, 4, 4);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pool_submit(f.pool, &busy[i].work), 0);
    until_busy(&f, 2);
    pool_shrink(f.pool, 3);
    until_idle(&f, 1);
    pool_shrink(f.pool, 4); /* what is closed stays so */
    pool_shrink(f.pool, 0);
    until_idle(&f, 0); /* those that work go on */
    assert_int_equal(pool_gauge(f.pool).busy, 2);
    for (int i = 0; i < 2; i++)
        pool_cancel(f.pool, &busy[i].work);
    until_idle(&f, 1);
    until_done(&f, &busy[0]);
    until_done(&f, &busy[1]);
    assert_int_equal(keep(&f, &last), DB_OK); /* one stays */
    stop(&f);
}

static void a_temporary_one_has_no_name_and_keeps_what_it_has(void **state)
{
    struct fixture f;
    struct job first = order("a", "k"), again = order("a", "k");
    (void)state;
    open_pool(&f, 2, 4, true);
    assert_int_equal(rmdir(f.folder), 0); /* nothing is in it */
    assert_int_equal(keep(&f, &first), DB_OK);
    pool_shrink(f.pool, 1);
    assert_int_equal(keep(&f, &again), DB_OK);
    assert_true(again.result.replayed);
    assert_int_equal(mkdir(f.folder, 0700), 0);
    stop(&f);
}

static void what_cannot_be_kept_is_said(void **state)
{
    struct fixture f;
    struct error err = {0};
    struct job busy = order("a", "k"), full, gone;
    char *big = mem_zero(1, 1 << 20);
    (void)state;
    memset(big, 'x', (1 << 20) - 1);
    start(&f, 1, 4);
    struct db *other = f.driver->open(f.path, &err);
    assert_int_equal(f.driver->query(other, &(struct db_query){.sql = "BEGIN IMMEDIATE"}), DB_OK);
    assert_int_equal(keep(&f, &busy), DB_BUSY);
    assert_int_equal(f.driver->query(other, &(struct db_query){.sql = "ROLLBACK"}), DB_OK);
    busy = order("a", "k");
    assert_int_equal(keep(&f, &busy), DB_OK);
    f.driver->close(other, true);

    struct order_result result;
    struct db *small = f.driver->open(f.path, &err);
    assert_int_equal(f.driver->query(small, &(struct db_query){.sql = "PRAGMA max_page_count=8"}),
                     DB_OK);
    assert_int_equal(orders_add(f.driver, small, big, "full", false, &result), DB_FULL);
    f.driver->close(small, true);
    full = order("small", "full");
    assert_int_equal(keep(&f, &full), DB_OK);
    assert_false(full.result.replayed); /* nothing of the failed one is left */

    char *away = mem_printf("%s.away", f.path);
    assert_int_equal(rename(f.path, away), 0);
    gone = order("lost", NULL);
    assert_int_equal(keep(&f, &gone), DB_GONE);
    assert_int_equal(rename(away, f.path), 0);
    free(away);
    free(big);
    stop(&f);
}

static void places_that_are_no_database(void **state)
{
    struct error err = {0};
    (void)state;
    assert_null(db_driver_of("orders.db")->open("/nonexistent/folder/orders.db", &err));
    assert_non_null(strstr(err.text, "cannot open the database '/nonexistent/folder/orders.db'"));
    assert_null(db_driver_of("orders.db")->open("/dev/null", &err));
    assert_null(db_driver_of("orders.db")->open("/proc/self/exe", &err));
    assert_true(err.hint[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_gives_its_order_again),
        cmocka_unit_test(the_pool_is_bounded),
        cmocka_unit_test(cancelling_interrupts_a_query_and_frees_its_connection),
        cmocka_unit_test(cancelling_stops_a_long_computation),
        cmocka_unit_test(finishing_waits_for_what_is_left),
        cmocka_unit_test(connections_that_nobody_needs_close_early),
        cmocka_unit_test(a_temporary_one_has_no_name_and_keeps_what_it_has),
        cmocka_unit_test(what_cannot_be_kept_is_said),
        cmocka_unit_test(places_that_are_no_database),
    };
    if (!db_driver_of("orders.db"))
        return 0; /* make WITHOUT=sqlite */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
