#include "report/defects.h"

#include "judge/interval.h"
#include "report/formats.h"

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

static void write_finding(struct json_out *j, const struct report_input *in,
                          const struct finding *f)
{
    json_out_object(j, NULL);
    json_out_string(j, "id", f->defect->id);
    json_out_string(j, "title", f->defect->title);
    json_out_string(j, "severity", severity_word(f->severity));
    json_out_bool(j, "known", baseline_has(in->baseline, f->defect));
    json_out_int(j, "count", f->count);
    json_out_int(j, "of", f->of);
    json_out_string(j, "unit", f->defect->unit);
    json_out_string(j, "scenario", in->audited->runs[f->run].scenario);
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
static void write_looked(struct json_out *j, const struct looked *l)
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

void report_defects_json(struct json_out *j, const struct report_input *in)
{
    const struct audit *a = in->audit;
    const char grade[] = {a->grade, 0};

    json_out_string(j, "grade", a->grade == '?' ? NULL : grade);
    json_out_string(j, "grade_why", a->reason ? a->reason : audit_grade_rule);
    json_out_string(j, "profile", in->audited->profile ? in->audited->profile->name : NULL);
    json_out_array(j, "defects");
    for (size_t i = 0; i < a->n_findings; i++)
        write_finding(j, in, &a->findings[i]);
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
    for (size_t i = 0; i < a->n_untested; i++)
        json_out_string(j, NULL, a->untested[i]);
    json_out_end_array(j);
}

/* A defect that is known, or milder than what the check fails for. */
static bool is_tolerated(const struct report_input *in, const struct finding *f)
{
    return f->severity < in->fail_on || baseline_has(in->baseline, f->defect);
}

size_t report_defects_count(const struct audit *a)
{
    return a->n_findings + a->n_fine;
}

static void junit_finding(struct buf *out, const struct report_input *in, const struct finding *f)
{
    const char *element = is_tolerated(in, f) ? "skipped" : "failure";

    buf_addf(out, "    <testcase classname=\"check\" name=\"%s\">\n      <%s", f->defect->id,
             element);
    if (!is_tolerated(in, f))
        buf_addf(out, " type=\"%s\"", severity_word(f->severity));
    buf_adds(out, " message=\"");
    junit_text(out, f->defect->title);
    buf_adds(out, "\">");
    junit_text(out, f->evidence);
    buf_adds(out, ". fix: ");
    junit_text(out, f->fix->text);
    buf_addf(out, "</%s>\n    </testcase>\n", element);
}

void report_defects_junit(struct buf *out, const struct report_input *in)
{
    const struct audit *a = in->audit;
    size_t failures = audit_failures(a, in->fail_on, in->baseline);

    buf_addf(out,
             "  <testsuite name=\"check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
             "skipped=\"%zu\">\n",
             report_defects_count(a), failures, a->n_findings - failures);
    for (size_t i = 0; i < a->n_findings; i++)
        junit_finding(out, in, &a->findings[i]);
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_adds(out, "    <testcase classname=\"check\" name=\"");
        junit_text(out, a->fine[i]);
        buf_adds(out, "\"/>\n");
    }
    buf_adds(out, "  </testsuite>\n");
}

static void tap_finding(struct buf *out, const struct report_input *in, const struct finding *f,
                        int number)
{
    buf_addf(out, "not ok %d - %s: ", number, f->defect->id);
    tap_text(out, f->defect->title);
    buf_addf(out, "%s\n  ---\n", is_tolerated(in, f) ? " # TODO known or mild" : "");
    tap_yaml(out, "severity", severity_word(f->severity));
    tap_yaml(out, "evidence", f->evidence);
    tap_yaml(out, "fix", f->fix->text);
    buf_adds(out, "  ...\n");
}

int report_defects_tap(struct buf *out, const struct report_input *in, int first)
{
    for (size_t i = 0; i < in->audit->n_findings; i++)
        tap_finding(out, in, &in->audit->findings[i], first++);
    for (size_t i = 0; i < in->audit->n_fine; i++) {
        buf_addf(out, "ok %d - ", first++);
        tap_text(out, in->audit->fine[i]);
        buf_addc(out, '\n');
    }
    return first;
}
