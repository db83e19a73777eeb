/* The clock of the picture. */
#include "report/html/html.h"

int64_t html_zero_ns(const struct run_verdict *v)
{
    if (v->first.t_ns)
        return v->first.t_ns;
    return v->history->count ? v->history->events[0].t_ns : 0;
}
