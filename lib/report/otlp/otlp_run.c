/* What the spans of a run have in common: worked out once, as JSON, where it is long. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/url.h"
#include "report/otlp/otlp.h"
#include "report/stages.h"

enum { MOST_TEXT = 1024 * 1024 };

/* --- where the target is --- */

struct place {
    char *base; /* of base_url */
    char *host; /* without the brackets of IPv6 */
    int64_t port;
};

static void place_of(const struct run_verdict *v, struct place *p)
{
    p->base = base_url(v);
    struct url u = url_split(p->base);
    p->host = mem_strndup(u.host, u.host_len);
    p->port = url_port(&u, 80);
}

/* --- what a load asks for --- */

/* Methods that the semantic conventions know; others are "_OTHER", and the name says "HTTP". */
static bool known_method(const char *method)
{
    static const char *const known[] = {"GET",   "POST",    "PUT",     "DELETE", "HEAD",
                                        "PATCH", "OPTIONS", "CONNECT", "TRACE"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(method, known[i]) == 0)
            return true;
    return false;
}

/* A load has one path, so the path without its query makes a name of few values. */
static char *span_name(const char *method, const char *path)
{
    struct buf b;
    buf_init(&b, MOST_TEXT);
    char *name = mem_printf("%s %.*s", known_method(method) ? method : "HTTP",
                            (int)strcspn(path, "?#"), path);
    otlp_quoted(&b, name);
    free(name);
    return buf_take(&b);
}

static void add_method(struct buf *b, const char *method)
{
    bool known = known_method(method);
    otlp_word(b, "http.request.method", known ? method : "_OTHER");
    if (!known)
        otlp_string(b, "http.request.method_original", method);
}

static void add_url(struct buf *b, const struct place *p, const char *path)
{
    char *url = mem_printf("%s%s%s", p->base, *path == '/' ? "" : "/", path);
    otlp_string(b, "url.full", url);
    free(url);
}

static void add_place(struct buf *b, const struct place *p, const struct plan_load *load)
{
    otlp_string(b, "server.address", p->host);
    otlp_int(b, "server.port", p->port);
    otlp_word(b, "network.transport", "tcp");
    otlp_string(b, "drainctl.load", load->name);
}

static void request_init(struct otlp_request *r, const struct place *p,
                         const struct plan_load *load, const char *method, const char *path)
{
    struct buf b;
    buf_init(&b, MOST_TEXT);
    r->name = span_name(method, path);
    add_method(&b, method);
    add_url(&b, p, path);
    otlp_word(&b, "network.protocol.name", "http");
    otlp_word(&b, "network.protocol.version", "1.1");
    add_place(&b, p, load);
    r->attributes = buf_take(&b);
}

/* A silent client connects and asks for nothing. */
static void silent_init(struct otlp_request *r, const struct place *p, const struct plan_load *load)
{
    struct buf b;
    buf_init(&b, MOST_TEXT);
    r->name = mem_strdup("\"connection without a request\"");
    add_place(&b, p, load);
    r->attributes = buf_take(&b);
}

static void load_init(struct otlp_load *l, const struct place *p, const struct plan_load *load)
{
    const char *method = load->method ? load->method : "GET", *path = load->path ? load->path : "/";
    if (load->shape == SHAPE_SILENT) {
        silent_init(&l->first, p, load);
        return;
    }
    request_init(&l->first, p, load, method, path);
    if (load->shape == SHAPE_PIPELINED)
        request_init(&l->second, p, load, "GET", load->then_path ? load->then_path : path);
    if (load->users.frontend && *load->users.frontend->origin.at)
        request_init(&l->preflight, p, load, "OPTIONS", path);
    for (size_t i = 0; i < load->headers.n && !l->given; i++)
        if (strcasecmp(load->headers.at[i].name, "traceparent") == 0)
            l->given =
                trace_parent_parse(load->headers.at[i].value, &l->given_trace, &l->given_span);
}

/* --- requests that were tried again --- */

static bool each_tried_once(const struct run_verdict *v)
{
    int64_t *last = mem_zero(v->plan.n_loads, sizeof *last);
    bool once = true;
    for (size_t i = 0; i < v->n_attempts && once; i++) {
        const struct attempt *a = &v->attempts[i];
        once = a->request > last[a->load]; /* they are begun in the order of their numbers */
        last[a->load] = a->request;
    }
    free(last);
    return once;
}

static int by_request(const void *a, const void *b)
{
    const struct attempt *x = *(const struct attempt *const *)a;
    const struct attempt *y = *(const struct attempt *const *)b;
    if (x->load != y->load)
        return x->load < y->load ? -1 : 1;
    if (x->request != y->request)
        return x->request < y->request ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static struct otlp_resend *find_resends(const struct run_verdict *v)
{
    if (each_tried_once(v))
        return NULL;
    struct otlp_resend *resends = mem_zero(v->n_attempts, sizeof *resends);
    const struct attempt **order = mem_zero(v->n_attempts, sizeof *order);
    size_t n = 0;
    for (size_t i = 0; i < v->n_attempts; i++)
        if (!v->attempts[i].cors.preflight) /* it is no try at the request itself */
            order[n++] = &v->attempts[i];
    qsort(order, n, sizeof *order, by_request);
    for (size_t i = 1; i < n; i++) {
        const struct attempt *before = order[i - 1], *a = order[i];
        if (before->load != a->load || before->request != a->request)
            continue;
        size_t previous = (size_t)(before - v->attempts);
        resends[a - v->attempts] = (struct otlp_resend){previous, resends[previous].count + 1};
    }
    free(order);
    return resends;
}

/* --- all of it --- */

void otlp_run_init(struct otlp_run *r, const struct run_verdict *v)
{
    struct place place;
    *r = (struct otlp_run){.v = v, .plan = &v->history->events[0]};
    r->run = trace_run_of(r->plan);
    r->loads = mem_zero(v->plan.n_loads, sizeof *r->loads);
    place_of(v, &place);
    for (size_t i = 0; i < v->plan.n_loads; i++)
        load_init(&r->loads[i], &place, &v->plan.loads[i]);
    free(place.base);
    free(place.host);
    r->resends = find_resends(v);
    timeline_make(&r->timeline, v);
    r->end_ns = v->history->events[v->history->count - 1].t_ns;
}

static void request_free(struct otlp_request *r)
{
    free(r->name);
    free(r->attributes);
}

void otlp_run_free(struct otlp_run *r)
{
    for (size_t i = 0; i < r->v->plan.n_loads; i++) {
        request_free(&r->loads[i].first);
        request_free(&r->loads[i].second);
        request_free(&r->loads[i].preflight);
    }
    free(r->loads);
    free(r->resends);
    timeline_free(&r->timeline);
}
