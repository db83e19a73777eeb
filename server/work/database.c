#include "server/work/database.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"

/* What SQLite leaves beside the file when it was killed; all go with a temporary one. */
static const char *const temporary_files[] = {"orders.db-wal", "orders.db-shm", "orders.db"};

static const char temporary_name[] = "orders.db";

/* Without --database only a kind that is kept in a file will do. */
static bool has_database(const struct server *s)
{
    return db_driver_of(s->options->database ? s->options->database : temporary_name);
}

static int open_place(struct server *s, const char *place, struct error *err)
{
    const struct server_options *o = s->options;
    const struct db_driver *driver = db_driver_of(place);
    if (!driver) {
        char shown[256];
        db_place_shown(place, shown, sizeof shown);
        error_set(err, ERROR_RUN, "no database is built in that takes '%s'", shown);
        return error_hint(err, "`drainctl --version` says what is built in");
    }
    s->pool = pool_open(&s->loop, driver, place, (int)o->pool_size, o->pool_queue, err);
    if (s->pool && s->database_opened)
        s->database_opened(s);
    return s->pool ? 0 : -1;
}

int database_open(struct server *s, struct error *err)
{
    const char *place = s->options->database;
    if (!place)
        return 0;
    if (open_place(s, place, err) < 0)
        return -1;
    if (strcmp(place, ":memory:") == 0)
        server_log(s, "the database is in memory: nothing that it holds is durable");
    return 0;
}

/* Without --database: a file in a folder of its own, for this process alone. */
static int open_temporary(struct server *s, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    char *folder = mem_printf("%s/drainctl-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        error_set_errno(err, ERROR_RUN, errno, "cannot make the folder '%s'", folder);
        free(folder);
        return -1;
    }
    s->database_folder = folder;
    char *place = mem_printf("%s/%s", folder, temporary_name);
    int rc = open_place(s, place, err);
    free(place);
    return rc;
}

static void remove_temporary(struct server *s)
{
    if (!s->database_folder)
        return;
    for (size_t i = 0; i < sizeof temporary_files / sizeof *temporary_files; i++) {
        char *path = mem_printf("%s/%s", s->database_folder, temporary_files[i]);
        unlink(path);
        free(path);
    }
    rmdir(s->database_folder);
    free(s->database_folder);
    s->database_folder = NULL;
}

/* Tests and the fuzzer drive requests without a loop: there, as in a build without one, is none. */
struct pool *database_pool(struct server *s, struct error *err)
{
    if (!s->pool && s->on_loop && has_database(s) && open_temporary(s, err) < 0) {
        server_log(s, "%s", err->text);
        remove_temporary(s);
    }
    return s->pool;
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
    if (!s->tracer)
        return;
    span_begin(s, &w->span, &r->span);
    w->server = s;
    w->system = db_driver_of(s->options->database ? s->options->database : temporary_name)->name;
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
    if (s->pool && w->state != WORK_NONE)
        pool_cancel(s->pool, w);
}

bool database_gauge(struct server *s, struct pool_gauge *g)
{
    if (!has_database(s))
        return false;
    *g = (struct pool_gauge){.size = (int)s->options->pool_size};
    if (s->pool)
        *g = pool_gauge(s->pool);
    return true;
}

static void closed(struct server *s, const char *how)
{
    pool_close(s->pool, !s->database_folder);
    s->pool = NULL;
    server_log(s, "pool closed, none active%s", how);
    remove_temporary(s);
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
    if (s->pool)
        pool_drain(s->pool, on_idle, step);
    else
        step_over(step, NULL);
}

void database_close(void *server)
{
    struct server *s = server;
    if (!s->pool)
        return;
    int cancelled = pool_finish(s->pool, clock_ns());
    if (cancelled < 0)
        s->pool = NULL; /* its threads end with the process */
    else
        closed(s, cancelled ? " after the rest was cancelled" : "");
}
