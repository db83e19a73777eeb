/* GET /api/upstream: what the upstream service says, and while it is away, what it said last. */
#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/routes/upstream_call.h"

struct relayed {
    struct call call;
    struct cancel scope;
    struct server *server;
    struct request *request; /* NULL: answered, or gone */
    struct span span;        /* of the call */
    bool over;               /* … which is over */
};

static void free_if_over(struct relayed *a)
{
    if (!a->over || a->request)
        return;
    cancel_end(&a->scope);
    buf_free(&a->call.body);
    free(a);
}

/* From now on the call has no owner. */
static struct request *take_request(struct relayed *a)
{
    struct request *r = a->request;
    timers_clear(&a->server->timers, &r->timer);
    r->state = NULL;
    a->request = NULL;
    return r;
}

static void answer_away(struct relayed *a, int status, const char *why)
{
    struct request *r = take_request(a);
    server_log_of(a->server, &r->ids, "%s", why);
    if (!known_answer(&a->server->upstream.known, r))
        respond_error(r, status, why);
}

static void call_done(struct call *call)
{
    struct relayed *a = CONTAINER_OF(call, struct relayed, call);
    char why[320];
    a->over = true;
    call_span_end(a->server, &a->span, call, NULL);
    if (a->request && upstream_gave(call)) {
        known_keep(&a->server->upstream.known, &call->body);
        respond(take_request(a), 200, "application/json", call->body.data ? call->body.data : "",
                call->body.len);
    } else if (a->request) {
        upstream_failure(call, why, sizeof why);
        answer_away(a, 502, why);
    }
    free_if_over(a);
}

/* Its time is over, its client is gone, or the drain's time is. */
static void told(struct cancel *c)
{
    struct relayed *a = CONTAINER_OF(c, struct relayed, scope);
    if (!a->over) {
        call_cancel(&a->call);
        call_span_end(a->server, &a->span, &a->call, cancel_cause_text(c->cause));
    }
    a->over = true;
    if (a->request)
        answer_away(a, c->cause == CANCEL_SHUTDOWN ? 503 : 504,
                    c->cause == CANCEL_SHUTDOWN ? "shutting down"
                                                : "the upstream did not answer in time");
    free_if_over(a);
}

static void on_deadline(struct timer *t)
{
    struct relayed *a = CONTAINER_OF(t, struct request, timer)->state;
    cancel_fire(&a->scope, CANCEL_DEADLINE);
}

void route_upstream_answer(struct request *r)
{
    struct server *s = r->http->server;
    if (!upstream_is_there(r))
        return;
    struct relayed *a = MEM_NEW(struct relayed);
    *a = (struct relayed){.server = s, .request = r, .call.done = call_done};
    r->state = a;
    cancel_begin(&a->scope, &s->requests.cancel, told);
    r->timer.fire = on_deadline;
    timers_set(&s->timers, &r->timer, clock_ns() + s->options->upstream.timeout_ns);
    upstream_ask(r, &a->call, &a->span);
}

void route_upstream_drop(struct request *r)
{
    struct relayed *a = r->state;
    if (!a)
        return;
    a->request = NULL;
    if (a->scope.cause == CANCEL_NONE)
        cancel_fire(&a->scope, CANCEL_CLIENT_GONE);
    else
        free_if_over(a);
}
