/* GET /live, /ready and /health. A draining server is alive and not ready: a load balancer must
 * stop sending, an orchestrator must not kill. */
#include <stdio.h>

#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

void route_live_answer(struct request *r)
{
    if (fault_fails_liveness(r->http->server))
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
             life_name(s->life));
    respond_json(r, ready ? 200 : 503, body);
}
