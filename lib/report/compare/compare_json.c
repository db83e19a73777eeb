/* A comparison as JSON: { "format": 1, … }. Keys are only ever added. */
#include <math.h>
#include <stdio.h>

#include "base/json_out.h"
#include "report/compare/compare.h"

enum { SHARE_DIGITS = 6 };

static void out_side(struct json_out *j, const char *key, const struct verdict_summary *s)
{
    const char grade[] = {s->grade, 0};
    json_out_object(j, key);
    json_out_string(j, "file", s->name);
    json_out_string(j, "drainctl", *s->version ? s->version : NULL);
    json_out_string(j, "verdict", verdict_word(s->value));
    json_out_int(j, "runs", (int64_t)s->n_runs);
    json_out_string(j, "grade", s->check && s->grade != '?' ? grade : NULL);
    json_out_end_object(j);
}

/* p can be far below what a fixed number of digits shows. */
static void out_p(struct json_out *j, const char *key, double p)
{
    char text[32];
    snprintf(text, sizeof text, "%.6g", p);
    if (isnan(p))
        json_out_null(j, key);
    else
        json_out_raw(j, key, text);
}

static void out_test(struct json_out *j, const struct compare_row *row)
{
    const struct contrast *t = &row->test;
    if (!row->tested) {
        json_out_null(j, "test");
        return;
    }
    json_out_object(j, "test");
    json_out_int(j, "base_count", t->base_count);
    json_out_int(j, "base_of", t->base_of);
    json_out_int(j, "base_runs", t->base_runs);
    json_out_int(j, "head_count", t->head_count);
    json_out_int(j, "head_of", t->head_of);
    json_out_int(j, "head_runs", t->head_runs);
    json_out_number(j, "difference", t->difference, SHARE_DIGITS);
    json_out_number(j, "low", t->low, SHARE_DIGITS);
    json_out_number(j, "high", t->high, SHARE_DIGITS);
    json_out_number(j, "design_effect", t->design, 3);
    out_p(j, "p", t->p);
    out_p(j, "p_corrected", row->p);
    json_out_end_object(j);
}

static void out_details(struct json_out *j, const char *key, const struct compare_row *row,
                        bool phases)
{
    json_out_object(j, key);
    for (size_t i = 0; i < row->n_details; i++) {
        const struct compare_detail *d = &row->details[i];
        if (d->phase != phases)
            continue;
        json_out_object(j, d->word);
        json_out_int(j, "base", d->base);
        json_out_int(j, "head", d->head);
        json_out_end_object(j);
    }
    json_out_end_object(j);
}

static void out_row(struct json_out *j, const struct compare_row *row)
{
    json_out_object(j, NULL);
    json_out_string(j, "change", change_words[row->change]);
    json_out_string(j, "kind", compare_kind_words[row->kind]);
    json_out_string(j, "scenario", row->scenario);
    json_out_string(j, "load", row->load);
    json_out_string(j, "what", row->what);
    json_out_string(j, "severity",
                    row->kind == COMPARE_DEFECT ? severity_word(row->severity) : NULL);
    json_out_string(j, "unit", row->unit);
    json_out_string(j, "base", row->before);
    json_out_string(j, "head", row->after);
    out_test(j, row);
    out_details(j, "phases", row, true);
    out_details(j, "reasons", row, false);
    json_out_end_object(j);
}

static void out_alone(struct json_out *j, const char *key, const struct compare_alone *all,
                      size_t n)
{
    json_out_array(j, key);
    for (size_t i = 0; i < n; i++) {
        json_out_object(j, NULL);
        json_out_string(j, "what", all[i].what);
        json_out_string(j, "scenario", all[i].scenario);
        json_out_string(j, "name", all[i].name);
        json_out_string(j, "why", all[i].why);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

void compare_json(const struct report_input *in, struct buf *out)
{
    const struct comparison *c = in->comparison;
    struct json_out j;
    json_out_init(&j, out, 2);
    json_out_object(&j, NULL);
    json_out_int(&j, "format", 1);
    json_out_string(&j, "drainctl", DRAINCTL_VERSION);
    json_out_string(&j, "verdict", verdict_word(c->value));
    json_out_string(&j, "why", c->why);
    out_side(&j, "base", c->base);
    out_side(&j, "head", c->head);
    json_out_object(&j, "counts");
    for (int i = CHANGE_COUNT - 1; i >= 0; i--)
        json_out_int(&j, change_words[i], (int64_t)c->counts[i]);
    json_out_end_object(&j);
    json_out_number(&j, "alpha", c->options.alpha, SHARE_DIGITS);
    json_out_number(&j, "min_effect", c->options.min_effect, SHARE_DIGITS);
    json_out_int(&j, "tests", (int64_t)c->tests);
    json_out_array(&j, "rows");
    for (size_t i = 0; i < c->n_rows; i++)
        out_row(&j, &c->rows[i]);
    json_out_end_array(&j);
    out_alone(&j, "not_compared", c->left_out, c->n_left_out);
    out_alone(&j, "only_in_base", c->only_base, c->n_only_base);
    out_alone(&j, "only_in_head", c->only_head, c->n_only_head);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
