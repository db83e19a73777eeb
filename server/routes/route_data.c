/* GET or POST /api/data?ms=N: waits, then a small JSON answer. The long request of every scenario.
 */
#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

enum { DEFAULT_MS = 5000, MAX_MS = 3600 * 1000 };

static void send_data(struct request *r)
{
    respond_json(r, 200, "{\"message\":\"success\"}");
}

static void fire(struct timer *t)
{
    send_data(CONTAINER_OF(t, struct request, timer));
}

void route_data_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms)) {
        respond_error(r, 400, "'ms' must be a whole number from 0 to 3600000");
        return;
    }
    if (ms == 0) {
        send_data(r);
        return;
    }
    r->timer.fire = fire;
    timers_set(&r->http->server->timers, &r->timer, clock_ns() + ms * NS_PER_MS);
}
