/* The rows of a comparison, what could not become one, and what all of them look for. */
#include "compare/compare_int.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct compare_row *compare_add(struct comparison *c, enum compare_kind kind, const char *scenario,
                                const char *load, const char *what)
{
    MEM_GROW(c->rows, c->n_rows, c->rows_cap);
    struct compare_row *row = &c->rows[c->n_rows++];
    *row = (struct compare_row){
        .kind = kind, .scenario = scenario, .load = load, .what = what, .unit = "", .p = NAN};
    return row;
}

void compare_only(struct comparison *c, bool base, const char *what, const char *scenario,
                  const char *name, char *why, bool minor)
{
    struct compare_alone alone = {.what = what, .scenario = scenario, .name = name, .why = why};
    alone.minor = minor;
    if (base) {
        MEM_GROW(c->only_base, c->n_only_base, c->only_base_cap);
        c->only_base[c->n_only_base++] = alone;
    } else {
        MEM_GROW(c->only_head, c->n_only_head, c->only_head_cap);
        c->only_head[c->n_only_head++] = alone;
    }
}

void compare_leave_out(struct comparison *c, const char *scenario, char *why)
{
    MEM_GROW(c->left_out, c->n_left_out, c->left_out_cap);
    c->left_out[c->n_left_out++] =
        (struct compare_alone){"scenario", scenario, scenario, why, false};
}

const struct load_summary *compare_find_load(const struct run_summary *r, const char *name)
{
    for (size_t i = 0; i < r->n_loads; i++)
        if (strcmp(r->loads[i].name, name) == 0)
            return &r->loads[i];
    return NULL;
}
