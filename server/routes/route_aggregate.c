/* GET /api/aggregate?ms=N&timeout=MS: calls the upstream and asks the database (for N ms), side by
 * side, within a deadline. What ends one ends the other: the deadline (504), an upstream that fails
 * (502), the database, the client that goes, the end of the drain. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/routes/upstream_call.h"
#include "server/work/cancel.h"
#include "server/work/database.h"

enum { DEFAULT_MS = 20, MAX_MS = 3600 * 1000 };

struct aggregate {
    struct server *server;
    struct request *request; /* NULL: answered, or gone */
    struct cancel scope;     /* of the request */
    struct cancel call_scope, query_scope;
    struct call call;
    struct work work;
    struct request_ids ids;
    int64_t ms;
    bool called, asked; /* the branch has come back */
    struct span span;   /* of the call */
};

/* The request and both branches are done with it. */
static void free_if_over(struct aggregate *a)
{
    if (a->request || a->call.easy || a->work.state != WORK_NONE)
        return;
    cancel_end(&a->call_scope);
    cancel_end(&a->query_scope);
    cancel_end(&a->scope);
    buf_free(&a->call.body);
    free(a);
}

/* Let go of the request before it is answered: answering may free it. */
static struct request *take_request(struct aggregate *a)
{
    struct request *r = a->request;
    a->request = NULL;
    r->state = NULL;
    timers_clear(&a->server->timers, &r->timer);
    return r;
}

static void answer(struct aggregate *a)
{
    char body[96];
    struct request *r = take_request(a);
    snprintf(body, sizeof body,
             "{\"upstream\":{\"status\":%d,\"bytes\":%zu},\"report\":{\"ms\":%" PRId64 "}}",
             a->call.status, a->call.body.len, a->ms);
    respond_json(r, 200, body);
}

/* --- being cancelled --- */

static void call_told(struct cancel *c)
{
    struct aggregate *a = CONTAINER_OF(c, struct aggregate, call_scope);
    if (a->server->hooks->keeps_asking(a->server))
        return;
    call_cancel(&a->call);
    call_span_end(a->server, &a->span, &a->call, cancel_cause_text(c->cause));
}

static void query_told(struct cancel *c)
{
    struct aggregate *a = CONTAINER_OF(c, struct aggregate, query_scope);
    if (!a->server->hooks->keeps_asking(a->server))
        database_cancel(a->server, &a->work);
}

/* Both branches were told before. */
static void told(struct cancel *c)
{
    struct aggregate *a = CONTAINER_OF(c, struct aggregate, scope);
    server_log_of(a->server, &a->ids, "cancelled /api/aggregate: %s", cancel_cause_text(c->cause));
    if (a->request && c->cause == CANCEL_DEADLINE)
        respond_error(take_request(a), 504, "the deadline of the request is over");
    else if (a->request && c->cause == CANCEL_SHUTDOWN)
        respond_error(take_request(a), 503, "shutting down");
    free_if_over(a);
}

static void on_deadline(struct timer *t)
{
    struct aggregate *a = CONTAINER_OF(t, struct request, timer)->state;
    cancel_fire(&a->scope, CANCEL_DEADLINE);
}

/* --- the branches --- */

static void call_done(struct call *call)
{
    struct aggregate *a = CONTAINER_OF(call, struct aggregate, call);
    char text[320];
    a->called = true;
    cancel_end(&a->call_scope);
    call_span_end(a->server, &a->span, call, NULL);
    if (a->request && !upstream_gave(call)) {
        upstream_failure(call, text, sizeof text);
        struct request *r = take_request(a);
        server_log_of(a->server, &r->ids, "%s", text);
        cancel_fire(&a->scope, CANCEL_BRANCH); /* a may be gone after it */
        respond_error(r, 502, text);
        return;
    }
    if (a->request && a->asked)
        answer(a);
    free_if_over(a);
}

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct aggregate *a = CONTAINER_OF(w, struct aggregate, work);
    return db_sleep(driver, db, a->ms);
}

static void query_done(struct work *w)
{
    struct aggregate *a = CONTAINER_OF(w, struct aggregate, work);
    a->server->signals.notice(a->server);
    a->asked = true;
    cancel_end(&a->query_scope);
    if (a->request && w->status != DB_OK) {
        struct request *r = take_request(a);
        const struct work failed = *w;
        cancel_fire(&a->scope, CANCEL_BRANCH);
        database_refuse(r, &failed);
        return;
    }
    if (a->request && a->called)
        answer(a);
    free_if_over(a);
}

/* --- the request --- */

static int64_t deadline_ns(const struct request *r, int64_t timeout_ms)
{
    int64_t own = r->http->server->options->upstream.timeout_ns, asked = timeout_ms * NS_PER_MS;
    return clock_ns() + (timeout_ms > 0 && asked < own ? asked : own);
}

static void begin(struct request *r, struct aggregate *a, int64_t timeout_ms)
{
    struct server *s = a->server;
    r->state = a;
    cancel_begin(&a->scope, &s->requests.cancel, told);
    cancel_begin(&a->call_scope, &a->scope, call_told);
    cancel_begin(&a->query_scope, &a->scope, query_told);
    r->timer.fire = on_deadline;
    timers_set(&s->timers, &r->timer, deadline_ns(r, timeout_ms));
    upstream_ask(r, &a->call, &a->span);
}

void route_aggregate_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS, timeout_ms = 0;
    struct server *s = r->http->server;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms) ||
        !request_query_int(r, "timeout", 1, MAX_MS, &timeout_ms)) {
        respond_error(r, 400, "'ms' and 'timeout' must be whole numbers of ms, at most 3600000");
        return;
    }
    if (!upstream_is_there(r))
        return;
    struct aggregate *a = MEM_NEW(struct aggregate);
    *a = (struct aggregate){.server = s, .request = r, .ids = r->ids, .ms = ms};
    a->work = (struct work){.run = run, .done = query_done};
    a->call.done = call_done;
    if (database_submit(r, &a->work))
        begin(r, a, timeout_ms);
    else
        free(a); /* it was answered */
}

void route_aggregate_drop(struct request *r)
{
    struct aggregate *a = r->state;
    if (!a)
        return;
    a->request = NULL;
    if (a->scope.cause == CANCEL_NONE)
        cancel_fire(&a->scope, CANCEL_CLIENT_GONE);
    else
        free_if_over(a);
}
