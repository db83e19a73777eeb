/* A baseline: the defects a team has today and does not want to fail for. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/words.h"
#include "check/audit.h"

int baseline_read(struct baseline *b, const struct json_doc *doc, struct error *err)
{
    const cJSON *item;
    size_t cap = 0;

    *b = (struct baseline){0};
    if (!cJSON_IsArray(doc->root))
        return json_error(doc, doc->root, err, "expected a list of defect ids, not %s",
                          json_kind(doc->root));
    cJSON_ArrayForEach(item, doc->root)
    {
        const char *id = NULL;
        const struct defect *d;

        if (json_get_string(doc, item, &id, err) != 0) {
            baseline_free(b);
            return -1;
        }
        if (!(d = defect_find(id))) {
            json_error(doc, item, err, "there is no defect '%s'", id);
            words_hint(id, defect_ids(), NULL, err);
            baseline_free(b);
            return -1;
        }
        MEM_GROW(b->known, b->n, cap);
        b->known[b->n++] = d;
    }
    return 0;
}

bool baseline_has(const struct baseline *b, const struct defect *d)
{
    for (size_t i = 0; b && i < b->n; i++)
        if (b->known[i] == d)
            return true;
    return false;
}

void baseline_free(struct baseline *b)
{
    free(b->known);
    *b = (struct baseline){0};
}

void audit_weigh(struct audit *a, enum severity fail_on, const struct baseline *b)
{
    a->known = a->failures = 0;
    for (size_t i = 0; i < a->n_findings; i++) {
        struct finding *f = &a->findings[i];

        f->known = baseline_has(b, f->defect);
        f->tolerated = f->known || f->severity < fail_on;
        a->known += f->known;
        a->failures += !f->tolerated;
    }
}

enum verdict_value audit_verdict(const struct audit *a)
{
    if (!a->card)
        return VERDICT_INCONCLUSIVE;
    if (a->failures)
        return VERDICT_FAILED;
    return a->grade == '?' ? VERDICT_INCONCLUSIVE : VERDICT_PASSED;
}
