/* A summary in GitHub's Markdown: what `--report markdown` writes, and what goes into the summary
 * of a step of GitHub Actions. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "report/report.h"

/* Is there a summary of this kind? Not of plans, which were not run, nor of skew. */
bool markdown_has(enum report_kind kind);

/* Append the summary of a kind that has one. With `most` > 0 no more than that many bytes: runs and
 * defects whose details do not fit any more are counted instead, and nothing is cut in the middle.
 * A few KB are enough for what is always there, unless there are thousands of scenarios. */
void markdown_write(const struct report_input *in, struct buf *out, size_t most);

#endif
