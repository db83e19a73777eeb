#include "report/defects.h"

#include "judge/interval.h"

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

static void write_finding(struct json_out *j, const struct audit_input *in, const struct finding *f)
{
    json_out_object(j, NULL);
    json_out_string(j, "id", f->defect->id);
    json_out_string(j, "title", f->defect->title);
    json_out_string(j, "severity", severity_word(f->severity));
    json_out_int(j, "count", f->count);
    json_out_int(j, "of", f->of);
    json_out_string(j, "unit", f->defect->unit);
    json_out_string(j, "scenario", in->runs[f->run].scenario);
    json_out_int(j, "run", (int64_t)f->run);
    json_out_string(j, "evidence", f->evidence);
    write_attempts(j, f);
    write_repeats(j, f);
    json_out_string(j, "why", f->defect->why);
    json_out_string(j, "fix", f->fix->text);
    json_out_string(j, "reference", f->defect->reference);
    json_out_end_object(j);
}

void report_defects_json(struct json_out *j, const struct audit_input *in, const struct audit *a)
{
    const char grade[] = {a->grade, 0};

    json_out_string(j, "grade", a->grade == '?' ? NULL : grade);
    json_out_string(j, "grade_why", a->reason ? a->reason : audit_grade_rule);
    json_out_string(j, "profile", in->profile ? in->profile->name : NULL);
    json_out_array(j, "defects");
    for (size_t i = 0; i < a->n_findings; i++)
        write_finding(j, in, &a->findings[i]);
    json_out_end_array(j);
    json_out_array(j, "fine");
    for (size_t i = 0; i < a->n_fine; i++)
        json_out_string(j, NULL, a->fine[i]);
    json_out_end_array(j);
}

/* XML 1.0 section 2.2 allows no control character but these three. */
static void add_xml(struct buf *out, const char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '<')
            buf_adds(out, "&lt;");
        else if (c == '>')
            buf_adds(out, "&gt;");
        else if (c == '&')
            buf_adds(out, "&amp;");
        else if (c == '"')
            buf_adds(out, "&quot;");
        else if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r')
            buf_addc(out, (char)c);
    }
}

size_t report_defects_count(const struct audit *a)
{
    return a->n_findings + a->n_fine;
}

void report_defects_junit(struct buf *out, const struct audit *a)
{
    buf_addf(out, "  <testsuite name=\"drainctl check\" tests=\"%zu\" failures=\"%zu\">\n",
             report_defects_count(a), a->n_findings);
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct finding *f = &a->findings[i];

        buf_adds(out, "    <testcase classname=\"check\" name=\"");
        add_xml(out, f->defect->id);
        buf_adds(out, "\">\n      <failure type=\"");
        add_xml(out, severity_word(f->severity));
        buf_adds(out, "\" message=\"");
        add_xml(out, f->defect->title);
        buf_adds(out, "\">");
        add_xml(out, f->evidence);
        buf_adds(out, "\n");
        add_xml(out, f->fix->text);
        buf_adds(out, "</failure>\n    </testcase>\n");
    }
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_adds(out, "    <testcase classname=\"check\" name=\"");
        add_xml(out, a->fine[i]);
        buf_adds(out, "\"/>\n");
    }
    buf_adds(out, "  </testsuite>\n");
}

/* A '#' begins a directive in TAP. */
static void add_tap(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '#')
            buf_addc(out, '\\');
        buf_addc(out, *s == '\n' ? ' ' : *s);
    }
}

int report_defects_tap(struct buf *out, const struct audit *a, int first)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct finding *f = &a->findings[i];

        buf_addf(out, "not ok %d - ", first++);
        add_tap(out, f->defect->id);
        buf_addf(out, ": ");
        add_tap(out, f->defect->title);
        buf_addf(out, "\n  # %s: %s\n  # fix: %s\n", severity_word(f->severity), f->evidence,
                 f->fix->text);
    }
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_addf(out, "ok %d - ", first++);
        add_tap(out, a->fine[i]);
        buf_addc(out, '\n');
    }
    return first;
}
