/* Reading a JSON verdict back: the defects of a check. */
#include <string.h>

#include "base/mem.h"
#include "verdict/summary_json.h"

/* A defect as it is read; `at` of an older verdict is the one run that it tells of. */
struct reading {
    struct defect_summary *d;
    size_t n_runs;
    struct run_tally at;
};

static int defect_severity(READ_PARAMS)
{
    const char *word = NULL;
    if (json_get_string(doc, node, &word, err) < 0)
        return -1;
    for (int s = 0; s < SEVERITY_COUNT; s++) {
        if (strcmp(word, severity_words[s]) != 0)
            continue;
        ((struct reading *)into)->d->severity = (enum severity)s;
        return 0;
    }
    return json_error(doc, node, err, "there is no severity '%.60s'", word);
}

static int read_run(const struct json_doc *doc, const cJSON *node, size_t n_runs, size_t *run,
                    struct error *err)
{
    int64_t n = 0;
    if (json_get_int(doc, node, 0, SUMMARY_MOST, &n, err) < 0)
        return -1;
    if ((size_t)n >= n_runs)
        return json_error(doc, node, err, "there is no run %lld", (long long)n);
    *run = (size_t)n;
    return 0;
}

/* [run, count, of] */
static int read_seen(const struct json_doc *doc, const cJSON *node, size_t n_runs,
                     struct run_tally *out, struct error *err)
{
    if (cJSON_GetArraySize(node) != 3 || !cJSON_IsArray(node))
        return json_error(doc, node, err, "expected [run, count, of], not %s", json_kind(node));
    const cJSON *count = node->child->next, *of = count->next;
    if (read_run(doc, node->child, n_runs, &out->run, err) < 0 ||
        json_get_int(doc, of, 0, SUMMARY_MOST, &out->of, err) < 0)
        return -1;
    return json_get_int(doc, count, 0, out->of, &out->count, err);
}

static int defect_seen(READ_PARAMS)
{
    struct reading *r = into;
    if (json_want_array(doc, node, err) < 0)
        return -1;
    r->d->seen = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *r->d->seen);
    for (const cJSON *child = node->child; child; child = child->next)
        if (read_seen(doc, child, r->n_runs, &r->d->seen[r->d->n_seen++], err) < 0)
            return -1;
    return 0;
}

static int defect_id(READ_PARAMS)
{
    return json_get_string(doc, node, &((struct reading *)into)->d->id, err);
}

static int defect_unit(READ_PARAMS)
{
    return json_get_string(doc, node, &((struct reading *)into)->d->unit, err);
}

static int defect_listed(READ_PARAMS)
{
    return json_get_bool(doc, node, &((struct reading *)into)->d->listed, err);
}

static int defect_run(READ_PARAMS)
{
    struct reading *r = into;
    return read_run(doc, node, r->n_runs, &r->at.run, err);
}

COUNT(defect_count_key, struct reading, at.count)
COUNT(defect_of, struct reading, at.of)

static const struct json_field looked_keys[] = {
    {"id", defect_id, true},     {"severity", defect_severity, true}, {"unit", defect_unit, false},
    {"seen", defect_seen, true}, {"listed", defect_listed, true},     {0},
};

static const struct json_field found_keys[] = {
    {"id", defect_id, true},
    {"severity", defect_severity, true},
    {"unit", defect_unit, false},
    {"count", defect_count_key, true},
    {"of", defect_of, true},
    {"run", defect_run, true},
    {0},
};

/* Before "looked_for" was written, only the worst run of what was found stood there. */
static int take_found(struct verdict_summary *s, const cJSON *node, const struct reading *r,
                      struct error *err)
{
    struct defect_summary *d = r->d;
    if (s->complete)
        return 0;
    if (r->at.count > r->at.of)
        return json_error(&s->doc, node, err, "%lld of %lld cannot be", (long long)r->at.count,
                          (long long)r->at.of);
    d->listed = true;
    d->seen = MEM_NEW(struct run_tally);
    d->seen[d->n_seen++] = r->at;
    return 0;
}

int summary_defects(struct verdict_summary *s, struct error *err)
{
    const cJSON *looked = cJSON_GetObjectItemCaseSensitive(s->doc.root, "looked_for");
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(s->doc.root, "defects");
    const cJSON *list = looked ? looked : found;
    s->check = found != NULL;
    s->complete = looked != NULL;
    if (!list)
        return 0;
    if (json_want_array(&s->doc, list, err) < 0)
        return -1;
    s->defects = mem_zero((size_t)cJSON_GetArraySize(list) + 1, sizeof *s->defects);
    for (const cJSON *child = list->child; child; child = child->next) {
        struct reading r = {.d = &s->defects[s->n_defects++], .n_runs = s->n_runs};
        r.d->unit = "";
        if (json_read_known(&s->doc, child, looked ? looked_keys : found_keys, &r, err) < 0 ||
            take_found(s, child, &r, err) < 0)
            return -1;
    }
    return 0;
}
