/* A run that is only clients: what became of their requests, and why. */
#include "report/text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/unix_address.h"

enum { REASON_COLUMN = 14, COUNT_COLUMN = 46 };

/* So many attempts of a load have this outcome for this reason. */
struct row {
    enum outcome outcome;
    enum reason reason;
    int status;
    long long count;
};

struct rows {
    struct row *items;
    size_t count, cap;
};

static struct row *row_of(struct rows *rows, const struct attempt *a)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct row *r = &rows->items[i];
        if (r->outcome == a->outcome && r->reason == a->reason &&
            (a->reason != REASON_STATUS || r->status == a->status))
            return r;
    }
    MEM_GROW(rows->items, rows->count, rows->cap);
    rows->items[rows->count] = (struct row){a->outcome, a->reason, a->status, 0};
    return &rows->items[rows->count++];
}

static int by_outcome(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->outcome != y->outcome)
        return x->outcome < y->outcome ? -1 : 1;
    return (x->count < y->count) - (x->count > y->count);
}

static struct rows collect(const struct run_verdict *v, size_t load)
{
    struct rows rows = {0};
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].load == (int64_t)load)
            row_of(&rows, &v->attempts[i])->count++;
    qsort(rows.items, rows.count, sizeof *rows.items, by_outcome);
    return rows;
}

static void print_row(struct text *t, const struct row *r, bool first, int64_t attempts)
{
    char reason[32], number[32];
    const char *word = first ? outcome_words[r->outcome].word : "";
    text_pad(t, 2);
    text_style(t, outcome_is_loss(r->outcome) ? STYLE_BAD : STYLE_PLAIN, word);
    text_pad(t, REASON_COLUMN - (int)strlen(word));
    reason_text(r->reason, r->status, reason, sizeof reason);
    buf_addf(t->out, "%s", reason);
    snprintf(number, sizeof number, "%lld", r->count);
    text_pad(t, COUNT_COLUMN - REASON_COLUMN - (int)strlen(reason) - (int)strlen(number));
    buf_addf(t->out, "%s  %5.1f %%\n", number, (double)r->count * 100 / (double)attempts);
}

static void print_latency(struct text *t, const struct load_verdict *l)
{
    const struct {
        const char *name;
        double ms;
    } points[] = {{"p50", l->p50_ms}, {"p90", l->p90_ms}, {"p99", l->p99_ms}, {"max", l->max_ms}};
    char text[32];
    if (isnan(l->max_ms))
        return;
    buf_addf(t->out, "  %-*s", REASON_COLUMN, "latency");
    for (size_t i = 0; i < ARRAY_LEN(points); i++)
        buf_addf(t->out, "%s%s %s", i ? "   " : "", points[i].name,
                 duration_human_ms(points[i].ms, text, sizeof text));
    buf_addc(t->out, '\n');
}

static void print_load(struct text *t, const struct run_verdict *v, size_t load)
{
    const struct plan_load *p = &v->plan.loads[load];
    struct rows rows = collect(v, load);
    struct buf title;
    buf_init(&title, 64 * 1024);
    buf_addf(&title, "%s %s%s%s", p->method, v->plan.target.url,
             unix_address_parts(v->plan.target.url), p->path);
    text_pad(t, 2);
    text_wrap(t, STYLE_BOLD, 2, 2, title.data ? title.data : p->name);
    buf_free(&title);
    for (size_t i = 0; i < rows.count; i++)
        print_row(t, &rows.items[i], i == 0 || rows.items[i].outcome != rows.items[i - 1].outcome,
                  v->loads[load].attempts);
    print_latency(t, &v->loads[load]);
    buf_addc(t->out, '\n');
    free(rows.items);
}

void text_load(struct text *t, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads; i++)
        print_load(t, v, i);
}
