/* POST /api/background?ms=N: work that goes on after the answer. 202 comes at once, and a query of
 * N ms follows, as an e-mail or a receipt would. It holds a connection of the pool, so the closing
 * step of the pool waits for it; the ledger has its beginning and its end. */
#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/database.h"

enum { DEFAULT_MS = 100, MAX_MS = 3600 * 1000 };

struct background {
    struct work work;
    struct server *server;
    int64_t attempt; /* of the request that it is behind; -1: it carried none */
    int64_t ms;
};

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    return db_sleep(driver, db, CONTAINER_OF(w, struct background, work)->ms);
}

static void done(struct work *w)
{
    struct background *b = CONTAINER_OF(w, struct background, work);
    bool lost = w->status != DB_OK;
    b->server->signals.notice(b->server);
    ledger_add(&b->server->ledger, b->attempt, clock_ns(), lost ? LEDGER_LOST : LEDGER_DONE, 0);
    if (lost)
        server_log(b->server, "background work of attempt %lld is lost: %s", (long long)b->attempt,
                   db_status_text(w->status));
    free(b);
}

void route_background_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms)) {
        respond_error(r, 400, "'ms' must be a whole number from 0 to 3600000");
        return;
    }
    struct background *b = MEM_NEW(struct background);
    *b = (struct background){.work = {.run = run, .done = done},
                             .server = r->http->server,
                             .attempt = r->ledger.attempt,
                             .ms = ms};
    if (!database_submit(r, &b->work)) { /* it has answered so: nothing is promised */
        free(b);
        return;
    }
    ledger_add(&b->server->ledger, b->attempt, clock_ns(), LEDGER_LATER, 202);
    respond_json(r, 202, "{\"background\":\"accepted\"}");
}
