/* GET /hold?gate=NAME: answered when the gate opens. */
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

void route_hold_answer(struct request *r)
{
    size_t len = 0;
    const char *name = request_query(r, "gate", &len);
    struct gate *gate = name ? gates_get(&r->http->server->gates, name, len) : NULL;
    if (!gate)
        respond_error(r, 400, "'gate' must be a name of letters, digits, '.', '_' or '-'");
    else if (gate->open)
        respond_json(r, 200, "{\"message\":\"success\"}");
    else
        list_append(&gate->waiting, &r->link);
}
