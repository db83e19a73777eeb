/* The parts of the Prometheus report. Private to lib/report. */
#ifndef REPORT_PROMETHEUS_PROM_H
#define REPORT_PROMETHEUS_PROM_H

#include "report/report.h"

struct prom {
    struct buf *out;
    const struct report_input *in;
    const int64_t *repeats;
    const char *name; /* of the metric that is written */
    bool labelled;    /* the sample that is written has a label */
    /* of the run that is written */
    const struct run_verdict *v;
    int64_t repeat;
};

/* prom_out.c: a sample is begun, gets labels, and ends with its number. `suffix`: "", "_sum" or
 * "_count". */
void prom_begin(struct prom *p, const char *suffix);
/* One of the run: with the labels that every one of them has. */
void prom_begin_run(struct prom *p, const char *suffix);
void prom_begin_load(struct prom *p, const char *suffix, const struct load_verdict *l);
void prom_label(struct prom *p, const char *name, const char *s); /* foreign bytes are made safe */
void prom_end_int(struct prom *p, int64_t n);
void prom_end_seconds(struct prom *p, double ms); /* from milliseconds, to the microsecond */
/* A whole sample of the run; none when there is no value (NaN, -1). */
void prom_run_seconds(struct prom *p, double ms);
void prom_run_int(struct prom *p, int64_t n);

#endif
