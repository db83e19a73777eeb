/* What a person wanted, as the span above all attempts at it. */
#include "report/otlp/otlp.h"

bool otlp_is_at_intention(const struct otlp_run *r, const struct attempt *a)
{
    const struct users_verdict *u = &r->v->loads[a->load].users;
    return u->any && a->request >= 1 && a->request <= u->intentions;
}

static void add_attributes(const struct otlp_run *r, size_t load, const struct intention *i,
                           struct buf *b)
{
    struct attempt_row row = {.v = r->v};
    attempt_row_take_intention(&row, load, i);
    buf_adds(b, ",\"attributes\":[");
    otlp_field(b, "drainctl.load", FIELD_LOAD, &row);
    otlp_field(b, "drainctl.intention", FIELD_INTENTION, &row);
    otlp_field(b, "drainctl.client", FIELD_CLIENT, &row);
    otlp_field(b, "drainctl.saw", FIELD_SAW, &row);
    otlp_field(b, "drainctl.settled", FIELD_SETTLED_AS, &row);
    otlp_field(b, "drainctl.orders", FIELD_ORDERS, &row);
    otlp_field(b, "drainctl.user_seconds_lost", FIELD_USER_SECONDS_LOST, &row);
    buf_addc(b, ']');
}

void otlp_intention(const struct otlp_run *r, size_t load, const struct intention *i, struct buf *b)
{
    struct otlp_span span = {
        .trace = trace_of_request(r->run, (int64_t)load, i->number),
        .span = trace_span_of_intention(r->run, (int64_t)load, i->number),
        .name = "\"intention\"",
        .kind = OTLP_KIND_INTERNAL,
        .start_ns = i->wanted_ns,
        .end_ns = i->settled_ns ? i->settled_ns : r->end_ns,
    };
    otlp_begin(b, r, &span);
    add_attributes(r, load, i, b);
    if (!i->open && i->saw >= SAW_ERROR_SHOWN)
        otlp_error(b, saw_words[i->saw].word);
    buf_addc(b, '}');
}
