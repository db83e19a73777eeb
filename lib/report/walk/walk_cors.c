/* A page of another origin: was its request sent at all, and may the page see the answer? */
#include <string.h>

#include "frontend/cors.h"
#include "plan/preflight.h"
#include "report/walk/walk_int.h"

enum { HEADERS_MAX = 64 * 1024 };

static const char *origin_of(const struct walk *w)
{
    return w->v->plan.loads[w->a->load].users.frontend->origin.at;
}

/* What is wrong with the answer, and what would be right, by enum fe_cors. */
static void add_why(struct walk *w, const struct event *cors)
{
    const char *lacks = cors->text ? cors->text : "", *said = cors->how ? cors->how : "";
    switch ((enum fe_cors)cors->word) {
    case FE_CORS_STATUS:
        buf_addf(&w->line, "it was answered with %d, and only a 2xx allows anything", w->a->status);
        break;
    case FE_CORS_NO_ORIGIN:
        buf_addf(&w->line, "the answer (%d) has no Access-Control-Allow-Origin", w->a->status);
        break;
    case FE_CORS_OTHER_ORIGIN:
        buf_addf(&w->line, "the answer (%d) allows '", w->a->status);
        buf_adds(&w->line, said);
        buf_addf(&w->line, "', and the page comes from '%s'", origin_of(w));
        break;
    case FE_CORS_METHOD:
        buf_addf(&w->line, "Access-Control-Allow-Methods lacks %s", lacks);
        break;
    case FE_CORS_HEADER:
        buf_addf(&w->line, "Access-Control-Allow-Headers lacks '%s'", lacks);
        break;
    case FE_CORS_HIDDEN:
        buf_adds(&w->line, "Access-Control-Expose-Headers lacks 'retry-after'");
        break;
    case FE_CORS_ALLOWED:
        buf_adds(&w->line, "it was allowed");
        break;
    }
}

/* The fields that would have let the page go on. */
static void add_wanted(struct walk *w)
{
    const struct plan_load *load = &w->v->plan.loads[w->a->load];
    struct buf headers;
    buf_init(&headers, HEADERS_MAX);
    preflight_headers(load, &headers);
    buf_addf(&w->line, "answer OPTIONS with 204, 'Access-Control-Allow-Origin: %s'", origin_of(w));
    if (fe_cors_unsafe_method(load->method))
        buf_addf(&w->line, ", 'Access-Control-Allow-Methods: %s'", load->method);
    if (headers.len)
        buf_addf(&w->line, ", 'Access-Control-Allow-Headers: %s'", headers.data);
    buf_adds(&w->line, " in every state, also while draining");
    buf_free(&headers);
}

/* The request that the preflight was for, if it was sent: the next attempt at the same intention
 * that is none. */
static const struct attempt *request_after(const struct walk *w)
{
    for (size_t i = 0; i < w->v->n_attempts; i++) {
        const struct attempt *a = &w->v->attempts[i];
        if (a->load == w->a->load && a->request == w->a->request && a->id > w->a->id)
            return a->cors.preflight ? NULL : a;
    }
    return NULL;
}

/* The first question is about the request itself; all others are about its preflight. */
void walk_request_sent(struct walk *w)
{
    const struct event *cors = w->a->cors.kept;
    if (!w->a->cors.preflight)
        return;
    const struct attempt *itself = w->a->answer.whole && !cors ? request_after(w) : NULL;
    if (itself)
        buf_addf(&w->line, "yes, as #%lld: the preflight was allowed", (long long)itself->id);
    else if (w->a->answer.whole && !cors)
        buf_adds(&w->line, "no: the preflight was allowed, and the page no longer waited for it");
    else
        buf_adds(&w->line, "no: the preflight was refused, because ");
    if (cors && cors->word >= 0)
        add_why(w, cors);
    else if (!w->a->answer.whole)
        buf_adds(&w->line, "no whole answer to it came");
    if (!w->a->answer.whole || cors)
        buf_adds(&w->line, "; the page sees \"Network Error\"");
    walk_say(w, "was it sent?");
    if (cors) {
        add_wanted(w);
        walk_say(w, "do");
    }
    buf_addf(&w->line, "OPTIONS: may a page of '%s' send its %s? ", origin_of(w),
             w->v->plan.loads[w->a->load].method);
}

void walk_readable(struct walk *w)
{
    const struct event *cors = w->a->cors.kept;
    if (w->a->cors.preflight || !cors || cors->word <= 0)
        return;
    bool blocked = fe_cors_blocks((enum fe_cors)cors->word);
    buf_adds(&w->line, blocked ? "not by the page, which sees \"Network Error\": "
                               : "by the page, but not its Retry-After: ");
    add_why(w, cors);
    walk_say(w, "readable?");
    if (blocked)
        buf_addf(&w->line,
                 "send 'Access-Control-Allow-Origin: %s' with every answer, the errors "
                 "and the refusals of a drain too",
                 origin_of(w));
    else
        buf_adds(&w->line, "send 'Access-Control-Expose-Headers: Retry-After'");
    walk_say(w, "do");
}
