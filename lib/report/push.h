/* What receivers of reports answer, in the words of a message. Private to lib/report, but for
 * report_push_refused (report/report.h). */
#ifndef REPORT_PUSH_H
#define REPORT_PUSH_H

#include "base/buf.h"

/* The beginning of a text that is not ours into a fresh buf: one line, which a terminal only
 * prints. The caller frees it. */
void push_quote(struct buf *b, const char *text, size_t len);

#endif
