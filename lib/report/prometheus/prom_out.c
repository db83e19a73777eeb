/* The samples of the Prometheus report. */
#include "report/prometheus/prom.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

/* A label's value: '\', '"' and line feeds are escaped; other control bytes and what is not UTF-8
 * become U+FFFD, since some readers take a carriage return for the end of a line. */
static const char *in_label(const char *c, size_t n)
{
    (void)n;
    return *c == '\n' ? "\\n" : *c == '"' ? "\\\"" : *c == '\\' ? "\\\\" : escape_control(c);
}

void prom_label(struct prom *p, const char *name, const char *s)
{
    buf_addf(p->out, "%s%s=\"", p->labelled ? "," : "", name);
    p->labelled = true;
    escape_add(p->out, s, in_label);
    buf_addc(p->out, '"');
}

void prom_begin(struct prom *p, const char *suffix)
{
    buf_addf(p->out, "%s%s{", p->name, suffix);
    p->labelled = false;
}

void prom_begin_run(struct prom *p, const char *suffix)
{
    char repeat[24];
    snprintf(repeat, sizeof repeat, "%" PRId64, p->repeat);
    prom_begin(p, suffix);
    prom_label(p, "scenario", p->v->scenario);
    prom_label(p, "run", repeat);
}

void prom_begin_load(struct prom *p, const char *suffix, const struct load_verdict *l)
{
    prom_begin_run(p, suffix);
    prom_label(p, "load", l->name);
}

void prom_end_int(struct prom *p, int64_t n)
{
    buf_adds(p->out, "} ");
    buf_add_int(p->out, n);
    buf_addc(p->out, '\n');
}

void prom_end_seconds(struct prom *p, double ms)
{
    buf_addf(p->out, "} %.6f\n", ms / 1000);
}

void prom_run_seconds(struct prom *p, double ms)
{
    if (isnan(ms))
        return;
    prom_begin_run(p, "");
    prom_end_seconds(p, ms);
}

void prom_run_int(struct prom *p, int64_t n)
{
    if (n < 0)
        return;
    prom_begin_run(p, "");
    prom_end_int(p, n);
}
