/* SQLite behind the interface of db.h. WAL, so that readers do not wait for the writer, and
 * synchronous=FULL, so that what was committed is on disk (sqlite.org/pragma.html). */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/work/db.h"
#include "server/work/schema.h"

enum { MAX_CELLS = 16, PROGRESS_OPS = 1000, BUSY_PAUSE_MS = 5, BUSY_MS = 2000 };

struct db {
    sqlite3 *handle;
    char *path; /* NULL: it has no name, or is in memory */
    struct stat file;
    atomic_bool cancelled;
    pthread_mutex_t lock; /* of `woken` */
    pthread_cond_t woken;
    bool writing; /* holds write_lock */
    char error[256];
};

/* SQLite has one writer; a thread that waits here does not poll for its lock. */
static pthread_mutex_t write_lock = PTHREAD_MUTEX_INITIALIZER;

static bool takes(const char *place)
{
    return strstr(place, "://") == NULL;
}

static const struct {
    int code;
    enum db_status status;
} codes[] = {
    {SQLITE_INTERRUPT, DB_CANCELLED}, {SQLITE_BUSY, DB_BUSY},          {SQLITE_LOCKED, DB_BUSY},
    {SQLITE_FULL, DB_FULL},           {SQLITE_READONLY, DB_READ_ONLY}, {0, DB_FAILED},
};

static enum db_status status_of(struct db *db, int rc)
{
    int i = 0;
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return DB_OK;
    const char *text = sqlite3_errmsg(db->handle);
    size_t len = strnlen(text, sizeof db->error - 1);
    memcpy(db->error, text, len);
    db->error[len] = '\0';
    while (codes[i].code && codes[i].code != (rc & 0xff))
        i++;
    return atomic_load(&db->cancelled) ? DB_CANCELLED : codes[i].status;
}

/* --- being cancelled --- */

static int on_progress(void *arg)
{
    struct db *db = arg;
    return atomic_load(&db->cancelled);
}

static int on_busy(void *arg, int times)
{
    struct db *db = arg;
    if (atomic_load(&db->cancelled) || times * BUSY_PAUSE_MS >= BUSY_MS)
        return 0;
    sqlite3_sleep(BUSY_PAUSE_MS);
    return 1;
}

/* drainctl_sleep(MS): a query that takes that long. */
static void sleep_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct db *db = sqlite3_user_data(context);
    (void)count;
    int64_t until = clock_ns() + sqlite3_value_int64(values[0]) * NS_PER_MS;
    struct timespec ts = {.tv_sec = (time_t)(until / NS_PER_S),
                          .tv_nsec = (long)(until % NS_PER_S)};
    int rc = 0;
    pthread_mutex_lock(&db->lock);
    while (rc == 0 && !atomic_load(&db->cancelled))
        rc = pthread_cond_timedwait(&db->woken, &db->lock, &ts);
    pthread_mutex_unlock(&db->lock);
    if (atomic_load(&db->cancelled))
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    else
        sqlite3_result_int64(context, sqlite3_value_int64(values[0]));
}

static void cancel(struct db *db)
{
    pthread_mutex_lock(&db->lock);
    atomic_store(&db->cancelled, true);
    pthread_cond_broadcast(&db->woken);
    pthread_mutex_unlock(&db->lock);
    sqlite3_interrupt(db->handle);
}

static void renew(struct db *db)
{
    atomic_store(&db->cancelled, false);
}

/* --- queries --- */

static int bind(sqlite3_stmt *statement, const struct db_query *q)
{
    int rc = SQLITE_OK;
    for (int i = 0; i < q->count && rc == SQLITE_OK; i++) {
        const struct db_value *v = &q->values[i];
        if (v->null)
            rc = sqlite3_bind_null(statement, i + 1);
        else if (v->text)
            rc = sqlite3_bind_text(statement, i + 1, v->text, -1, SQLITE_STATIC);
        else
            rc = sqlite3_bind_int64(statement, i + 1, v->number);
    }
    return rc;
}

static void hand_row(sqlite3_stmt *statement, const struct db_query *q)
{
    const char *cells[MAX_CELLS];
    int n = sqlite3_column_count(statement);
    n = n < MAX_CELLS ? n : MAX_CELLS;
    for (int i = 0; i < n; i++)
        cells[i] = (const char *)sqlite3_column_text(statement, i);
    if (q->row)
        q->row(q->arg, cells, n);
}

static enum db_status query(struct db *db, const struct db_query *q)
{
    sqlite3_stmt *statement = NULL;
    if (atomic_load(&db->cancelled))
        return DB_CANCELLED;
    int rc = sqlite3_prepare_v2(db->handle, q->sql, -1, &statement, NULL);
    if (rc == SQLITE_OK)
        rc = bind(statement, q);
    if (rc == SQLITE_OK)
        while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
            hand_row(statement, q);
    enum db_status status = status_of(db, rc);
    sqlite3_finalize(statement);
    return status;
}

static enum db_status run(struct db *db, const char *sql)
{
    return query(db, &(struct db_query){.sql = sql});
}

/* What is written to a file that was removed or replaced is lost at the restart. */
static bool is_there(const struct db *db)
{
    struct stat now;
    return !db->path || (stat(db->path, &now) == 0 && now.st_ino == db->file.st_ino &&
                         now.st_dev == db->file.st_dev);
}

static enum db_status begin(struct db *db)
{
    if (!is_there(db))
        return DB_GONE;
    pthread_mutex_lock(&write_lock);
    enum db_status status = run(db, "BEGIN IMMEDIATE");
    db->writing = status == DB_OK;
    if (!db->writing)
        pthread_mutex_unlock(&write_lock);
    return status;
}

static void end(struct db *db)
{
    if (db->writing)
        pthread_mutex_unlock(&write_lock);
    db->writing = false;
}

static void roll_back(struct db *db)
{
    /* also when it is cancelled: only the step that waits heeds that */
    if (db->writing && !sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    end(db);
}

static enum db_status commit(struct db *db)
{
    enum db_status status = is_there(db) ? run(db, "COMMIT") : DB_GONE;
    if (status != DB_OK)
        roll_back(db);
    end(db);
    return status;
}

/* --- opening --- */

/* The last connection to a file writes the log back into it, and waits for the disk. */
static void close_db(struct db *db, bool keep)
{
    roll_back(db);
    if (!keep)
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->handle);
    pthread_cond_destroy(&db->woken);
    pthread_mutex_destroy(&db->lock);
    free(db->path);
    free(db);
}

/* Each connection has all of the files open since its first statement. */
static void unname(struct db *db)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; db->path && i < ARRAY_LEN(endings); i++) {
        char *path = mem_printf("%s%s", db->path, endings[i]);
        unlink(path);
        free(path);
    }
    free(db->path);
    db->path = NULL;
}

#define CREATE(name, columns) "CREATE TABLE IF NOT EXISTS " #name " (" columns ")",

static const char *const first_statements[] = {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                                               SCHEMA(CREATE, "INTEGER PRIMARY KEY AUTOINCREMENT")};

/* A file that may only be read is served for what is in it. */
static int prepare(struct db *db, struct error *err)
{
    sqlite3_progress_handler(db->handle, PROGRESS_OPS, on_progress, db);
    sqlite3_busy_handler(db->handle, on_busy, db);
    sqlite3_create_function(db->handle, "drainctl_sleep", 1, SQLITE_UTF8, db, sleep_function, NULL,
                            NULL);
    for (size_t i = 0; i < ARRAY_LEN(first_statements); i++) {
        enum db_status status = run(db, first_statements[i]);
        if (status == DB_READ_ONLY)
            status = run(db, "SELECT 1 FROM orders LIMIT 1");
        if (status == DB_OK)
            continue;
        return error_set(err, ERROR_RUN, "%s (%s)", db_status_text(status), db->error);
    }
    return 0;
}

static void init_waiting(struct db *db)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&db->woken, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&db->lock, NULL);
}

static struct db *open_db(const char *place, struct error *err)
{
    bool memory = strcmp(place, ":memory:") == 0;
    struct db *db = MEM_NEW(struct db);
    init_waiting(db);
    db->path = memory ? NULL : mem_strdup(place);
    /* the connections of a pool share one in memory by its name (sqlite.org/inmemorydb.html) */
    int rc = sqlite3_open_v2(
        memory ? "file:/drainctl?vfs=memdb" : place, &db->handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (memory ? SQLITE_OPEN_URI : 0), NULL);
    if (rc != SQLITE_OK || (db->path && stat(db->path, &db->file) < 0))
        error_set(err, ERROR_RUN, "%s", sqlite3_errmsg(db->handle));
    else if (prepare(db, err) == 0)
        return db;
    error_prefix(err, "cannot open the database '%s'", place);
    error_hint(err, "--database FILE: a file in a folder that exists and can be written, and a "
                    "database of drainctl or none yet");
    close_db(db, true);
    return NULL;
}

static const char *last_error(const struct db *db)
{
    return db->error;
}

static const char *version(void)
{
    return sqlite3_libversion();
}

extern const struct db_driver db_sqlite;
const struct db_driver db_sqlite = {
    .name = "sqlite",
    .takes = takes,
    .open = open_db,
    .query = query,
    .cancel = cancel,
    .renew = renew,
    .close = close_db,
    .unname = unname,
    .begin = begin,
    .commit = commit,
    .roll_back = roll_back,
    .error = last_error,
    .sleep_sql = "SELECT drainctl_sleep($1)",
    .skip_locked = "", /* there is one writer */
    .version = version,
};
