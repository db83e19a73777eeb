/* A request's life in memory, and reading its target. */
#include "server/http/request.h"

#include <llhttp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mask.h"
#include "base/mem.h"
#include "base/whole.h"
#include "server/internal.h"
#include "server/http/route.h"

struct request *request_new(struct http *h)
{
    struct request *r = MEM_NEW(struct request);
    size_t max = (size_t)h->server->options->limits.header_bytes;
    r->http = h;
    r->ledger.attempt = -1;
    r->begun_ns = clock_ns();
    list_init(&r->link);
    buf_init(&r->target, max);
    buf_init(&r->head.field, max);
    buf_init(&r->head.value, max);
    buf_init(&r->asks.known, max);
    h->request = r;
    h->last = false;
    return r;
}

const char *request_method(const struct request *r)
{
    static const char *const methods[] = {
#define X(number, name, string) [number] = #string,
        HTTP_METHOD_MAP(X)
#undef X
    };
    return r->target.len && r->method < ARRAY_LEN(methods) ? methods[r->method] : "-";
}

/* Parameters of the target may be secret, as in the log. */
static void tell_other(struct request *r, int64_t at_ns, enum ledger_what what)
{
    struct ledger *l = &r->http->server->ledger;
    char target[256];
    if (!r->ledger.number)
        r->ledger.number = ++l->numbered;
    snprintf(target, sizeof target, "%.200s", r->target.len ? r->target.data : "-");
    mask_text(target);
    ledger_add_other(l, r->ledger.number, request_method(r), target, at_ns, what, r->answer.status);
}

void request_tell(struct request *r, int64_t at_ns, enum ledger_what what)
{
    struct ledger *l = &r->http->server->ledger;
    if (r->ledger.attempt >= 0 && what != LEDGER_GONE)
        ledger_add(l, r->ledger.attempt, at_ns, what, r->answer.status);
    else if (r->ledger.attempt < 0 && l->all && r->is.counted)
        tell_other(r, at_ns, what);
}

void request_counted(struct request *r)
{
    struct server *s = r->http->server;
    r->is.counted = r->http->counted;
    s->counts.in_flight += r->is.counted;
    request_tell(r, r->http->accepted_ns, LEDGER_ACCEPTED);
    s->hooks->counted(r);
}

void request_free(struct request *r)
{
    struct server *s = r->http->server;
    s->counts.in_flight -= r->is.counted;
    list_remove(&r->link);
    timers_clear(&s->timers, &r->timer);
    if (r->route && r->route->drop)
        r->route->drop(r);
    buf_free(&r->target);
    buf_free(&r->head.field);
    buf_free(&r->head.value);
    buf_free(&r->asks.known);
    free(r->asks.key);
    free(r);
}

const char *request_path(const struct request *r, size_t *len)
{
    const char *path = r->target.data ? r->target.data : "";
    if (strncasecmp(path, "http://", 7) == 0) { /* absolute-form, RFC 9112 §3.2.2 */
        path = strchr(path + 7, '/');
        if (!path)
            path = "/";
    }
    *len = strcspn(path, "?");
    return path;
}

const char *request_query(const struct request *r, const char *key, size_t *len)
{
    size_t skip, n = strlen(key);
    const char *p = request_path(r, &skip);
    for (p += skip; *p; p += strcspn(p, "&")) {
        p++;
        if (strncmp(p, key, n) == 0 && p[n] == '=') {
            *len = strcspn(p + n + 1, "&");
            return p + n + 1;
        }
    }
    return NULL;
}

bool request_query_int(const struct request *r, const char *key, int64_t min, int64_t max,
                       int64_t *out)
{
    size_t len;
    const char *text = request_query(r, key, &len);
    if (!text)
        return true;
    return whole_read(text, len, min, max, out);
}

const char *request_phase(const struct request *r)
{
    static const char *const words[] = {
        [STATE_IDLE] = "idle",       [STATE_HEAD] = "sending",        [STATE_BODY] = "sending",
        [STATE_WAITING] = "waiting", [STATE_ANSWERING] = "receiving", [STATE_DONE] = "done",
    };
    return words[r->http->state];
}
