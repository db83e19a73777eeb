#include "server/routes/upstream_call.h"

#include <stdio.h>

#include "server/internal.h"
#include "server/work/upstream.h"

bool upstream_is_there(struct request *r)
{
    struct server *s = r->http->server;
    if (!s->upstream.calls && s->loop.on && s->options->upstream.url)
        s->upstream.calls = upstream_open(&s->loop.uv, s->options->upstream.url);
    if (!s->upstream.calls)
        respond_error(r, 501, "no upstream was named (serve --upstream URL)");
    return s->upstream.calls != NULL;
}

void upstream_ask(struct request *r, struct call *call, struct span *span)
{
    char context[TRACE_PARENT_TEXT];
    bool traced = call_span_begin(r, span, context);
    upstream_get(r->http->server->upstream.calls, call, traced ? context : NULL);
}

bool upstream_gave(const struct call *call)
{
    return call->status >= 200 && call->status <= 299;
}

void upstream_failure(const struct call *call, char *out, size_t size)
{
    if (call->status)
        snprintf(out, size, "the upstream answered %d", call->status);
    else
        snprintf(out, size, "the upstream failed: %s", call->error);
}
