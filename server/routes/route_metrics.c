/* GET /metrics: what an operator watches, in Prometheus' text format 0.0.4. */
#include <inttypes.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/consumer.h"
#include "server/work/database.h"
#include "server/work/messages.h"
#include "server/work/upstream.h"

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP drainctl_%s %s\n# TYPE drainctl_%s %s\n", name, help, name, type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
    head(b, name, type, help);
    buf_addf(b, "drainctl_%s %" PRId64 "\n", name, value);
}

static void add_requests(struct buf *b, const struct server *s)
{
    static const char *const outcomes[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    head(b, "requests_total", "counter", "Requests by how they ended; cut: closed unanswered.");
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        buf_addf(b, "drainctl_requests_total{outcome=\"%s\"} %" PRId64 "\n", outcomes[i],
                 s->counts.answers[i + 1]);
    buf_addf(b, "drainctl_requests_total{outcome=\"cut\"} %" PRId64 "\n", s->counts.cut);
    one(b, "requests_in_flight", "gauge", "Requests whose answer is not written yet.",
        s->counts.in_flight);
    one(b, "connections", "gauge", "Open connections.", s->counts.connections);
    one(b, "connections_accepted_total", "counter", "Connections ever accepted.",
        s->counts.accepted);
}

static void add_life(struct buf *b, const struct server *s)
{
    head(b, "state", "gauge", "1 for the state that the server is in.");
    for (int life = LIFE_STARTING; life <= LIFE_STOPPED; life++)
        buf_addf(b, "drainctl_state{state=\"%s\"} %d\n", life_name((enum life)life),
                 s->life.now == (enum life)life);
    head(b, "drain_seconds", "gauge", "Time since the drain began, 0 before.");
    buf_addf(b, "drainctl_drain_seconds %.3f\n",
             s->life.signal_ns ? (double)(clock_ns() - s->life.signal_ns) / 1e9 : 0.0);
    one(b, "shutdown_scheduled", "gauge", "1 when a shutdown was announced.",
        s->notice.plan.scheduled);
    int64_t depth = listener_depth(s);
    if (depth >= 0)
        one(b, "accept_queue", "gauge", "Connections that wait to be accepted.", depth);
}

static void add_work(struct buf *b, struct server *s)
{
    struct pool_gauge pool;
    messages_metrics(b, s);
    one(b, "jobs_held", "gauge", "Jobs of the queue that are being done.", consumers_held(s));
    one(b, "upstream_calls", "gauge", "Calls to the upstream under way.",
        s->upstream.calls ? upstream_calls(s->upstream.calls) : 0);
    if (!database_gauge(s, &pool))
        return;
    head(b, "pool_connections", "gauge", "Connections to the database.");
    buf_addf(b, "drainctl_pool_connections{state=\"idle\"} %d\n", pool.idle);
    buf_addf(b, "drainctl_pool_connections{state=\"busy\"} %d\n", pool.busy);
    one(b, "pool_size", "gauge", "Connections that the pool may have.", pool.size);
    one(b, "pool_waiting", "gauge", "Queries that wait for a connection.", pool.waiting);
}

void route_metrics_answer(struct request *r)
{
    struct server *s = r->http->server;
    struct buf b;
    buf_init(&b, 16 << 10);
    add_requests(&b, s);
    add_life(&b, s);
    add_work(&b, s);
    respond(r, 200, "text/plain; version=0.0.4; charset=utf-8", b.data, b.len);
    buf_free(&b);
}
