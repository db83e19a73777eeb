/* POST /api/jobs?ms=N puts a job of N ms into the queue, GET lists them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/consumer.h"
#include "server/work/database.h"
#include "server/work/queue.h"

enum { DEFAULT_MS = 20, MAX_MS = 3600 * 1000 };

struct new_job {
    struct queue_call call;
    struct server *server;
    struct request *request; /* NULL: gone; the job is kept nevertheless */
    bool out;                /* the queue has it */
};

static void job_free(struct new_job *n)
{
    queue_message_free(&n->call.message);
    free(n);
}

static void refuse(struct request *r, struct new_job *n)
{
    const char *text;
    int http = queue_refusal(&n->call, &text);
    if (n->call.status == QUEUE_DATABASE) {
        database_refuse(r, &n->call.work);
        return;
    }
    if (n->call.error[0])
        server_log_of(r->http->server, &r->ids, "%s: %s", text, n->call.error);
    respond_error(r, http, text);
}

static void done(struct queue_call *call)
{
    struct new_job *n = CONTAINER_OF(call, struct new_job, call);
    struct server *s = n->server;
    char body[160];
    n->out = false;
    s->signals.notice(s);
    consumers_poke(s);
    const char *quote = s->queues.jobs && s->queues.jobs->kind->in_database ? "" : "\"";
    snprintf(body, sizeof body, "{\"id\":%s%s%s,\"ms\":%s}", quote, call->message.id, quote,
             call->message.body);
    if (!n->request)
        job_free(n);
    else if (call->status == QUEUE_OK)
        respond_json(n->request, 201, body);
    else
        refuse(n->request, n);
}

void route_job_answer(struct request *r)
{
    int64_t ms = DEFAULT_MS;
    if (!request_query_int(r, "ms", 0, MAX_MS, &ms)) {
        respond_error(r, 400, "'ms' must be a whole number from 0 to 3600000");
        return;
    }
    struct new_job *n = MEM_NEW(struct new_job);
    *n = (struct new_job){.call = {.done = done}, .server = r->http->server, .request = r};
    n->call.message.body = mem_printf("%" PRId64, ms);
    r->state = n;
    n->out = true;
    if (queue_call(n->server->queues.jobs, QUEUE_ADD, &n->call) == 0)
        return;
    n->out = false;
    refuse(r, n);
}

void route_job_drop(struct request *r)
{
    struct new_job *n = r->state;
    if (!n)
        return;
    n->request = NULL;
    if (!n->out)
        job_free(n);
}
