/* PostgreSQL as a row of the table of databases; postgres.h says how it is divided. */
#include "server/work/postgres.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

static bool takes(const char *place)
{
    return strncmp(place, "postgres:", 9) == 0 || strncmp(place, "postgresql:", 11) == 0;
}

static enum db_status run(struct db *db, const char *sql)
{
    return pg_query(db, &(struct db_query){.sql = sql});
}

static void cancel(struct db *db)
{
    const uint64_t one = 1;
    atomic_store(&db->cancelled, true);
    while (write(db->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

static void renew(struct db *db)
{
    uint64_t count;
    while (read(db->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
        continue;
    atomic_store(&db->cancelled, false);
}

static enum db_status query(struct db *db, const struct db_query *q)
{
    if (atomic_load(&db->cancelled))
        return DB_CANCELLED;
    enum db_status status = db->writing ? DB_OK : pg_have(db);
    return status == DB_OK ? pg_query(db, q) : status;
}

static enum db_status begin(struct db *db)
{
    enum db_status status = query(db, &(struct db_query){.sql = "BEGIN"});
    db->writing = status == DB_OK;
    return status;
}

/* Also when it is cancelled: the server ends a transaction whose connection has gone. */
static void roll_back(struct db *db)
{
    if (db->writing && db->conn && (atomic_load(&db->cancelled) || run(db, "ROLLBACK") != DB_OK))
        pg_drop(db);
    db->writing = false;
}

/* When the answer is lost, it is not known which it was. And COMMIT of a transaction that has
 * failed is answered with ROLLBACK, which is no error to libpq. */
static enum db_status commit(struct db *db)
{
    PGresult *r = NULL;
    if (atomic_load(&db->cancelled)) {
        roll_back(db);
        return DB_CANCELLED;
    }
    enum db_status status = pg_ask(db, &(struct db_query){.sql = "COMMIT"}, &r);
    if (status == DB_OK)
        status = pg_status(db, r);
    if (status == DB_LOST)
        status = DB_UNKNOWN;
    if (status == DB_OK && strcmp(PQcmdStatus(r), "COMMIT") != 0) {
        pg_say(db, "the server rolled it back");
        status = DB_FAILED;
    }
    PQclear(r);
    db->writing = false;
    return status;
}

static void close_db(struct db *db, bool keep)
{
    (void)keep;
    pg_drop(db);
    close(db->wake_fd);
    pg_place_free(db->place);
    free(db);
}

static struct db *open_db(const char *url, struct error *err)
{
    char shown[256];
    struct db *db = MEM_NEW(struct db);
    db->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (db->wake_fd < 0) {
        error_set_errno(err, ERROR_RUN, errno, "cannot make an eventfd");
        free(db);
        return NULL;
    }
    if ((db->place = pg_place_parse(url, err))) {
        enum db_status status = pg_connect(db);
        if (status == DB_OK)
            return db;
        error_set(err, ERROR_RUN, "%s%s%s", status == DB_AWAY ? "" : db_status_text(status),
                  status == DB_AWAY ? "" : ": ", db->error);
    }
    db_place_shown(url, shown, sizeof shown);
    error_prefix(err, "cannot open the database '%s'", shown);
    error_hint(err, "--database postgres://USER:PASSWORD@HOST:PORT/NAME: a server that runs, and a "
                    "database in which this user may create tables or finds them");
    close_db(db, false);
    return NULL;
}

static const char *last_error(const struct db *db)
{
    return db->error;
}

/* libpq's; each server has its own. */
static const char *version(void)
{
    static char text[32];
    snprintf(text, sizeof text, "%d.%d", PQlibVersion() / 10000, PQlibVersion() % 10000);
    return text;
}

extern const struct db_driver db_postgres;
const struct db_driver db_postgres = {
    .name = "postgres",
    .takes = takes,
    .open = open_db,
    .query = query,
    .cancel = cancel,
    .renew = renew,
    .close = close_db,
    .begin = begin,
    .commit = commit,
    .roll_back = roll_back,
    .error = last_error,
    .sleep_sql = "SELECT pg_sleep($1::float8 / 1000)",
    .skip_locked = " FOR UPDATE SKIP LOCKED",
    .version = version,
};
