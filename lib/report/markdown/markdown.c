/* The summary in Markdown (GitHub's): the verdict in a sentence, a table, and of what is not in
 * order as much as fits; what is long is folded. */
#include "report/markdown/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "report/compare/compare.h"
#include "report/formats.h"
#include "report/markdown/md.h"
#include "report/storm/storm.h"

/* Room that is kept for the last line, which says what did not fit. */
enum { LAST_LINE = 256, SECTION_MAX = 16 * 1024 * 1024 };

struct summary {
    const struct report_input *in;
    struct buf *out;
    size_t most, begin; /* bytes; where it began */
    size_t left_out;
};

/* Append a section, or count it when there is no room for it. */
static void fit(struct summary *s, const struct buf *section)
{
    size_t used = s->out->len - s->begin;
    if (section->overflow || (s->most && used + section->len + LAST_LINE > s->most))
        s->left_out++;
    else if (section->len)
        buf_add(s->out, section->data, section->len);
}

/* --- scenarios --- */

/* Repeats of one scenario stand together: from `from`, how many. */
static size_t repeats(const struct report_input *in, size_t from)
{
    size_t n = 1;
    while (from + n < in->count &&
           strcmp(in->runs[from + n].scenario, in->runs[from].scenario) == 0)
        n++;
    return n;
}

static void scenario_row(struct buf *out, const struct md_columns *c, const struct run_verdict *v,
                         size_t n)
{
    int64_t attempts = 0, outcomes[OUTCOME_COUNT] = {0};
    size_t passed = 0;
    for (size_t i = 0; i < n; i++) {
        passed += v[i].value == VERDICT_PASSED;
        for (size_t k = 0; k < v[i].n_loads; k++) {
            attempts += v[i].loads[k].attempts;
            for (int o = 0; o < OUTCOME_COUNT; o++)
                outcomes[o] += v[i].loads[k].outcomes[o];
        }
    }
    buf_addf(out, "| %s ", md_mark(judge_overall(v, n)));
    md_code(out, v->scenario);
    if (n > 1)
        buf_addf(out, " passed %zu of %zu", passed, n);
    buf_adds(out, " |");
    md_columns_row(c, attempts, outcomes, out);
    buf_addc(out, '\n');
}

static void scenario_table(struct summary *s)
{
    struct md_columns c = {0};
    for (size_t i = 0; i < s->in->count; i++)
        md_columns_use(&c, &s->in->runs[i]);
    md_columns_head(&c, "scenario", NULL, s->out);
    for (size_t i = 0, n; i < s->in->count; i += n) {
        struct buf row;
        n = repeats(s->in, i);
        buf_init(&row, SECTION_MAX);
        scenario_row(&row, &c, &s->in->runs[i], n);
        fit(s, &row);
        buf_free(&row);
    }
    buf_addc(s->out, '\n');
}

static void users_table(struct summary *s)
{
    struct buf table;
    buf_init(&table, SECTION_MAX);
    md_users(&table, s->in->runs, s->in->count, true);
    fit(s, &table);
    buf_free(&table);
}

static void headline(struct summary *s)
{
    size_t counts[3] = {0};
    const char *sep = " ";
    enum verdict_value all = judge_overall(s->in->runs, s->in->count);
    for (size_t i = 0; i < s->in->count; i++)
        counts[s->in->runs[i].value]++;
    buf_addf(s->out, "### %s drainctl: %s\n\n**%zu runs:**", md_mark(all), verdict_word(all),
             s->in->count);
    for (int v = 0; v < 3; v++) {
        if (!counts[v])
            continue;
        buf_addf(s->out, "%s%zu %s", sep, counts[v], verdict_word((enum verdict_value)v));
        sep = ", ";
    }
    buf_adds(s->out, "\n\n");
}

static void runs(struct summary *s, bool passed_too)
{
    for (size_t i = 0; i < s->in->count; i++) {
        const struct run_verdict *v = &s->in->runs[i];
        struct buf section;
        if (v->value == VERDICT_PASSED && !passed_too)
            continue;
        buf_init(&section, SECTION_MAX);
        md_run(s->in, v, &section);
        fit(s, &section);
        buf_free(&section);
    }
}

static void scenarios(struct summary *s)
{
    bool one = s->in->count == 1;
    if (!one)
        headline(s);
    if (!one && !s->in->quiet)
        scenario_table(s);
    if (!one && !s->in->quiet)
        users_table(s);
    runs(s, one || s->in->verbose);
}

/* --- a check --- */

static void check(struct summary *s)
{
    struct buf section;
    md_check(s->in, s->out);
    for (size_t i = 0; i < s->in->check.audit->n_findings && !s->in->quiet; i++) {
        buf_init(&section, SECTION_MAX);
        md_defect(s->in, &s->in->check.audit->findings[i], &section);
        fit(s, &section);
        buf_free(&section);
    }
    buf_init(&section, SECTION_MAX);
    md_fine(s->in, &section);
    fit(s, &section);
    buf_free(&section);
    runs(s, s->in->verbose); /* of a check only those that said nothing */
}

/* --- the other kinds --- */

static void comparison(struct summary *s)
{
    compare_markdown_within(s->in, s->out, s->most);
}

static void storm(struct summary *s)
{
    struct buf section;
    buf_init(&section, SECTION_MAX);
    storm_markdown(s->in, &section);
    fit(s, &section);
    buf_free(&section);
}

static void (*const kinds[REPORT_KINDS])(struct summary *s) = {
    [REPORT_RUNS] = scenarios,
    [REPORT_CHECK] = check,
    [REPORT_COMPARISON] = comparison,
    [REPORT_STORM] = storm,
};

bool markdown_has(enum report_kind kind)
{
    return kinds[kind] != NULL;
}

void markdown_write(const struct report_input *in, struct buf *out, size_t most)
{
    struct summary s = {.in = in, .out = out, .most = most, .begin = out->len};
    kinds[in->kind](&s);
    if (s.left_out)
        buf_addf(out, "_%zu more part%s did not fit; `--report markdown=FILE` has the whole._\n",
                 s.left_out, s.left_out == 1 ? "" : "s");
}

void report_markdown(const struct report_input *in, struct buf *out)
{
    markdown_write(in, out, 0);
}
