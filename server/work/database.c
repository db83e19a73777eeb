#include "server/work/database.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"

static const char *const temporary_files[] = {"orders.db-wal", "orders.db-shm", "orders.db"};

static const char temporary_name[] = "orders.db";

enum { ROOM_BYTES = 64 << 20 };

/* Without --database only a kind that is kept in a file will do. */
static bool has_database(const struct server *s)
{
    return db_driver_of(s->options->database.place ? s->options->database.place : temporary_name);
}

static int open_place(struct server *s, const char *place, bool temporary, struct error *err)
{
    const struct server_options *o = s->options;
    const struct db_driver *driver = db_driver_of(place);
    if (!driver) {
        char shown[256];
        db_place_shown(place, shown, sizeof shown);
        error_set(err, ERROR_RUN, "no database is built in that takes '%s'", shown);
        return error_hint(err, "`drainctl --version` says what is built in");
    }
    s->database.pool = pool_open(&s->loop.uv,
                                 &(struct pool_row){.driver = driver,
                                                    .place = place,
                                                    .size = (int)o->database.pool_size,
                                                    .queue_max = o->database.pool_queue,
                                                    .temporary = temporary},
                                 err);
    if (s->database.pool && s->database.opened)
        s->database.opened(s);
    return s->database.pool ? 0 : -1;
}

int database_open(struct server *s, struct error *err)
{
    const char *place = s->options->database.place;
    if (!place)
        return 0;
    if (open_place(s, place, false, err) < 0)
        return -1;
    if (strcmp(place, ":memory:") == 0)
        server_log(s, "the database is in memory: nothing that it holds is durable");
    return 0;
}

/* Where temporary files cost no work of the disk, neither now nor at the end. */
static const char *temporary_parent(void)
{
    static const char in_memory[] = "/dev/shm";
    struct statvfs room;
    const char *named = getenv("TMPDIR");
    if (named && *named)
        return named;
    bool enough = access(in_memory, W_OK | X_OK) == 0 && statvfs(in_memory, &room) == 0 &&
                  room.f_bavail >= ROOM_BYTES / room.f_frsize;
    return enough ? in_memory : "/tmp";
}

/* When none could be opened; else their names are gone by then. */
static void remove_temporary(const char *folder)
{
    for (size_t i = 0; i < ARRAY_LEN(temporary_files); i++) {
        char *path = mem_printf("%s/%s", folder, temporary_files[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
}

/* Without --database: a file in a folder of its own, for this process alone. Neither is left behind
 * by a process that is killed, since neither has a name for longer than it takes to open the
 * connections. */
static int open_temporary(struct server *s, struct error *err)
{
    char *folder = mem_printf("%s/drainctl-XXXXXX", temporary_parent());
    if (!mkdtemp(folder)) {
        error_set_errno(err, ERROR_RUN, errno, "cannot make the folder '%s'", folder);
        free(folder);
        return -1;
    }
    char *place = mem_printf("%s/%s", folder, temporary_name);
    int rc = open_place(s, place, true, err);
    remove_temporary(folder);
    free(place);
    free(folder);
    return rc;
}

/* Tests and the fuzzer drive requests without a loop: there, as in a build without one, is none. */
struct pool *database_pool(struct server *s, struct error *err)
{
    if (!s->database.pool && s->loop.on && has_database(s) && open_temporary(s, err) < 0)
        server_log(s, "%s", err->text);
    return s->database.pool;
}

static void on_done(struct work *w)
{
    query_span_end(w->server, w);
    w->done = w->then;
    w->done(w);
}

/* Its end is noticed here before its caller has it. */
static void trace(struct request *r, struct work *w)
{
    struct server *s = r->http->server;
    if (!s->outside.tracer)
        return;
    span_begin(s, &w->span, &r->span);
    w->server = s;
    w->system =
        db_driver_of(s->options->database.place ? s->options->database.place : temporary_name)
            ->name;
    w->then = w->done;
    w->done = on_done;
}

bool database_submit(struct request *r, struct work *w)
{
    struct error err = {0};
    struct pool *pool = database_pool(r->http->server, &err);
    if (!pool)
        respond_error(r, err.kind ? 500 : 501, err.kind ? err.text : "no database is built in");
    else if (pool_submit(pool, w) < 0)
        respond_error(r, 503, "every connection to the database is busy and the queue is full");
    else {
        trace(r, w);
        return true;
    }
    return false;
}

void database_refuse(struct request *r, const struct work *w)
{
    static const int statuses[DB_STATUSES] = {
        [DB_CANCELLED] = 503, [DB_BUSY] = 503,    [DB_FULL] = 507,
        [DB_READ_ONLY] = 500, [DB_GONE] = 500,    [DB_AWAY] = 503,
        [DB_LOST] = 503,      [DB_UNKNOWN] = 500, [DB_FAILED] = 500,
    };
    server_log_of(r->http->server, &r->ids, "%s: %s", db_status_text(w->status), w->error);
    respond_error(r, statuses[w->status], db_status_text(w->status));
}

void database_cancel(struct server *s, struct work *w)
{
    if (s->database.pool && w->state != WORK_NONE)
        pool_cancel(s->database.pool, w);
}

bool database_gauge(struct server *s, struct pool_gauge *g)
{
    if (!has_database(s))
        return false;
    *g = (struct pool_gauge){.size = (int)s->options->database.pool_size};
    if (s->database.pool)
        *g = pool_gauge(s->database.pool);
    return true;
}

void database_shrink(struct server *s, int64_t requests)
{
    if (s->database.pool)
        pool_shrink(s->database.pool, requests);
}

static void closed(struct server *s, const char *how)
{
    pool_close(s->database.pool);
    s->database.pool = NULL;
    server_log(s, "pool closed, none active%s", how);
}

static void on_idle(void *arg)
{
    struct step *step = arg;
    closed(step->row.arg, "");
    step_over(step, NULL);
}

void database_begin_close(struct step *step, void *server)
{
    struct server *s = server;
    if (s->hooks->drops_background(s))
        database_close(s);
    if (s->database.pool)
        pool_drain(s->database.pool, on_idle, step);
    else
        step_over(step, NULL);
}

void database_close(void *server)
{
    struct server *s = server;
    if (!s->database.pool)
        return;
    int cancelled = pool_finish(s->database.pool, clock_ns());
    if (cancelled < 0)
        s->database.pool = NULL; /* its threads end with the process */
    else
        closed(s, cancelled ? " after the rest was cancelled" : "");
}
