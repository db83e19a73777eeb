/* Phase at the first signal by outcome, for each load. Rows and columns of nothing are left out. */
#include "report/text/text.h"

#include <stdio.h>
#include <string.h>

#include "base/signame.h"

/* In the order of time: what was over, what was under way, what came after. */
static const enum phase phase_order[PHASE_COUNT] = {
    PHASE_DONE,      PHASE_CONNECTING, PHASE_SENDING,     PHASE_WAITING,
    PHASE_RECEIVING, PHASE_IDLE,       PHASE_NOT_STARTED,
};

enum { NAME_MAX_COLUMNS = 20, PHASE_COLUMNS = 11 };

struct columns {
    bool used[OUTCOME_COUNT];
    int name;
};

static struct columns measure(const struct run_verdict *v)
{
    struct columns c = {.name = 4};
    for (size_t i = 0; i < v->n_loads; i++) {
        int name = text_columns(v->loads[i].name);
        c.name = name > c.name ? name : c.name;
        for (int o = 0; o < OUTCOME_COUNT; o++)
            c.used[o] = c.used[o] || v->loads[i].outcomes[o];
    }
    c.name = c.name > NAME_MAX_COLUMNS ? NAME_MAX_COLUMNS : c.name;
    return c;
}

static int column_width(int outcome)
{
    int n = (int)strlen(outcome_words[outcome].word);
    return n > 7 ? n : 7; /* room for 9,999,999 attempts */
}

/* At most `columns` characters of the name; `~` says that there is more. */
static void short_name(struct text *t, const char *name, int columns)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    text_safe(&b, name);
    int left = text_columns(name) > columns ? columns - 1 : columns;
    size_t i = 0;
    for (int n = 0; i < b.len; i++) {
        n += ((unsigned char)b.data[i] & 0xc0) != 0x80;
        if (n > left)
            break;
    }
    buf_add(t->out, b.data ? b.data : "", i);
    if (i < b.len)
        buf_addc(t->out, '~');
    text_pad(t, columns - text_columns(name));
    buf_free(&b);
}

static void heading(struct text *t, const struct run_verdict *v, const struct columns *c)
{
    struct buf b;
    const char *signal = text_first_signal(v);
    buf_init(&b, 1024);
    buf_addf(&b, signal ? "at %s" : "in all", signal);
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, b.data);
    text_pad(t, c->name + 2 + (signal ? PHASE_COLUMNS : 0) - (int)b.len);
    for (int o = 0; o < OUTCOME_COUNT; o++)
        if (c->used[o])
            buf_addf(t->out, "  %*s", column_width(o), outcome_words[o].word);
    buf_addc(t->out, '\n');
    buf_free(&b);
}

static enum style outcome_style(int outcome)
{
    return outcome_is_loss((enum outcome)outcome) ? STYLE_BAD : STYLE_PLAIN;
}

static void cells(struct text *t, const struct columns *c, const int64_t *counts)
{
    char number[24];
    int blank = 0; /* only written before a number: no spaces at the end of a line */
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        if (!c->used[o])
            continue;
        int width = 2 + column_width(o);
        if (!counts[o]) {
            blank += width;
            continue;
        }
        int len = snprintf(number, sizeof number, "%lld", (long long)counts[o]);
        text_pad(t, blank + width - len);
        text_style(t, outcome_style(o), number);
        blank = 0;
    }
    buf_addc(t->out, '\n');
}

static int64_t row_sum(const int64_t *counts)
{
    int64_t n = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++)
        n += counts[o];
    return n;
}

static void load_rows(struct text *t, const struct columns *c, const struct load_verdict *l,
                      bool by_phase)
{
    text_pad(t, 2);
    short_name(t, l->name, c->name);
    text_pad(t, 2);
    if (!by_phase || l->attempts == 0) {
        if (l->attempts)
            cells(t, c, l->outcomes);
        else
            buf_adds(t->out, "no attempt\n");
        return;
    }
    bool first = true;
    for (int i = 0; i < PHASE_COUNT; i++) {
        enum phase p = phase_order[i];
        if (!row_sum(l->phases[p]))
            continue;
        if (!first)
            text_pad(t, c->name + 4);
        buf_addf(t->out, "%-*s", PHASE_COLUMNS, phase_words[p].word);
        cells(t, c, l->phases[p]);
        first = false;
    }
}

void text_table(struct text *t, const struct run_verdict *v)
{
    if (v->n_attempts == 0)
        return;
    struct columns c = measure(v);
    heading(t, v, &c);
    for (size_t i = 0; i < v->n_loads; i++)
        load_rows(t, &c, &v->loads[i], v->first.t_ns != 0);
    buf_addc(t->out, '\n');
}

static void sum_line(struct text *t, const char *name, int64_t attempts, const int64_t *outcomes,
                     bool adds_up)
{
    struct buf b;
    buf_init(&b, 4096);
    if (name)
        buf_addf(&b, "%s: ", name);
    buf_addf(&b, "%lld %s %s", (long long)attempts, attempts == 1 ? "attempt" : "attempts",
             adds_up ? "=" : "!=");
    const char *sep = " ";
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        if (!outcomes[o])
            continue;
        buf_addf(&b, "%s%lld %s", sep, (long long)outcomes[o], outcome_words[o].word);
        sep = " + ";
    }
    if (!row_sum(outcomes))
        buf_adds(&b, " 0");
    text_pad(t, 2);
    text_wrap(t, adds_up ? STYLE_DIM : STYLE_BAD, 2, 6, b.data ? b.data : "");
    buf_free(&b);
}

void text_sums(struct text *t, const struct run_verdict *v)
{
    int64_t attempts = 0, outcomes[OUTCOME_COUNT] = {0};
    bool adds_up = true;
    if (!v->n_loads)
        return;
    for (size_t i = 0; i < v->n_loads; i++) {
        attempts += v->loads[i].attempts;
        adds_up = adds_up && v->loads[i].adds_up;
        for (int o = 0; o < OUTCOME_COUNT; o++)
            outcomes[o] += v->loads[i].outcomes[o];
    }
    sum_line(t, NULL, attempts, outcomes, adds_up);
    for (size_t i = 0; t->verbose && v->n_loads > 1 && i < v->n_loads; i++)
        sum_line(t, v->loads[i].name, v->loads[i].attempts, v->loads[i].outcomes,
                 v->loads[i].adds_up);
}
