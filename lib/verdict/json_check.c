/* An audit as JSON: the keys that `drainctl check` adds to a verdict. */
#include "verdict/json.h"

#include "base/interval.h"

static void write_attempts(struct json_out *j, const struct finding *f)
{
    json_out_array(j, "attempts");
    for (size_t i = 0; i < f->n_attempts; i++)
        json_out_int(j, NULL, f->attempts[i]);
    json_out_end_array(j);
}

static void write_repeats(struct json_out *j, const struct finding *f)
{
    struct interval v = interval_of(f->runs_seen, f->runs_all);

    json_out_object(j, "runs");
    json_out_int(j, "seen", f->runs_seen);
    json_out_int(j, "of", f->runs_all);
    json_out_number(j, "rate_low", v.low, 4);
    json_out_number(j, "rate_high", v.high, 4);
    json_out_end_object(j);
}

static void write_finding(struct json_out *j, const struct audit_input *audited,
                          const struct finding *f)
{
    json_out_object(j, NULL);
    json_out_string(j, "id", f->defect->id);
    json_out_string(j, "title", f->defect->title);
    json_out_string(j, "severity", severity_word(f->severity));
    json_out_bool(j, "known", f->known);
    json_out_int(j, "count", f->count);
    json_out_int(j, "of", f->of);
    json_out_string(j, "unit", f->defect->unit);
    json_out_string(j, "scenario", audited->runs[f->run].scenario);
    json_out_int(j, "run", (int64_t)f->run);
    json_out_string(j, "evidence", f->evidence);
    write_attempts(j, f);
    write_repeats(j, f);
    json_out_string(j, "why", f->defect->why);
    json_out_string(j, "fix", f->fix->text);
    json_out_string(j, "reference", f->defect->reference);
    json_out_end_object(j);
}

/* What was looked for and not found is worth as much to a comparison as what was. */
static void write_looked(struct json_out *j, const struct checked *l)
{
    struct buf seen;

    json_out_object(j, NULL);
    json_out_string(j, "id", l->defect->id);
    json_out_string(j, "severity", severity_word(l->severity));
    json_out_string(j, "unit", l->defect->unit);
    json_out_bool(j, "listed", l->listed);
    buf_init(&seen, 1024 * 1024);
    for (size_t i = 0; i < l->n_seen; i++)
        buf_addf(&seen, "%s[%zu, %lld, %lld]", i ? ", " : "[", l->seen[i].run,
                 (long long)l->seen[i].count, (long long)l->seen[i].of);
    buf_addc(&seen, ']');
    json_out_raw(j, "seen", seen.data); /* [run, count, of] for each run */
    buf_free(&seen);
    json_out_end_object(j);
}

void verdict_json_check(struct json_out *j, const struct audit *a,
                        const struct audit_input *audited)
{
    const char grade[] = {a->grade, 0};

    json_out_string(j, "grade", a->grade == '?' ? NULL : grade);
    json_out_string(j, "grade_why", a->reason ? a->reason : audit_grade_rule);
    json_out_string(j, "profile", audited->profile ? audited->profile->name : NULL);
    json_out_array(j, "defects");
    for (size_t i = 0; i < a->n_findings; i++)
        write_finding(j, audited, &a->findings[i]);
    json_out_end_array(j);
    json_out_array(j, "looked_for");
    for (size_t i = 0; i < a->n_looked; i++)
        write_looked(j, &a->looked[i]);
    json_out_end_array(j);
    json_out_array(j, "fine");
    for (size_t i = 0; i < a->n_fine; i++)
        json_out_string(j, NULL, a->fine[i]);
    json_out_end_array(j);
    json_out_array(j, "untested");
    for (size_t i = 0; i < a->untested.n; i++)
        json_out_string(j, NULL, a->untested.at[i]);
    json_out_end_array(j);
    if (a->dependencies.n)
        json_out_array(j, "dependencies");
    for (size_t i = 0; i < a->dependencies.n; i++)
        json_out_string(j, NULL, a->dependencies.at[i]);
    if (a->dependencies.n)
        json_out_end_array(j);
    if (a->notes.n)
        json_out_array(j, "notes");
    for (size_t i = 0; i < a->notes.n; i++)
        json_out_string(j, NULL, a->notes.at[i]);
    if (a->notes.n)
        json_out_end_array(j);
    if (a->page.n)
        json_out_array(j, "page");
    for (size_t i = 0; i < a->page.n; i++)
        json_out_string(j, NULL, a->page.at[i]);
    if (a->page.n)
        json_out_end_array(j);
}
