/* The audit in TAP. */
#include "report/tap/tap.h"

static void tap_finding(struct buf *out, const struct finding *f, size_t number)
{
    buf_addf(out, "not ok %zu - %s: ", number, f->defect->id);
    tap_text(out, f->defect->title);
    buf_addf(out, "%s\n  ---\n", f->tolerated ? " # TODO known or mild" : "");
    tap_yaml(out, "severity", severity_word(f->severity));
    tap_yaml(out, "evidence", f->evidence);
    tap_yaml(out, "fix", f->fix->text);
    buf_adds(out, "  ...\n");
}

size_t tap_check_points(const struct audit *a)
{
    return a->n_findings + a->n_fine;
}

void tap_check(struct buf *out, const struct audit *a, size_t first)
{
    for (size_t i = 0; i < a->n_findings; i++)
        tap_finding(out, &a->findings[i], first++);
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_addf(out, "ok %zu - ", first++);
        tap_text(out, a->fine[i]);
        buf_addc(out, '\n');
    }
}
