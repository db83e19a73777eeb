/* POST /api/jobs?ms=N puts a job of N ms into the queue, GET lists them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/consumer.h"
#include "server/work/database.h"
#include "server/work/jobs.h"

enum { DEFAULT_MS = 20, MAX_MS = 3600 * 1000 };

struct new_job {
    struct work work;
    struct server *server;
    struct request *request; /* NULL: gone; the job is kept nevertheless */
    struct job job;
};

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    return jobs_add(driver, db, &CONTAINER_OF(w, struct new_job, work)->job);
}

static void done(struct work *w)
{
    struct new_job *n = CONTAINER_OF(w, struct new_job, work);
    char body[64];
    n->server->notice_signals(n->server);
    consumers_poke(n->server);
    snprintf(body, sizeof body, "{\"id\":%" PRId64 ",\"ms\":%" PRId64 "}", n->job.id, n->job.ms);
    if (!n->request)
        free(n);
    else if (w->status == DB_OK)
        respond_json(n->request, 201, body);
    else
        database_refuse(n->request, w);
}

void route_job_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms)) {
        respond_error(r, 400, "'ms' must be a whole number from 0 to 3600000");
        return;
    }
    struct new_job *n = MEM_NEW(struct new_job);
    *n = (struct new_job){.work = {.run = run, .done = done},
                          .server = r->http->server,
                          .request = r,
                          .job = {.ms = ms}};
    r->state = n;
    database_submit(r, &n->work);
}

void route_job_drop(struct request *r)
{
    struct new_job *n = r->state;
    if (!n)
        return;
    n->request = NULL;
    if (n->work.state == WORK_NONE)
        free(n);
}
