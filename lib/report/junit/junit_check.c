/* The audit in JUnit XML. */
#include "report/junit/junit.h"

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

struct junit_counts junit_check_counts(const struct audit *a)
{
    return (struct junit_counts){
        .tests = a->n_findings + a->n_fine,
        .failures = a->failures,
        .skipped = a->n_findings - a->failures,
    };
}

void junit_check(struct buf *out, const struct audit *a)
{
    struct junit_counts c = junit_check_counts(a);
    buf_addf(out,
             "  <testsuite name=\"check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
             "skipped=\"%zu\">\n",
             c.tests, c.failures, c.errors, c.skipped);
    for (size_t i = 0; i < a->n_findings; i++)
        junit_finding(out, &a->findings[i]);
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_adds(out, "    <testcase classname=\"check\" name=\"");
        junit_text(out, a->fine[i]);
        buf_adds(out, "\"/>\n");
    }
    buf_adds(out, "  </testsuite>\n");
}
