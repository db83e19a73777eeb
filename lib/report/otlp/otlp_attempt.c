/* One attempt as a span. */
#include <string.h>

#include "report/otlp/otlp.h"

static const struct otlp_request *request_of(const struct otlp_run *r, const struct attempt *a)
{
    const struct otlp_load *l = &r->loads[a->load];
    if (a->cors.preflight && l->preflight.name)
        return &l->preflight;
    return l->second.name && a->request % 2 == 0 ? &l->second : &l->first;
}

static void add_attributes(const struct otlp_run *r, const struct attempt *a, int64_t resends,
                           struct buf *b)
{
    struct attempt_row row = {.v = r->v};
    attempt_row_take(&row, a);
    buf_adds(b, ",\"attributes\":[");
    buf_adds(b, request_of(r, a)->attributes);
    otlp_field(b, "network.local.port", FIELD_PORT, &row);
    otlp_field(b, "http.response.status_code", FIELD_STATUS, &row);
    if (resends)
        otlp_int(b, "http.request.resend_count", resends);
    if (a->outcome != OUTCOME_COMPLETED)
        otlp_field(b, "error.type", FIELD_REASON, &row);
    otlp_field(b, "drainctl.outcome", FIELD_OUTCOME, &row);
    otlp_field(b, "drainctl.reason", FIELD_REASON, &row);
    if (otlp_has_drain(r))
        otlp_field(b, "drainctl.phase", FIELD_PHASE, &row);
    otlp_field(b, "drainctl.processed", FIELD_PROCESSED, &row);
    otlp_field(b, "drainctl.attempt", FIELD_ATTEMPT, &row);
    otlp_field(b, "drainctl.request", FIELD_REQUEST, &row);
    otlp_field(b, "drainctl.client", FIELD_CLIENT, &row);
    otlp_field(b, "drainctl.reused", FIELD_REUSED, &row);
    buf_addc(b, ']');
}

static void add_event(const struct otlp_run *r, enum event_kind kind, int64_t t_ns, struct buf *b)
{
    if (!t_ns)
        return;
    buf_adds(b, b->data[b->len - 1] == '[' ? "{" : ",{");
    otlp_time(b, "timeUnixNano", r, t_ns);
    buf_adds(b, ",\"name\":\"");
    buf_adds(b, event_specs[kind].word);
    buf_adds(b, "\"}");
}

static void add_events(const struct otlp_run *r, const struct attempt *a, struct buf *b)
{
    buf_adds(b, ",\"events\":[");
    add_event(r, EVENT_ATTEMPT_CONNECTED, a->connected_ns, b);
    add_event(r, EVENT_ATTEMPT_SENT, a->sent_ns, b);
    add_event(r, EVENT_ATTEMPT_FIRST_BYTE, a->first_ns, b);
    buf_addc(b, ']');
}

static void add_links(const struct otlp_run *r, const struct attempt *a,
                      const struct otlp_resend *resend, struct buf *b)
{
    const struct otlp_load *l = &r->loads[a->load];
    bool drain = otlp_in_drain(r, a);
    if (!drain && !resend->count && !l->given)
        return;
    buf_adds(b, ",\"links\":[");
    if (drain)
        otlp_link(b, trace_of_drain(r->run), trace_span_of_drain(r->run, 0), "drain");
    if (resend->count) {
        int64_t previous = r->v->attempts[resend->previous].id;
        otlp_link(b, trace_of_request(r->run, a->load, a->request),
                  trace_span_of_attempt(r->run, previous), "previous-attempt");
    }
    if (l->given)
        otlp_link(b, l->given_trace, l->given_span, "traceparent");
    buf_addc(b, ']');
}

void otlp_attempt(const struct otlp_run *r, size_t index, struct buf *b)
{
    static const struct otlp_resend none = {0};
    const struct attempt *a = &r->v->attempts[index];
    const struct otlp_resend *resend = r->resends ? &r->resends[index] : &none;
    char reason[32];
    struct otlp_span span = {
        .trace = trace_of_request(r->run, a->load, a->request),
        .span = trace_span_of_attempt(r->run, a->id),
        .name = request_of(r, a)->name,
        .kind = OTLP_KIND_CLIENT,
        .start_ns = a->start_ns,
        .end_ns = a->end ? a->end_ns : r->end_ns,
    };
    if (otlp_is_at_intention(r, a))
        span.parent = trace_span_of_intention(r->run, a->load, a->request);
    otlp_begin(b, r, &span);
    add_attributes(r, a, resend->count, b);
    add_events(r, a, b);
    add_links(r, a, resend, b);
    if (outcome_is_loss(a->outcome))
        otlp_error(b, reason_text(a->reason, a->status, reason, sizeof reason));
    buf_addc(b, '}');
}
