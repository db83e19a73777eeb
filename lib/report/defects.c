#include "report/defects.h"

size_t report_defects_count(const struct audit *a)
{
    return a->n_findings + a->n_fine;
}
