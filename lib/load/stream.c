#include "load/stream.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "load/client.h"
#include "load/cors.h"
#include "load/lane.h"
#include "load/page.h"
#include "load/transfer.h"

/* "text/event-stream", with parameters perhaps. */
static bool is_stream(const char *type)
{
    static const char wanted[] = "text/event-stream";
    size_t n = sizeof wanted - 1;
    return type && strncasecmp(type, wanted, n) == 0 &&
           (type[n] == '\0' || strchr("; \t", type[n]) != NULL);
}

void stream_head(struct lane *l, const struct transfer *t)
{
    char *type = NULL;
    if (!l->streams || (l->stream && l->stream->open))
        return;
    curl_easy_getinfo(t->job.easy, CURLINFO_CONTENT_TYPE, &type);
    if (l->client->attempt.answer.status != 200 || !is_stream(type) || !cors_readable(l))
        return;
    if (!l->stream)
        l->stream = MEM_NEW(struct stream);
    *l->stream = (struct stream){.open = true, .opened = true};
    page_wake(l->page);
}

/* Data that says nothing of the status (a tick, an order) is none. */
static void on_event(void *arg, const char *data, size_t len)
{
    struct stream *s = arg;
    if (!strstr(data, "\"status\"") && !strstr(data, "\"maintenance\"") &&
        !strstr(data, "\"scheduled\""))
        return;
    memcpy(s->text, data, len + 1);
    s->len = len;
    s->unheard = true;
}

void stream_body(struct lane *l, const char *bytes, size_t n)
{
    if (l->stream && l->stream->open) {
        bool news = fe_sse_feed(&l->stream->sse, bytes, n, on_event, l->stream);
        l->stream->message = l->stream->message || news;
        if (news)
            page_wake(l->page);
    } else {
        buf_add(&l->answer, bytes, n);
    }
}
