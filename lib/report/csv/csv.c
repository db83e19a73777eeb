/* Comma-separated values (RFC 4180): a row for each attempt, and for each intention of a person
 * that never became one, for spreadsheets and data frames. A row is always one line: no field holds
 * a control byte.
 *
 * A spreadsheet takes a cell that begins with '=', '+', '-' or '@' for a formula (OWASP, "CSV
 * injection"). Foreign text that begins so gets an apostrophe in front, which spreadsheets show as
 * text; so does text that begins with an apostrophe, so that taking one away gives back what was
 * there. Numbers are ours and stay numbers, the negative ones too. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/escape.h"
#include "base/mem.h"
#include "report/attempt_fields.h"
#include "report/formats.h"

struct csv {
    struct buf *out;
    struct attempt_row row;
    int64_t zero_us;
};

/* --- fields --- */

static const char *in_quotes(const char *c, size_t n)
{
    (void)n;
    return *c == '"' ? "\"\"" : escape_control(c);
}

static void text(struct csv *c, const struct field_value *f)
{
    if (!f->text || !*f->text)
        return;
    buf_addc(c->out, '"');
    if (strchr("=+-@'", *f->text))
        buf_addc(c->out, '\'');
    escape_add(c->out, f->text, in_quotes);
    buf_addc(c->out, '"');
}

static void word(struct csv *c, const struct field_value *f)
{
    buf_adds(c->out, f->text);
}

static void number(struct csv *c, const struct field_value *f)
{
    if (f->n >= 0)
        buf_add_int(c->out, f->n);
}

/* Cut to whole us like the stages, so that they agree. */
static void instant(struct csv *c, const struct field_value *f)
{
    us_add_ms(c->out, us_since(f->n, 0) - c->zero_us);
}

static void duration(struct csv *c, const struct field_value *f)
{
    if (f->n >= 0)
        us_add_ms(c->out, f->n);
}

static void seconds(struct csv *c, const struct field_value *f)
{
    buf_addf(c->out, "%.6f", f->seconds);
}

/* How a field of each kind is written, and what its column's name ends with. */
static const struct {
    void (*write)(struct csv *c, const struct field_value *f);
    const char *unit;
} kinds[AS_KINDS] = {
    [AS_WORD] = {word, ""},
    [AS_TEXT] = {text, ""},
    [AS_NUMBER] = {number, ""},
    [AS_BYTES] = {number, "_bytes"},
    [AS_FLAG] = {number, ""},
    [AS_INSTANT] = {instant, "_ms"},
    [AS_DURATION] = {duration, "_ms"},
    [AS_SECONDS] = {seconds, ""},
};

/* The columns, in this order; docs/reports.md has them. */
static const enum attempt_field columns[] = {
    FIELD_SCENARIO,   FIELD_RUN,
    FIELD_REPEAT,     FIELD_VERDICT,
    FIELD_LOAD,       FIELD_ATTEMPT,
    FIELD_REQUEST,    FIELD_CLIENT,
    FIELD_METHOD,     FIELD_PATH,
    FIELD_OUTCOME,    FIELD_REASON,
    FIELD_STATUS,     FIELD_PHASE,
    FIELD_PROCESSED,  FIELD_REUSED,
    FIELD_WHOLE,      FIELD_TOLD_TO_CLOSE,
    FIELD_PORT,       FIELD_ZERO,
    FIELD_DUE,        FIELD_START,
    FIELD_CONNECTED,  FIELD_SENT,
    FIELD_FIRST_BYTE, FIELD_END,
    FIELD_LATENCY,    FIELD_SENT_BYTES,
    FIELD_BODY_BYTES, FIELD_PROMISED_BYTES,
    FIELD_FRAMING,    FIELD_CURL_CODE,
    FIELD_ERRNO,      FIELD_WANTED,
    FIELD_SETTLED,    FIELD_SAW,
    FIELD_ORDERS,     FIELD_USER_SECONDS_LOST,
};

/* --- rows --- */

static void end_row(struct buf *out)
{
    buf_add(out, "\r\n", 2);
}

static void write_head(struct buf *out)
{
    for (size_t k = 0; k < ARRAY_LEN(columns); k++)
        buf_addf(out, "%s%s%s", k ? "," : "", attempt_field_name(columns[k]),
                 kinds[attempt_field_kind(columns[k])].unit);
    end_row(out);
}

static void write_row(struct csv *c)
{
    struct field_value f;
    for (size_t k = 0; k < ARRAY_LEN(columns); k++) {
        if (k)
            buf_addc(c->out, ',');
        attempt_field_read(columns[k], &c->row, &f);
        if (f.known)
            kinds[attempt_field_kind(columns[k])].write(c, &f);
    }
    end_row(c->out);
}

/* A row for each intention of `load` that never became an attempt: the page kept it, or had it
 * in its cache. */
static void write_untried(struct csv *c, size_t load)
{
    const struct run_verdict *v = c->row.v;
    const struct users_verdict *u = &v->loads[load].users;
    bool *tried = mem_zero((size_t)u->intentions + 1, sizeof *tried); /* by number */
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if ((size_t)a->load == load && a->request >= 1 && a->request <= u->intentions)
            tried[a->request] = true;
    }
    for (int64_t i = 0; i < u->intentions; i++) {
        attempt_row_take_intention(&c->row, load, &u->all[i]);
        if (!tried[i + 1])
            write_row(c);
    }
    free(tried);
}

static void write_run(struct csv *c)
{
    const struct run_verdict *v = c->row.v;
    for (size_t i = 0; i < v->n_attempts; i++) {
        attempt_row_take(&c->row, &v->attempts[i]);
        write_row(c);
    }
    for (size_t k = 0; k < v->n_loads; k++)
        if (v->loads[k].users.any)
            write_untried(c, k);
}

void report_csv(const struct report_input *in, struct buf *out)
{
    int64_t *repeats = repeats_of(in->runs, in->count);
    write_head(out);
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        struct csv c = {
            .out = out,
            .zero_us = us_since(v->first.t_ns ? v->first.t_ns : v->history->events[0].t_ns, 0),
            .row = {.v = v,
                    .run = (int64_t)i + 1,
                    .repeat = repeats[i],
                    .zero = v->first.told ? v->first.told : "run-start"},
        };
        write_run(&c);
    }
    free(repeats);
}
