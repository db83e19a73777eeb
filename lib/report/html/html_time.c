/* The clock of the picture. */
#include "report/html/html.h"

#include "report/stages.h"

int64_t html_zero_ns(const struct run_verdict *v)
{
    if (v->t0_ns)
        return v->t0_ns;
    return v->history->count ? v->history->events[0].t_ns : 0;
}

int64_t html_us(int64_t t_ns, int64_t zero_ns)
{
    int64_t ns;
    if (__builtin_sub_overflow(t_ns, zero_ns, &ns))
        ns = t_ns > zero_ns ? INT64_MAX : INT64_MIN;
    return ns / 1000 - (ns % 1000 < 0);
}
