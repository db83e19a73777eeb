/* What each column of the CSV report says.
 *
 * A spreadsheet takes a cell that begins with '=', '+', '-' or '@' for a formula (OWASP, "CSV
 * injection"). Foreign text that begins so gets an apostrophe in front, which spreadsheets show as
 * text; so does text that begins with an apostrophe, so that taking one away gives back what was
 * there. Numbers are ours and stay numbers, the negative ones too. */
#include "report/csv/csv.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"

/* --- fields --- */

static const char *in_quotes(const char *c, size_t n)
{
    (void)n;
    return *c == '"' ? "\"\"" : escape_control(c);
}

static void text(struct csv *c, const char *s)
{
    if (!s || !*s)
        return;
    buf_addc(c->out, '"');
    if (strchr("=+-@'", *s))
        buf_addc(c->out, '\'');
    escape_add(c->out, s, in_quotes);
    buf_addc(c->out, '"');
}

/* Empty when it never came to that. Cut to whole us like the stages, so that they agree. */
static void instant(struct csv *c, int64_t t_ns)
{
    if (t_ns)
        us_add_ms(c->out, t_ns / NS_PER_US - c->zero_ns / NS_PER_US);
}

static void duration(struct csv *c, int64_t us)
{
    if (us >= 0)
        us_add_ms(c->out, us);
}

static void fact(struct csv *c, int64_t n)
{
    if (n >= 0)
        buf_add_int(c->out, n);
}

static void flag(struct csv *c, bool yes)
{
    buf_addc(c->out, yes ? '1' : '0');
}

static const struct event *end_of(const struct csv *c)
{
    static const struct event none = {.sent_bytes = -1, .body_bytes = -1, .length = -1, .code = -1};
    return c->a->end ? c->a->end : &none;
}

/* --- columns, in this order; docs/reports.md has them --- */

static void col_scenario(struct csv *c)
{
    text(c, c->v->scenario);
}

static void col_run(struct csv *c)
{
    fact(c, (int64_t)c->number);
}

static void col_repeat(struct csv *c)
{
    fact(c, c->repeat);
}

static void col_verdict(struct csv *c)
{
    buf_adds(c->out, verdict_word(c->v->value));
}

static void col_load(struct csv *c)
{
    text(c, c->v->loads[c->a->load].name);
}

static void col_attempt(struct csv *c)
{
    fact(c, c->a->id);
}

static void col_request(struct csv *c)
{
    fact(c, c->a->request);
}

static void col_client(struct csv *c)
{
    fact(c, c->a->client);
}

static void col_method(struct csv *c)
{
    const struct plan_load *p = &c->v->plan.loads[c->a->load];
    if (p->shape != SHAPE_SILENT)
        text(c, c->second || !p->method ? "GET" : p->method);
}

static void col_path(struct csv *c)
{
    const struct plan_load *p = &c->v->plan.loads[c->a->load];
    if (p->shape != SHAPE_SILENT)
        text(c, path_of(p, c->second));
}

static void col_outcome(struct csv *c)
{
    buf_adds(c->out, outcome_words[c->a->outcome].word);
}

static void col_reason(struct csv *c)
{
    char word[32];
    buf_adds(c->out, reason_text(c->a->reason, c->a->status, word, sizeof word));
}

static void col_status(struct csv *c)
{
    if (c->a->status)
        fact(c, c->a->status);
}

static void col_phase(struct csv *c)
{
    buf_adds(c->out, phase_words[c->a->phase].word);
}

static void col_processed(struct csv *c)
{
    buf_adds(c->out, processed_word(c->a->processed));
}

static void col_reused(struct csv *c)
{
    flag(c, c->a->reused);
}

static void col_whole(struct csv *c)
{
    flag(c, c->a->whole);
}

static void col_told_to_close(struct csv *c)
{
    flag(c, c->a->told_to_close);
}

static void col_port(struct csv *c)
{
    if (c->a->port > 0)
        fact(c, c->a->port);
}

static void col_zero(struct csv *c)
{
    buf_adds(c->out, c->zero);
}

static void col_due_ms(struct csv *c)
{
    instant(c, c->stages.due_ns);
}

static void col_start_ms(struct csv *c)
{
    instant(c, c->a->start_ns);
}

static void col_connected_ms(struct csv *c)
{
    instant(c, c->a->connected_ns);
}

static void col_sent_ms(struct csv *c)
{
    instant(c, c->a->sent_ns);
}

static void col_first_byte_ms(struct csv *c)
{
    instant(c, c->a->first_ns);
}

static void col_end_ms(struct csv *c)
{
    instant(c, c->a->end ? c->a->end_ns : 0);
}

static void col_latency_ms(struct csv *c)
{
    if (c->a->end)
        duration(c, c->stages.total);
}

static void col_sent_bytes(struct csv *c)
{
    fact(c, end_of(c)->sent_bytes);
}

static void col_body_bytes(struct csv *c)
{
    fact(c, end_of(c)->body_bytes);
}

static void col_promised_bytes(struct csv *c)
{
    fact(c, end_of(c)->length);
}

static void col_framing(struct csv *c)
{
    text(c, event_word(framing_words, end_of(c)->framing));
}

static void col_curl_code(struct csv *c)
{
    fact(c, end_of(c)->code);
}

static void col_errno(struct csv *c)
{
    if (end_of(c)->os_errno)
        fact(c, end_of(c)->os_errno);
}

static void col_wanted_ms(struct csv *c)
{
    if (c->wanted)
        instant(c, c->wanted->wanted_ns);
}

static void col_settled_ms(struct csv *c)
{
    if (c->wanted)
        instant(c, c->wanted->settled_ns);
}

static void col_saw(struct csv *c)
{
    if (c->wanted && !c->wanted->open)
        buf_adds(c->out, saw_words[c->wanted->saw].word);
}

static void col_orders(struct csv *c)
{
    if (c->wanted && c->wanted->what == FE_WRITE)
        fact(c, c->wanted->orders);
}

static void col_user_seconds_lost(struct csv *c)
{
    if (c->wanted)
        buf_addf(c->out, "%.6f", c->wanted->seconds_lost);
}

const struct csv_column csv_columns[] = {
    {"scenario", col_scenario, true},
    {"run", col_run, true},
    {"repeat", col_repeat, true},
    {"verdict", col_verdict, true},
    {"load", col_load, true},
    {"attempt", col_attempt, false},
    {"request", col_request, true},
    {"client", col_client, true},
    {"method", col_method, true},
    {"path", col_path, true},
    {"outcome", col_outcome, false},
    {"reason", col_reason, false},
    {"status", col_status, false},
    {"phase", col_phase, false},
    {"processed", col_processed, false},
    {"reused", col_reused, false},
    {"whole", col_whole, false},
    {"told_to_close", col_told_to_close, false},
    {"port", col_port, false},
    {"zero", col_zero, true},
    {"due_ms", col_due_ms, false},
    {"start_ms", col_start_ms, false},
    {"connected_ms", col_connected_ms, false},
    {"sent_ms", col_sent_ms, false},
    {"first_byte_ms", col_first_byte_ms, false},
    {"end_ms", col_end_ms, false},
    {"latency_ms", col_latency_ms, false},
    {"sent_bytes", col_sent_bytes, false},
    {"body_bytes", col_body_bytes, false},
    {"promised_bytes", col_promised_bytes, false},
    {"framing", col_framing, false},
    {"curl_code", col_curl_code, false},
    {"errno", col_errno, false},
    {"wanted_ms", col_wanted_ms, true},
    {"settled_ms", col_settled_ms, true},
    {"saw", col_saw, true},
    {"orders", col_orders, true},
    {"user_seconds_lost", col_user_seconds_lost, true},
    {NULL, NULL, false},
};
