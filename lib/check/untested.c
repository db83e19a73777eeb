/* A path that was given, and whose answers were over before the signal: nothing is known of it, and
 * nobody may take the silence about it for praise. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "check/rules.h"

static const struct {
    const char *load;
    attempt_test *at_work; /* at the signal, the way that this load is meant to be */
    const char *what;
} rows[] = {
    {"waiting", was_in_flight, "requests in flight"},
    {"streaming", was_in_flight, "answers that come in parts"},
    {"upload", was_in_flight, "uploads"},
    {"large", is_half_sent, "answers half sent"},
};

static const struct plan_load *find_load(const struct look *l, const char *name)
{
    for (size_t i = 0; i < l->run->plan.n_loads; i++)
        if (name_in(l->run->plan.loads[i].name, name))
            return &l->run->plan.loads[i];
    return NULL;
}

/* Without --large the ordinary path is tried, which need not be large. */
static bool was_asked_for(const struct look *l, const struct plan_load *load)
{
    const struct plan_load *fast = find_load(l, "steady");
    return load && load->path && !(fast && fast->path && strcmp(load->path, fast->path) == 0);
}

void find_untested(struct audit *a, const struct look *looks, size_t n)
{
    size_t cap = 0, main_run = 0;
    while (main_run < n && !(look_run_is(&looks[main_run], "check-main") &&
                             looks[main_run].usable && looks[main_run].t0_ns))
        main_run++;
    for (size_t i = 0; i < ARRAY_LEN(rows) && main_run < n; i++) {
        const struct look *l = &looks[main_run];
        const struct plan_load *load = find_load(l, rows[i].load);
        struct sight s = {0};
        for (size_t k = 0; k < n; k++)
            if (looks[k].usable && looks[k].t0_ns)
                sight_attempts(&s, &looks[k], rows[i].load, rows[i].at_work, any_attempt);
        if (s.of || !was_asked_for(l, load))
            continue;
        MEM_GROW(a->untested, a->n_untested, cap);
        a->untested[a->n_untested++] =
            mem_printf("%s: none at '%s' was under way at the signal", rows[i].what, load->path);
    }
}
