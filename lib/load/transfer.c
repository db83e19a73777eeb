/* The shape of ordinary requests: one attempt is one run of the client's easy handle. */
#include "load/transfer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "load/group.h"
#include "load/lane.h"
#include "load/received.h"
#include "load/shapes.h"

static struct transfer *from_job(struct engine_job *job)
{
    return (struct transfer *)job; /* its first member */
}

static void on_worked(struct engine_job *job)
{
    transfer_check_sent(from_job(job));
}

/* libcurl rejects an answer that is not HTTP before it calls back with a line of it. */
static bool not_http(CURLcode code)
{
    return code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
}

static enum ended ended_by_timeout(CURLcode code, enum phase phase)
{
    if (code != CURLE_OPERATION_TIMEDOUT)
        return ENDED_ITSELF;
    return phase == PHASE_CONNECTING ? ENDED_CONNECT_TIMEOUT : ENDED_RESPONSE_TIMEOUT;
}

static int os_errno(const struct transfer *t)
{
    long number = 0;
    if (t->socket_errno)
        return t->socket_errno;
    curl_easy_getinfo(t->job.easy, CURLINFO_OS_ERRNO, &number);
    return (int)number;
}

static void on_done(struct engine_job *job, CURLcode code)
{
    struct transfer *t = from_job(job);
    struct client *c = t->client;
    transfer_check_sent(t);
    if (not_http(code) && c->attempt.phase != PHASE_RECEIVING)
        attempt_first_byte(c);
    struct attempt_end end = {.code = (int)code, .ended = ended_by_timeout(code, c->attempt.phase)};
    /* errno is of the last failure on this handle: it says something only about a failed one. */
    end.os_errno = code == CURLE_OK || code == CURLE_OPERATION_TIMEDOUT ? 0 : os_errno(t);
    if (t->refused_errno)
        end = (struct attempt_end){.code = CURLE_COULDNT_CONNECT, .os_errno = t->refused_errno};
    bool reached = c->attempt.tries > 0;
    attempt_end(c, &end);
    client_over(c, reached);
}

static void on_idle_closed(struct engine_job *job, int fd)
{
    const struct client *c = from_job(job)->client;
    journal_add(c->group->loads->journal,
                &(struct event){.kind = EVENT_CONN_CLOSED,
                                .load = c->group->index,
                                .client = c->number,
                                .port = from_job(job)->port,
                                .how = socket_ended(fd) == SOCKET_RST ? "rst" : "fin"});
}

static void transfer_idle(struct client *c)
{
    struct transfer *t = c->wire;
    if (t)
        engine_idle(&t->job);
}

static struct transfer *transfer_new(struct client *c)
{
    struct transfer *t = MEM_NEW(struct transfer);
    t->client = c;
    t->job.easy = curl_easy_init();
    if (!t->job.easy) {
        free(t);
        return NULL;
    }
    t->job.worked = on_worked;
    t->job.done = on_done;
    t->job.closing = transfer_closing;
    t->job.idle_closed = on_idle_closed;
    curl_easy_setopt(t->job.easy, CURLOPT_PRIVATE, &t->job);
    request_options(t, c->group);
    transfer_callbacks(t);
    return t;
}

/* In a load via the registry, each request goes to the next server. */
static void choose_server(struct transfer *t)
{
    const struct group *g = t->client->group;
    const char *path = g->plan->path;
    char *url =
        mem_printf("%s%s%s", registry_next(g->loads->registry), path[0] == '/' ? "" : "/", path);
    curl_easy_setopt(t->job.easy, CURLOPT_URL, url);
    free(url);
}

static void transfer_start(struct client *c)
{
    if (!c->wire)
        c->wire = transfer_new(c);
    struct transfer *t = c->wire;
    const struct plan_load *p = c->group->plan;
    t->received = t->read_begin_ns = 0;
    t->opened = false;
    t->socket_errno = t->refused_errno = 0;
    t->body = (struct body){.bytes = p->body.bytes, .over_ns = p->body.over_ns};
    t->head_min = c->group->sent.head_min;
    if (p->to.via)
        choose_server(t);
    if (c->lane)
        lane_options(c->lane, t);
    snprintf(t->id_line, sizeof t->id_line, "X-Drainctl-Attempt: %lld", (long long)c->attempt.id);
    if (!c->group->sent.own_trace)
        attempt_trace_line(c->group, &c->attempt, t->trace_line);
    engine_submit(c->engine, &t->job);
}

static void transfer_abort(struct client *c, enum ended ended)
{
    struct transfer *t = c->wire;
    if (t) {
        transfer_check_sent(t);
        engine_cancel(c->engine, &t->job);
    }
    attempt_end(c, &(struct attempt_end){.code = CURLE_ABORTED_BY_CALLBACK, .ended = ended});
}

static void transfer_end(struct client *c)
{
    struct transfer *t = c->wire;
    engine_cancel(c->engine, &t->job);
    engine_forget(&t->job);
    curl_easy_cleanup(t->job.easy);
    free(t);
    c->wire = NULL;
}

const struct shape shape_request = {
    .prepare = request_prepare,
    .start = transfer_start,
    .idle = transfer_idle,
    .abort = transfer_abort,
    .end = transfer_end,
    .finish = request_finish,
};
