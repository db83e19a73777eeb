/* The parts of the HAR report. Private to lib/report. */
#ifndef REPORT_HAR_H
#define REPORT_HAR_H

#include "base/buf.h"
#include "judge/judge.h"

/* A "request" member as JSON, before and after what no two attempts share: the value of the header
 * field that is begun, and further fields. */
struct har_request {
    struct buf before, after;
    bool numbered; /* a silent client sends no request, so there is no number in it */
    bool traced;   /* a traceparent was sent */
};

/* For each load of the run: its request, the second one of a pipelined pair, and the preflight of a
 * page of another origin. */
enum har_kind { HAR_FIRST, HAR_SECOND, HAR_PREFLIGHT, HAR_KINDS };
/* The request of kind K of load L is element L * HAR_KINDS + K. */
struct har_request *har_requests_make(const struct run_verdict *v);
void har_requests_free(struct har_request *r, const struct run_verdict *v);

#endif
