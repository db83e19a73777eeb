/* Reading a JSON verdict back: the whole, and its runs. What verdict/json.c writes and a
 * comparison needs stands here and in its sister files, and nothing else. */
#include "verdict/summary_json.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { FORMAT = 1 };

static int read_value(const struct json_doc *doc, const cJSON *node, enum verdict_value *out,
                      struct error *err)
{
    const char *word = NULL;
    if (json_get_string(doc, node, &word, err) < 0)
        return -1;
    for (int v = VERDICT_PASSED; v <= VERDICT_INCONCLUSIVE; v++) {
        if (strcmp(word, verdict_word((enum verdict_value)v)) != 0)
            continue;
        *out = (enum verdict_value)v;
        return 0;
    }
    return json_error(doc, node, err, "expected passed, failed or inconclusive, not '%.60s'", word);
}

/* --- an expectation --- */

static int expectation_value(READ_PARAMS)
{
    return read_value(doc, node, &((struct expectation_summary *)into)->value, err);
}

STRING(expectation_text, struct expectation_summary, text)
COUNT(expectation_count, struct expectation_summary, count)
COUNT(expectation_of, struct expectation_summary, of)
static const struct json_field expectation_keys[] = {
    {"text", expectation_text, true},
    {"verdict", expectation_value, true},
    {"count", expectation_count, false},
    {"of", expectation_of, false},
    {0},
};

static int run_expectations(READ_PARAMS)
{
    struct run_summary *r = into;
    if (json_want_array(doc, node, err) < 0)
        return -1;
    r->expectations = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *r->expectations);
    for (const cJSON *child = node->child; child; child = child->next) {
        struct expectation_summary *x = &r->expectations[r->n_expectations++];
        if (json_read_known(doc, child, expectation_keys, x, err) < 0)
            return -1;
        if (x->count > x->of)
            return json_error(doc, child, err, "%lld of %lld cannot be", (long long)x->count,
                              (long long)x->of);
    }
    return 0;
}

/* --- a run --- */

static int sent_signal(READ_PARAMS)
{
    int signo = 0;
    int rc = summary_signo(doc, node, &signo, err);
    ((struct run_summary *)into)->sent |= UINT64_C(1) << (signo & 63);
    return rc;
}

static const struct json_field signal_keys[] = {{"signal", sent_signal, true}, {0}};

static int run_signals(READ_PARAMS)
{
    if (json_want_array(doc, node, err) < 0)
        return -1;
    for (const cJSON *child = node->child; child; child = child->next)
        if (json_read_known(doc, child, signal_keys, into, err) < 0)
            return -1;
    return 0;
}

static int run_value(READ_PARAMS)
{
    return read_value(doc, node, &((struct run_summary *)into)->value, err);
}

STRING(run_scenario, struct run_summary, scenario)
/* A word that a later drainctl may have added is no ground that this one knows. */
static int run_ground(READ_PARAMS)
{
    const char *word = NULL;
    if (json_get_string(doc, node, &word, err) < 0)
        return -1;
    for (int g = GROUND_NONE + 1; word && g < GROUND_COUNT; g++)
        if (strcmp(word, ground_words[g]) == 0)
            ((struct run_summary *)into)->ground = (enum ground)g;
    return 0;
}

STRING(run_why, struct run_summary, why)
static const struct json_field run_keys[] = {
    {"scenario", run_scenario, true},
    {"verdict", run_value, true},
    {"ground", run_ground, false},
    {"why", run_why, false},
    {"signals", run_signals, false},
    {"target", summary_target, false},
    {"loads", summary_loads, true},
    {"expectations", run_expectations, false},
    {0},
};

static int whole_runs(READ_PARAMS)
{
    struct verdict_summary *s = into;
    if (json_want_array(doc, node, err) < 0)
        return -1;
    s->runs = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *s->runs);
    for (const cJSON *child = node->child; child; child = child->next) {
        struct run_summary *r = &s->runs[s->n_runs++];
        r->target = (struct target_summary){
            .exit_after_ms = NAN, .listener_closed_after_ms = NAN, .queue_lost = -1};
        if (json_read_known(doc, child, run_keys, r, err) < 0)
            return -1;
        /* the first journals' drainctl wrote the sentence alone */
        if (!r->ground && r->why && strcmp(r->why, "nothing was expected") == 0)
            r->ground = GROUND_NOTHING_EXPECTED;
    }
    return 0;
}

/* --- the whole --- */

static int whole_format(READ_PARAMS)
{
    int64_t format = 0;
    (void)into;
    if (json_get_int(doc, node, 1, SUMMARY_MOST, &format, err) < 0)
        return -1;
    if (format == FORMAT)
        return 0;
    json_error(doc, node, err, "this is format %lld, and drainctl " DRAINCTL_VERSION " reads %d",
               (long long)format, FORMAT);
    return error_hint(err, "use the drainctl that wrote it, or a later one");
}

static int whole_value(READ_PARAMS)
{
    return read_value(doc, node, &((struct verdict_summary *)into)->value, err);
}

static int whole_grade(READ_PARAMS)
{
    const char *grade = "";
    if (json_get_string(doc, node, &grade, err) < 0)
        return -1;
    if (strlen(grade) != 1 || *grade < 'A' || *grade > 'F')
        return json_error(doc, node, err, "expected a grade from A to F");
    ((struct verdict_summary *)into)->grade = *grade;
    return 0;
}

STRING(whole_version, struct verdict_summary, version)
static const struct json_field whole_keys[] = {
    {"format", whole_format, true}, {"drainctl", whole_version, false},
    {"verdict", whole_value, true}, {"grade", whole_grade, false},
    {"runs", whole_runs, true},     {0},
};

int summary_of_json(struct verdict_summary *s, const char *name, struct json_doc *doc,
                    struct error *err)
{
    *s = (struct verdict_summary){.name = name, .version = "", .grade = '?', .doc = *doc};
    *doc = (struct json_doc){0};
    if (json_read_known(&s->doc, s->doc.root, whole_keys, s, err) == 0 &&
        summary_defects(s, err) == 0)
        return 0;
    if (err && !err->hint[0] && s->n_runs == 0)
        error_hint(err, "is this a file that --report json wrote?");
    summary_free(s);
    return -1;
}
