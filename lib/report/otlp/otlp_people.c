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
    buf_adds(b, ",\"attributes\":[");
    otlp_string(b, "drainctl.load", r->v->loads[load].name);
    otlp_int(b, "drainctl.intention", i->number);
    otlp_int(b, "drainctl.client", i->client);
    if (!i->open)
        otlp_word(b, "drainctl.saw", saw_words[i->saw].word);
    if (i->settled_ns)
        otlp_word(b, "drainctl.settled", event_word(fe_words, i->settled));
    if (i->what == FE_WRITE && i->orders >= 0)
        otlp_int(b, "drainctl.orders", i->orders);
    otlp_double(b, "drainctl.user_seconds_lost", i->seconds_lost);
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
