/* The samples of the Prometheus report. */
#include "report/prometheus/prom.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* A label's value: '\', '"' and line feeds are escaped; other control bytes and what is not UTF-8
 * become U+FFFD, since some readers take a carriage return for the end of a line. */
static void value(struct buf *out, const char *s)
{
    for (size_t len = s ? strlen(s) : 0, n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        if (*s == '\n') {
            buf_adds(out, "\\n");
        } else if (n == 0 || (unsigned char)*s < 0x20 || *s == 0x7f) {
            buf_adds(out, "\xef\xbf\xbd");
            n = n ? n : 1;
        } else {
            if (*s == '"' || *s == '\\')
                buf_addc(out, '\\');
            buf_add(out, s, n);
        }
    }
}

void prom_label(struct prom *p, const char *name, const char *s)
{
    buf_addf(p->out, "%s%s=\"", p->labelled ? "," : "", name);
    p->labelled = true;
    value(p->out, s);
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
