/* Which runs belong together, and what the rows come to. */
#include "compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "compare/compare_int.h"

#define CHANGE_WORD(id, word, one, many, sentence)   word,
#define CHANGE_PHRASE(id, word, one, many, sentence) one,
#define CHANGE_PLURAL(id, word, one, many, sentence) many,
const char *const change_words[CHANGE_COUNT] = {CHANGE_MAP(CHANGE_WORD)};
const char *const change_phrases[CHANGE_COUNT] = {CHANGE_MAP(CHANGE_PHRASE)};
const char *const change_plurals[CHANGE_COUNT] = {CHANGE_MAP(CHANGE_PLURAL)};
const char *const compare_kind_words[COMPARE_KIND_COUNT] = {
    [COMPARE_OUTCOME] = "outcome",         [COMPARE_SAW] = "saw",
    [COMPARE_EXPECTATION] = "expectation", [COMPARE_FACT] = "fact",
    [COMPARE_DEFECT] = "defect",
};

/* --- which runs belong together --- */

static bool is_first(const struct verdict_summary *s, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(s->runs[k].scenario, s->runs[i].scenario) == 0)
            return false;
    return true;
}

/* The runs of a scenario that can be compared; `*known` counts the others, too, and `*why` is of
 * the first of those. */
static struct side side_of(const struct verdict_summary *s, const char *scenario, size_t *known,
                           const char **why)
{
    struct side side = {.runs = mem_zero(s->n_runs + 1, sizeof *side.runs)};
    *known = 0;
    *why = NULL;
    for (size_t i = 0; i < s->n_runs; i++) {
        const struct run_summary *r = &s->runs[i];
        if (strcmp(r->scenario, scenario) != 0)
            continue;
        ++*known;
        if (run_is_comparable(r))
            side.runs[side.n++] = r;
        else if (!*why)
            *why = r->why ? r->why : "no reason is given";
    }
    return side;
}

static void note_left_out(struct comparison *c, const char *scenario, const char *where, size_t n,
                          size_t known, const char *why)
{
    if (n < known)
        compare_leave_out(c, scenario,
                          mem_printf("%zu of %zu %s of %s inconclusive: %s", known - n, known,
                                     known == 1 ? "run" : "runs", where, why));
}

static void compare_scenario(struct comparison *c, const char *scenario)
{
    size_t in_base, in_head;
    const char *why_base, *why_head;
    struct side base = side_of(c->base, scenario, &in_base, &why_base);
    struct side head = side_of(c->head, scenario, &in_head, &why_head);
    if (in_base && in_head) {
        note_left_out(c, scenario, "BASE", base.n, in_base, why_base);
        note_left_out(c, scenario, "HEAD", head.n, in_head, why_head);
        if (base.n && head.n) {
            compare_loads(c, scenario, &base, &head);
            compare_expectations(c, scenario, &base, &head);
            compare_target(c, scenario, &base, &head);
        }
    } else {
        compare_only(c, in_base > 0, "scenario", scenario, scenario, NULL, false);
    }
    free(base.runs);
    free(head.runs);
}

static bool has_scenario(const struct verdict_summary *s, const char *scenario)
{
    for (size_t i = 0; i < s->n_runs; i++)
        if (strcmp(s->runs[i].scenario, scenario) == 0)
            return true;
    return false;
}

static void compare_runs_of_both(struct comparison *c)
{
    for (size_t i = 0; i < c->base->n_runs; i++)
        if (is_first(c->base, i))
            compare_scenario(c, c->base->runs[i].scenario);
    for (size_t i = 0; i < c->head->n_runs; i++)
        if (is_first(c->head, i) && !has_scenario(c->base, c->head->runs[i].scenario))
            compare_scenario(c, c->head->runs[i].scenario);
}

/* --- what it all comes to --- */

static void count_rows(struct comparison *c)
{
    for (size_t i = 0; i < c->n_rows; i++) {
        const struct compare_row *row = &c->rows[i];
        c->counts[row->change]++;
        c->single |= row->tested && row->judged && row->change != CHANGE_SAME &&
                     (row->test.base_runs == 1 || row->test.head_runs == 1);
    }
}

static char *nothing_in_common(const struct comparison *c)
{
    if (c->base->check != c->head->check)
        return mem_printf("BASE is of %s and HEAD of %s", c->base->check ? "a check" : "scenarios",
                          c->head->check ? "a check" : "scenarios");
    if (c->n_left_out)
        return mem_printf("nothing is left to compare; '%s': %s", c->left_out[0].name,
                          c->left_out[0].why);
    return mem_strdup(c->base->check ? "no defect was looked for on both sides"
                                     : "no scenario is on both sides");
}

static void leave_check_out(struct comparison *c, const char *where)
{
    compare_leave_out(c, "check", mem_printf("the check of %s is inconclusive", where));
}

static void compare_checks(struct comparison *c)
{
    bool base = c->base->value != VERDICT_INCONCLUSIVE;
    bool head = c->head->value != VERDICT_INCONCLUSIVE;
    if (!base)
        leave_check_out(c, "BASE");
    if (!head)
        leave_check_out(c, "HEAD");
    if (base && head)
        compare_defects(c);
}

void compare_summaries(struct comparison *c, const struct verdict_summary *base,
                       const struct verdict_summary *head, const struct compare_options *options)
{
    *c = (struct comparison){.base = base, .head = head, .options = *options};
    if (base->check && head->check)
        compare_checks(c);
    else if (!base->check && !head->check)
        compare_runs_of_both(c);
    compare_decide(c);
    count_rows(c);
    c->value = c->counts[CHANGE_WORSE] ? VERDICT_FAILED
               : c->n_rows             ? VERDICT_PASSED
                                       : VERDICT_INCONCLUSIVE;
    if (c->value == VERDICT_INCONCLUSIVE)
        c->why = nothing_in_common(c);
}

static void free_alone(struct compare_alone *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(all[i].why);
    free(all);
}

void comparison_free(struct comparison *c)
{
    for (size_t i = 0; i < c->n_rows; i++) {
        free(c->rows[i].before);
        free(c->rows[i].after);
        free(c->rows[i].details);
    }
    free_alone(c->only_base, c->n_only_base);
    free_alone(c->only_head, c->n_only_head);
    free_alone(c->left_out, c->n_left_out);
    free(c->rows);
    free(c->why);
    *c = (struct comparison){0};
}
