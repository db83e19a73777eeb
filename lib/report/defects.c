#include "report/defects.h"

bool finding_is_tolerated(const struct report_input *in, const struct finding *f)
{
    return f->severity < in->fail_on || baseline_has(in->baseline, f->defect);
}

size_t report_defects_count(const struct audit *a)
{
    return a->n_findings + a->n_fine;
}
