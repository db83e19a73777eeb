/* Sending a report to an address: --report FORMAT=http://HOST:PORT. */
#ifndef OUTPUT_PUSH_H
#define OUTPUT_PUSH_H

#include "load/post.h"
#include "report/report.h"

/* Read the address of a report in this format, one of `formats`. -1 and ERROR_USAGE when it is
 * wrong, or when such a report cannot be sent. */
int push_open(const struct report_format *formats, const struct report_format *format,
              const char *value, struct post_address *a, struct error *err);
/* Write the report and send it. Takes POST_TOTAL_MS at most. What goes wrong is said here, as a
 * warning: a verdict does not depend on who could be told of it. */
void push_report(const struct report_format *format, const struct post_address *a,
                 const struct report_input *input);

#endif
