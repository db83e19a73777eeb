/* An attempt's way through its phases, written into the journal as it happens. */
#include "load/attempt.h"

#include <string.h>

#include "base/clock.h"
#include "load/client.h"
#include "load/group.h"

static void step(struct client *c, enum phase phase)
{
    struct loads *l = c->group->loads;
    c->attempt.phase = phase;
    if (l->callbacks.step)
        l->callbacks.step(l->callbacks.arg, c->group->index, c->attempt.request, phase);
}

static void add(struct client *c, struct event *e)
{
    e->attempt = c->attempt.id;
    e->t_ns = e->t_ns ? e->t_ns : clock_ns();
    journal_add(c->group->loads->journal, e);
}

void attempt_start(struct client *c, int64_t request, int64_t intended_ns)
{
    struct group *g = c->group;
    c->attempt = (struct attempt){.id = ++g->loads->last_attempt, .request = request};
    c->attempt.head = g->sent.head;
    answer_init(&c->attempt.answer);
    g->counts.started++;
    int64_t now = clock_ns();
    add(c, &(struct event){.kind = EVENT_ATTEMPT_START,
                           .t_ns = now,
                           .load = g->index,
                           .request = request,
                           .client = c->number,
                           .intended = intended_ns ? intended_ns : now});
    step(c, PHASE_CONNECTING);
}

void attempt_connected(struct client *c, int port, bool reused)
{
    add(c, &(struct event){.kind = EVENT_ATTEMPT_CONNECTED,
                           .port = port,
                           .reused = reused,
                           .peer = c->attempt.server});
    step(c, PHASE_SENDING);
}

void attempt_sent(struct client *c)
{
    c->attempt.sent = true;
    c->group->counts.in_flight++;
    c->group->counts.written++;
    add(c, &(struct event){.kind = EVENT_ATTEMPT_SENT});
    /* An answer may begin before the request ends (RFC 9110 section 9.3.3: 413, say). */
    if (c->attempt.phase == PHASE_SENDING)
        step(c, PHASE_WAITING);
}

void attempt_first_byte(struct client *c)
{
    add(c, &(struct event){.kind = EVENT_ATTEMPT_FIRST_BYTE});
    step(c, PHASE_RECEIVING);
}

void attempt_end(struct client *c, const struct attempt_end *end)
{
    struct attempt *a = &c->attempt;
    struct load_counts *counts = &c->group->counts;
    a->code = end->code;
    counts->done++;
    counts->in_flight -= a->sent;
    bool answered = a->answer.status != 0 && a->answer.status != 400;
    counts->answered += answered;
    counts->strange += !answered && a->sent;
    add(c, &(struct event){.kind = EVENT_ATTEMPT_END,
                           .code = end->code,
                           .os_errno = end->os_errno,
                           .status = a->answer.status,
                           .tries = a->tries,
                           .sent_bytes = a->sent_bytes,
                           .header_bytes = a->answer.header_bytes,
                           .header_done = a->answer.header_done,
                           .body_bytes = a->answer.body_bytes,
                           .length = a->answer.length,
                           .framing = answer_framing(&a->answer, a->head),
                           .close = a->answer.close,
                           .ended = end->ended});
    step(c, PHASE_DONE);
}

void attempt_trace_line(const struct group *g, const struct attempt *a, char *out)
{
    static const char name[] = "traceparent: ";
    memcpy(out, name, sizeof name - 1);
    trace_parent_text(g->loads->journal->run, g->index, a->request, a->id, out + sizeof name - 1);
}

void attempt_swap(struct client *c)
{
    struct attempt front = c->attempt;
    c->attempt = c->behind;
    c->behind = front;
}
