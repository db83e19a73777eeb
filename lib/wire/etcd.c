/* Asking etcd on the loop: an address with a user logs in first, and the endpoint that answered
 * last is asked first. */
#include "wire/etcd.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"

enum { MESSAGE_MAX = 4 << 20 };

static const int64_t connect_ns = NS_PER_S;

struct etcd {
    struct calls *calls;
    const struct etcd_address *address;
    size_t at;   /* the endpoint that is asked */
    char *token; /* NULL: not logged in, or no login is needed */
    bool no_users;
};

static void send_question(struct etcd_call *c);

/* --- the end of a question --- */

static void finish(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    free(c->body);
    c->body = NULL;
    buf_free(&c->line);
    c->done(c, how, answer);
}

static const struct etcd_endpoint *endpoint(const struct etcd *e)
{
    return &e->address->endpoints[e->at];
}

/* True: the question went to another endpoint. Its owner begins a watch again. */
static bool asks_next(struct etcd_call *c, int status)
{
    struct etcd *e = c->etcd;
    if (!etcd_is_lost(status) || e->address->n_endpoints < 2)
        return false;
    e->at = (e->at + 1) % e->address->n_endpoints;
    if (c->told || ++c->tried >= e->address->n_endpoints)
        return false;
    send_question(c);
    return true;
}

static void on_answer(struct call *call)
{
    struct etcd_call *c = CONTAINER_OF(call, struct etcd_call, call);
    struct etcd *e = c->etcd;
    cJSON *answer = call->body.len ? cJSON_ParseWithLength(call->body.data, call->body.len) : NULL;
    bool log_in = e->address->user && !c->again && etcd_wants_login(call->status, answer);
    buf_free(&call->body);
    if (call->status == 400) /* it may have users now */
        e->no_users = false;
    if (log_in) {
        c->again = true;
        free(e->token);
        e->token = NULL;
        send_question(c);
    } else {
        const struct etcd_endpoint *from = endpoint(e);
        if (!asks_next(c, call->status))
            finish(c, etcd_judge(from, call->status, call->error, answer, c->why, sizeof c->why),
                   answer);
    }
    cJSON_Delete(answer);
}

/* --- the messages of a watch, a line each --- */

static bool on_piece(struct call *call, const char *data, size_t len)
{
    struct etcd_call *c = CONTAINER_OF(call, struct etcd_call, call);
    bool more = buf_add(&c->line, data, len) == 0;
    for (char *end; more && c->line.len && (end = memchr(c->line.data, '\n', c->line.len));) {
        size_t line = (size_t)(end - c->line.data);
        cJSON *message = cJSON_ParseWithLength(c->line.data, line);
        more = !message || c->told(c, message);
        cJSON_Delete(message);
        buf_consume(&c->line, line + 1);
    }
    return more;
}

/* --- logging in, and asking --- */

static void on_login(struct call *call)
{
    struct etcd_call *c = CONTAINER_OF(call, struct etcd_call, call);
    struct etcd *e = c->etcd;
    cJSON *answer = call->body.len ? cJSON_ParseWithLength(call->body.data, call->body.len) : NULL;
    const char *token = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "token"));
    buf_free(&call->body);
    e->no_users = etcd_has_no_users(answer);
    if (token || e->no_users) {
        e->token = mem_strdup(token);
        send_question(c);
    } else {
        const struct etcd_endpoint *from = endpoint(e);
        if (!asks_next(c, call->status)) {
            etcd_judge(from, call->status, call->error, answer, c->why, sizeof c->why);
            finish(c, ETCD_FAILED, answer);
        }
    }
    cJSON_Delete(answer);
}

static void post(struct etcd_call *c, const char *path, const char *body, int64_t total_ns)
{
    struct etcd *e = c->etcd;
    char *url = mem_printf("%s/v3/%s", endpoint(e)->base, path);
    char *field = e->token ? mem_printf("Authorization: %s", e->token) : NULL;
    const char *const fields[] = {field, NULL};
    calls_start(e->calls, &c->call,
                &(struct call_request){.url = url,
                                       .body = body,
                                       .len = strlen(body),
                                       .fields = fields,
                                       .connect_ns = connect_ns,
                                       .total_ns = total_ns,
                                       .tls = &e->address->tls,
                                       .local = endpoint(e)->local});
    free(url);
    free(field);
}

static void send_question(struct etcd_call *c)
{
    const struct etcd *e = c->etcd;
    bool log_in = e->address->user && !e->token && !e->no_users;
    c->call.done = log_in ? on_login : on_answer;
    c->call.piece = c->told && !log_in ? on_piece : NULL;
    if (!log_in) {
        post(c, c->path, c->body, c->total_ns);
        return;
    }
    char *body = etcd_login_body(e->address);
    post(c, "auth/authenticate", body, c->total_ns ? c->total_ns : connect_ns * 2);
    free(body);
}

static void begin(struct etcd *e, struct etcd_call *c, const char *path, const char *body,
                  int64_t total_ns)
{
    c->etcd = e;
    c->path = path;
    c->body = mem_strdup(body);
    c->total_ns = total_ns;
    c->again = false;
    c->tried = 0;
    c->why[0] = '\0';
    buf_init(&c->line, MESSAGE_MAX);
    send_question(c);
}

void etcd_ask(struct etcd *e, struct etcd_call *c, const char *path, const char *body,
              int64_t total_ns)
{
    c->told = NULL;
    begin(e, c, path, body, total_ns);
}

void etcd_watch(struct etcd *e, struct etcd_call *c, const char *path, const char *body)
{
    begin(e, c, path, body, 0);
}

bool etcd_asks(const struct etcd_call *c)
{
    return c->call.easy != NULL;
}

void etcd_cancel(struct etcd_call *c)
{
    if (!etcd_asks(c))
        return;
    call_cancel(&c->call);
    buf_free(&c->call.body);
    buf_free(&c->line);
    free(c->body);
    c->body = NULL;
}

/* --- one of them --- */

struct etcd *etcd_open(struct uv_loop_s *loop, const struct etcd_address *a, char *token)
{
    struct calls *calls = calls_open(loop);
    if (!calls) {
        free(token);
        return NULL;
    }
    if (token && !*token) { /* it had no users then */
        free(token);
        token = NULL;
    }
    struct etcd *e = MEM_NEW(struct etcd);
    *e = (struct etcd){.calls = calls, .address = a, .token = token};
    return e;
}

void etcd_close(struct etcd *e, void (*closed)(void *arg), void *arg)
{
    calls_close(e->calls, closed, arg);
    free(e->token);
    free(e);
}
