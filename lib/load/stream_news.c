/* What an event stream brought, in the words of a page's state machine. */
#include <string.h>

#include "base/clock.h"
#include "frontend/status.h"
#include "load/client.h"
#include "load/group.h"
#include "load/page.h"
#include "load/stream.h"

static int hear_status(const struct lane *l, struct fe_event *out)
{
    const struct page *p = l->page;
    struct fe_status status;
    int n = 0;
    if (!fe_status_message(p->group->plan->users.frontend, l->stream->text, l->stream->len,
                           clock_unix_ns() / NS_PER_MS, &status))
        return 0;
    out[n++] = (struct fe_event){.kind = FE_EVENT_RESULT,
                                 .call = FE_POLL,
                                 .attempt = l->sent.attempt,
                                 .live = true,
                                 .result = FE_STATUS,
                                 .status = status.well ? 200 : 500};
    if (status.speaks && (status.left != FE_NEVER || p->state.server.down_at != FE_NEVER))
        out[n++] = (struct fe_event){.kind = FE_EVENT_NOTICE, .left = status.left};
    return n;
}

/* To the state machine ids are numbers: it only asks whether there was one. */
static struct fe_event hear_message(struct page *p, const struct fe_sse *s)
{
    bool other = *s->id && strcmp(s->id, p->last_event) != 0;
    if (other)
        memcpy(p->last_event, s->id, sizeof p->last_event);
    p->events += other;
    return (struct fe_event){
        .kind = FE_EVENT_MESSAGE, .last_id = other ? p->events : 0, .retry = s->retry};
}

int stream_news(struct lane *l, struct fe_event *out)
{
    struct stream *s = l->stream;
    int n = 0;
    if (!s || l->aborted)
        return 0;
    if (s->opened)
        out[n++] = (struct fe_event){.kind = FE_EVENT_RESULT,
                                     .call = l->sent.call,
                                     .intention = l->sent.intention,
                                     .attempt = l->sent.attempt,
                                     .live = true,
                                     .result = FE_STATUS,
                                     .status = 200};
    if (s->message && l->sent.call == FE_STREAM)
        out[n++] = hear_message(l->page, &s->sse);
    if (s->unheard && l->sent.call == FE_POLL)
        n += hear_status(l, out + n);
    s->opened = s->message = s->unheard = false;
    return n;
}

void stream_end(const struct lane *l, struct fe_event *e)
{
    if (l->stream && l->stream->open)
        e->result = FE_CUT_OFF;
    else if (e->status == 200)
        e->status = 500;
}
