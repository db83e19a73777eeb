/* GET /api/report?ms=N: a real query of the database that takes N ms. When its client goes, it is
 * interrupted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/database.h"

enum { DEFAULT_MS = 100, MAX_MS = 3600 * 1000 };

struct report {
    struct work work;
    struct server *server;
    struct request *request; /* NULL: gone */
    int64_t ms;
};

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct report *report = CONTAINER_OF(w, struct report, work);
    return db_sleep(driver, db, report->ms);
}

static void done(struct work *w)
{
    struct report *report = CONTAINER_OF(w, struct report, work);
    report->server->signals.notice(report->server);
    struct request *r = report->request;
    if (!r) {
        free(report);
        return;
    }
    char body[64];
    snprintf(body, sizeof body, "{\"report\":\"done\",\"ms\":%" PRId64 "}", report->ms);
    if (w->status == DB_OK)
        respond_json(r, 200, body);
    else
        database_refuse(r, w);
}

void route_report_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms)) {
        respond_error(r, 400, "'ms' must be a whole number from 0 to 3600000");
        return;
    }
    struct report *report = MEM_NEW(struct report);
    *report = (struct report){
        .work = {.run = run, .done = done}, .server = r->http->server, .request = r, .ms = ms};
    r->state = report;
    database_submit(r, &report->work);
}

void route_report_drop(struct request *r)
{
    struct report *report = r->state;
    if (!report)
        return;
    report->request = NULL;
    if (report->work.state == WORK_NONE)
        free(report);
    else if (!r->http->server->hooks->keeps_asking(r->http->server))
        database_cancel(r->http->server, &report->work);
}
