#include "judge/usual_time.h"

#include <string.h>

#include "judge/facts.h"

/* Bodies and slow readers take time of their own. */
static bool is_plain(const struct plan_load *l)
{
    return l->shape == SHAPE_REQUEST && l->path && l->body.bytes < 0 && !l->read.bps;
}

static bool asks_the_same(const struct plan_load *a, const struct plan_load *b)
{
    return is_plain(a) && is_plain(b) && strcmp(a->path, b->path) == 0 &&
           strcmp(a->method ? a->method : "GET", b->method ? b->method : "GET") == 0;
}

double usual_ms(const struct run_verdict *v, int64_t t0_ns, int64_t load, double limit_ms)
{
    const struct plan_load *loads = v->plan.loads;
    double sum_ms = 0;
    int64_t n = 0, fast = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        double ms = ms_between(a->start_ns, a->end_ns);
        if (a->load != load && !asks_the_same(&loads[a->load], &loads[load]))
            continue;
        if (!a->answer.whole || (t0_ns && a->end_ns >= t0_ns))
            continue;
        n++;
        fast += ms < limit_ms;
        sum_ms += ms < limit_ms ? ms : 0;
    }
    return fast * 2 > n ? sum_ms / (double)fast : -1;
}
