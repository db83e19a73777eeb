/* The control listener's answers: gates, gauge and ledger. */
#include "base/json_out.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"
#include "server/work/consumer.h"
#include "server/work/database.h"
#include "server/work/messages.h"
#include "server/work/upstream.h"

void control_gate_answer(struct request *r)
{
    struct server *s = r->http->server;
    size_t len;
    const char *name = route_segment(r, &len);
    struct gate *gate = gates_get(&s->gates, name, len);
    if (!gate) {
        respond_error(r, 400, "not the name of a gate");
        return;
    }
    /* open first: the answer says that it is done. The request itself waits at no gate. */
    gates_open(gate);
    respond_json(r, 200, "{\"open\":true}");
}

static void add_pool(struct json_out *j, struct server *s)
{
    struct pool_gauge pool;
    if (!database_gauge(s, &pool))
        return;
    json_out_object(j, "pool");
    json_out_int(j, "size", pool.size);
    json_out_int(j, "idle", pool.idle);
    json_out_int(j, "busy", pool.busy);
    json_out_int(j, "waiting", pool.waiting);
    json_out_end_object(j);
}

void control_gauge_answer(struct request *r)
{
    const struct server *s = r->http->server;
    struct buf body;
    struct json_out j;
    buf_init(&body, 4096);
    json_out_init(&j, &body, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "state", life_name(s->life.now));
    json_out_int(&j, "in_flight", s->counts.in_flight);
    json_out_int(&j, "accepted", s->counts.accepted);
    json_out_int(&j, "connections", s->counts.connections);
    int64_t depth = listener_depth(s);
    if (depth < 0)
        json_out_null(&j, "queue"); /* no listener, or a kernel that does not show it */
    else
        json_out_int(&j, "queue", depth);
    add_pool(&j, r->http->server);
    messages_gauge_json(&j, s);
    json_out_int(&j, "jobs_held", consumers_held(s));
    json_out_int(&j, "upstream_calls", s->upstream.calls ? upstream_calls(s->upstream.calls) : 0);
    json_out_end_object(&j);
    respond(r, 200, "application/json", body.data, body.len);
    buf_free(&body);
}

void control_ledger_answer(struct request *r)
{
    const struct buf *lines = &r->http->server->ledger.lines;
    respond(r, 200, "application/jsonl", lines->len ? lines->data : "", lines->len);
}
