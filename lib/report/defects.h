/* What the reports of an audit share. */
#ifndef REPORT_DEFECTS_H
#define REPORT_DEFECTS_H

#include "check/audit.h"
#include "report/report.h"

/* Findings and fine things, each a case of its own. */
size_t report_defects_count(const struct audit *a);

/* The score card, for people: what `drainctl check` prints. */
void score_text_write(struct buf *out, const struct report_input *in);

#endif
