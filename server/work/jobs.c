#include "server/work/jobs.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/json_out.h"
#include "base/mem.h"

/* A statement in a transaction of its own. */
static enum db_status write_one(const struct db_driver *driver, struct db *db,
                                const struct db_query *q)
{
    enum db_status status = driver->begin(db);
    if (status != DB_OK)
        return status;
    status = driver->query(db, q);
    if (status == DB_OK)
        return driver->commit(db);
    driver->roll_back(db);
    return status;
}

static void on_job(void *arg, const char *const *cells, int n)
{
    struct job *job = arg;
    (void)n;
    job->id = db_int(cells[0]);
    job->ms = db_int(cells[1]);
}

enum db_status jobs_add(const struct db_driver *driver, struct db *db, struct job *job)
{
    const struct db_value ms = {.number = job->ms};
    return write_one(driver, db,
                     &(struct db_query){.sql = "INSERT INTO jobs (ms, state, until_ms) "
                                               "VALUES ($1, 'waiting', 0) RETURNING id, ms",
                                        .values = &ms,
                                        .count = 1,
                                        .row = on_job,
                                        .arg = job});
}

/* how: what the statement ends with */
static enum db_status find(const struct db_driver *driver, struct db *db, const char *how,
                           int64_t now_ms, struct job *job)
{
    const struct db_value now = {.number = now_ms};
    char *sql = mem_printf("SELECT id, ms FROM jobs WHERE state = 'waiting' OR "
                           "(state = 'taken' AND until_ms < $1) ORDER BY id LIMIT 1%s",
                           how);
    *job = (struct job){.id = 0};
    enum db_status status = driver->query(
        db, &(struct db_query){.sql = sql, .values = &now, .count = 1, .row = on_job, .arg = job});
    free(sql);
    return status;
}

enum db_status jobs_take(const struct db_driver *driver, struct db *db, const char *owner,
                         int64_t now_ms, int64_t until_ms, struct job *job)
{
    /* a look without the writer's lock first: most often there is nothing to do */
    enum db_status status = find(driver, db, "", now_ms, job);
    if (status != DB_OK || !job->id || (status = driver->begin(db)) != DB_OK)
        return status;
    status = find(driver, db, driver->skip_locked, now_ms, job);
    const struct db_value values[] = {{.text = owner}, {.number = until_ms}, {.number = job->id}};
    if (status == DB_OK)
        status = driver->query(
            db, &(struct db_query){.sql = "UPDATE jobs SET state = 'taken', owner = $1, "
                                          "until_ms = $2 WHERE id = $3",
                                   .values = values,
                                   .count = ARRAY_LEN(values)});
    if (status == DB_OK)
        return driver->commit(db);
    driver->roll_back(db);
    return status;
}

enum db_status jobs_renew(const struct db_driver *driver, struct db *db, const char *owner,
                          int64_t id, int64_t until_ms)
{
    const struct db_value values[] = {{.number = until_ms}, {.number = id}, {.text = owner}};
    return write_one(driver, db,
                     &(struct db_query){.sql = "UPDATE jobs SET until_ms = $1 WHERE id = $2 AND "
                                               "owner = $3 AND state = 'taken'",
                                        .values = values,
                                        .count = ARRAY_LEN(values)});
}

static const char record_sql[] = "INSERT INTO job_runs (job, owner) VALUES ($1, $2)";
/* The casts say in PostgreSQL what the parameters are. */
static const char record_once_sql[] =
    "INSERT INTO job_runs (job, owner) SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT) WHERE NOT "
    "EXISTS (SELECT 1 FROM job_runs WHERE job = CAST($1 AS BIGINT) AND owner = CAST($2 AS TEXT))";

enum db_status jobs_record(const struct db_driver *driver, struct db *db, const char *owner,
                           int64_t id, bool again)
{
    const struct db_value values[] = {{.number = id}, {.text = owner}};
    return write_one(driver, db,
                     &(struct db_query){.sql = again ? record_once_sql : record_sql,
                                        .values = values,
                                        .count = ARRAY_LEN(values)});
}

enum db_status jobs_acknowledge(const struct db_driver *driver, struct db *db, const char *owner,
                                int64_t id)
{
    const struct db_value values[] = {{.number = id}, {.text = owner}};
    return write_one(driver, db,
                     &(struct db_query){.sql = "UPDATE jobs SET state = 'done' WHERE id = $1 AND "
                                               "owner = $2 AND state = 'taken'",
                                        .values = values,
                                        .count = ARRAY_LEN(values)});
}

enum db_status jobs_finish(const struct db_driver *driver, struct db *db, const char *owner,
                           int64_t id, bool again)
{
    enum db_status status = jobs_record(driver, db, owner, id, again);
    return status == DB_OK ? jobs_acknowledge(driver, db, owner, id) : status;
}

static void on_listed(void *arg, const char *const *cells, int n)
{
    struct json_out *j = arg;
    (void)n;
    json_out_object(j, NULL);
    json_out_int(j, "id", db_int(cells[0]));
    json_out_int(j, "ms", db_int(cells[1]));
    json_out_string(j, "state", cells[2]);
    json_out_int(j, "runs", db_int(cells[3]));
    json_out_end_object(j);
}

enum db_status jobs_list(const struct db_driver *driver, struct db *db, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_array(&j, NULL);
    enum db_status status = driver->query(
        db, &(struct db_query){.sql = "SELECT id, ms, state, (SELECT count(*) FROM job_runs WHERE "
                                      "job = jobs.id) FROM jobs ORDER BY id",
                               .row = on_listed,
                               .arg = &j});
    json_out_end_array(&j);
    return status;
}
