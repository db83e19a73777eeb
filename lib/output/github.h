/* What GitHub Actions shows of a run beside its log, with nothing asked for: a summary of the step,
 * and annotations at the lines of the scenario that did not hold. Quiet anywhere else. */
#ifndef OUTPUT_GITHUB_H
#define OUTPUT_GITHUB_H

#include "base/buf.h"
#include "report/report.h"

/* With GITHUB_STEP_SUMMARY set, append the Markdown report to the file that it names: within the
 * 1 MiB that a step may have. With GITHUB_ACTIONS=true, print annotations on standard error:
 * GitHub reads commands from both streams, and standard output is the result's. What cannot be
 * written is a warning: the result is where it was asked for. */
void github_report(const struct report_input *in);

/* Append the annotations as workflow commands, a line each. GitHub shows ten errors and ten
 * warnings of a step; where there are more, the tenth says how many. */
void github_annotations(const struct report_input *in, struct buf *out);

#endif
