/* The audit in TAP. */
#include "report/tap/tap.h"

#include "report/defects.h"

static void tap_finding(struct buf *out, const struct finding *f, int number)
{
    buf_addf(out, "not ok %d - %s: ", number, f->defect->id);
    tap_text(out, f->defect->title);
    buf_addf(out, "%s\n  ---\n", f->tolerated ? " # TODO known or mild" : "");
    tap_yaml(out, "severity", severity_word(f->severity));
    tap_yaml(out, "evidence", f->evidence);
    tap_yaml(out, "fix", f->fix->text);
    buf_adds(out, "  ...\n");
}

int report_defects_tap(struct buf *out, const struct report_input *in, int first)
{
    for (size_t i = 0; i < in->audit->n_findings; i++)
        tap_finding(out, &in->audit->findings[i], first++);
    for (size_t i = 0; i < in->audit->n_fine; i++) {
        buf_addf(out, "ok %d - ", first++);
        tap_text(out, in->audit->fine[i]);
        buf_addc(out, '\n');
    }
    return first;
}
