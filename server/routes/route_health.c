/* GET /live, /ready and /health. A draining server is alive and not ready: a load balancer must
 * stop sending, an orchestrator must not kill. And /actuator/health, where a frontend reads that a
 * shutdown is planned, with its short form /api/health. */
#include "server/routes/health.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/utc.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

void route_live_answer(struct request *r)
{
    if (r->http->server->hooks->fails_liveness(r->http->server))
        respond_json(r, 503, "{\"live\":false}");
    else
        respond_json(r, 200, "{\"live\":true}");
}

void route_ready_answer(struct request *r)
{
    const struct server *s = r->http->server;
    bool ready = server_ready(s);
    char body[96];
    snprintf(body, sizeof body, "{\"ready\":%s,\"state\":\"%s\"}", ready ? "true" : "false",
             life_name(s->life.now));
    respond_json(r, ready ? 200 : 503, body);
}

/* A drain that came without notice was planned for the moment of the signal. */
static int64_t shutdown_unix_ns(const struct server *s)
{
    return s->notice.plan.scheduled ? s->notice.plan.at_unix_ns
                                    : clock_unix_ns() - (clock_ns() - s->life.signal_ns);
}

void maintenance_json(const struct server *s, char *out, size_t size)
{
    char at[32];
    if (!s->notice.plan.scheduled && (!server_draining(s) || s->drain.handed_over)) {
        snprintf(out, size, "{\"scheduled\":false}");
        return;
    }
    int64_t left_ns = server_draining(s) ? 0 : notice_left_ns(&s->notice.plan, clock_ns());
    snprintf(out, size,
             "{\"scheduled\":true,\"shutdownTime\":\"%s\",\"gracePeriodSeconds\":%" PRId64 "}",
             utc_format(shutdown_unix_ns(s), at, sizeof at), (left_ns + NS_PER_S - 1) / NS_PER_S);
}

void route_actuator_answer(struct request *r)
{
    const struct server *s = r->http->server;
    bool up = server_ready(s);
    char maintenance[192], body[256];
    maintenance_json(s, maintenance, sizeof maintenance);
    snprintf(body, sizeof body, "{\"status\":\"%s\",\"maintenance\":%s}",
             up ? "UP" : "OUT_OF_SERVICE", maintenance);
    respond_json(r, up ? 200 : 503, body);
}

void route_status_answer(struct request *r)
{
    if (server_ready(r->http->server))
        respond_json(r, 200, "{\"status\":\"ok\"}");
    else
        respond_json(r, 503, "{\"status\":\"draining\"}");
}
