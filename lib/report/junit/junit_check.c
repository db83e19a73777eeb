/* The audit in JUnit XML. */
#include "report/junit/junit.h"

#include "report/defects.h"

static void junit_finding(struct buf *out, const struct finding *f)
{
    const char *element = f->tolerated ? "skipped" : "failure";

    buf_addf(out, "    <testcase classname=\"check\" name=\"%s\">\n      <%s", f->defect->id,
             element);
    if (!f->tolerated)
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

    buf_addf(out,
             "  <testsuite name=\"check\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
             "skipped=\"%zu\">\n",
             report_defects_count(a), a->failures, a->n_findings - a->failures);
    for (size_t i = 0; i < a->n_findings; i++)
        junit_finding(out, &a->findings[i]);
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_adds(out, "    <testcase classname=\"check\" name=\"");
        junit_text(out, a->fine[i]);
        buf_adds(out, "\"/>\n");
    }
    buf_adds(out, "  </testsuite>\n");
}
