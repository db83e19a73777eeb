/* Comma-separated values (RFC 4180): a row for each attempt, for spreadsheets and data frames. A
 * row is always one line: no field holds a control byte.
 *
 * A spreadsheet takes a cell that begins with '=', '+', '-' or '@' for a formula (OWASP, "CSV
 * injection"). Foreign text that begins so gets an apostrophe in front, which spreadsheets show as
 * text; so does text that begins with an apostrophe, so that taking one away gives back what was
 * there. Numbers are ours and stay numbers, the negative ones too. */
#include "report/formats.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/signame.h"
#include "base/utf8.h"
#include "report/stages.h"

struct csv {
    struct buf *out;
    const struct run_verdict *v;
    size_t number;  /* of the run, from 1 */
    int64_t repeat; /* of its scenario, from 1 */
    int64_t zero_ns;
    const char *zero;
    const struct attempt *a;
    bool second; /* of a pair */
    struct stages stages;
};

/* --- fields --- */

static void clean(struct buf *out, const char *s)
{
    for (size_t len = strlen(s), n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        if (n == 0 || (unsigned char)*s < 0x20 || *s == 0x7f) {
            buf_adds(out, "\xef\xbf\xbd");
            n = n ? n : 1;
        } else if (*s == '"') {
            buf_adds(out, "\"\"");
        } else {
            buf_add(out, s, n);
        }
    }
}

static void text(struct csv *c, const char *s)
{
    if (!s || !*s)
        return;
    buf_addc(c->out, '"');
    if (strchr("=+-@'", *s))
        buf_addc(c->out, '\'');
    clean(c->out, s);
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

static const struct {
    const char *name;
    void (*write)(struct csv *c);
} columns[] = {
    {"scenario", col_scenario},
    {"run", col_run},
    {"repeat", col_repeat},
    {"verdict", col_verdict},
    {"load", col_load},
    {"attempt", col_attempt},
    {"request", col_request},
    {"client", col_client},
    {"method", col_method},
    {"path", col_path},
    {"outcome", col_outcome},
    {"reason", col_reason},
    {"status", col_status},
    {"phase", col_phase},
    {"processed", col_processed},
    {"reused", col_reused},
    {"whole", col_whole},
    {"told_to_close", col_told_to_close},
    {"port", col_port},
    {"zero", col_zero},
    {"due_ms", col_due_ms},
    {"start_ms", col_start_ms},
    {"connected_ms", col_connected_ms},
    {"sent_ms", col_sent_ms},
    {"first_byte_ms", col_first_byte_ms},
    {"end_ms", col_end_ms},
    {"latency_ms", col_latency_ms},
    {"sent_bytes", col_sent_bytes},
    {"body_bytes", col_body_bytes},
    {"promised_bytes", col_promised_bytes},
    {"framing", col_framing},
    {"curl_code", col_curl_code},
    {"errno", col_errno},
};

enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void end_row(struct buf *out)
{
    buf_add(out, "\r\n", 2);
}

static void write_run(struct csv *c)
{
    const struct attempt *before = NULL;
    for (size_t i = 0; i < c->v->n_attempts; i++) {
        c->a = &c->v->attempts[i];
        c->second = is_second_of_pair(&c->v->plan, c->a, before, c->second);
        stages_of(&c->stages, c->v, c->a);
        for (int k = 0; k < N_COLUMNS; k++) {
            if (k)
                buf_addc(c->out, ',');
            columns[k].write(c);
        }
        end_row(c->out);
        before = c->a;
    }
}

void report_csv(const struct report_input *in, struct buf *out)
{
    int64_t *repeats = repeats_of(in->runs, in->count);
    for (int k = 0; k < N_COLUMNS; k++)
        buf_addf(out, "%s%s", k ? "," : "", columns[k].name);
    end_row(out);
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        struct csv c = {.out = out, .v = v, .number = i + 1, .repeat = repeats[i]};
        c.zero_ns = v->t0_ns ? v->t0_ns : v->history->events[0].t_ns;
        c.zero = v->t0_ns ? signame_name(v->signals[0].signo) : "run-start";
        write_run(&c);
    }
    free(repeats);
}
