/* What people wanted, as columns of numbers. */
#include <math.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "report/html/html.h"

static int64_t get_client(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return i->client;
}

static int64_t get_wanted(const struct intention *i, int64_t zero_ns)
{
    return html_us(i->wanted_ns, zero_ns);
}

static int64_t get_took(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return i->settled_ns ? (i->settled_ns - i->wanted_ns) / 1000 : -1;
}

static int64_t get_saw(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return i->open ? -1 : (int64_t)i->saw;
}

static int64_t get_orders(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return i->what == FE_WRITE ? i->orders : -2;
}

static int64_t get_lost(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return (int64_t)round(i->seconds_lost * 1e6);
}

static const struct {
    const char *key;
    int64_t (*get)(const struct intention *i, int64_t zero_ns);
} columns[] = {
    {"client", get_client}, {"wanted", get_wanted}, /* us since zero */
    {"took", get_took},                             /* us until it was settled; -1: it was not */
    {"saw", get_saw},                               /* -1: open, not judged */
    {"orders", get_orders},                         /* -1: nobody can tell; -2: a read */
    {"lost", get_lost}, /* us that the person waited longer than usual, or in vain */
};

static void load_people(struct json_out *j, const struct users_verdict *u, int64_t zero_ns)
{
    size_t n = (size_t)u->intentions;
    int64_t *values = mem_zero(n + 1, sizeof *values);
    json_out_object(j, NULL);
    json_out_int(j, "n", u->intentions);
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        for (size_t i = 0; i < n; i++)
            values[i] = columns[c].get(&u->all[i], zero_ns);
        html_column(j, columns[c].key, values, n);
    }
    json_out_end_object(j);
    free(values);
}

void html_people(struct json_out *j, const struct run_verdict *v)
{
    json_out_array(j, "people");
    for (size_t k = 0; k < v->n_loads; k++)
        if (v->loads[k].users.any)
            load_people(j, &v->loads[k].users, html_zero_ns(v));
        else
            json_out_null(j, NULL);
    json_out_end_array(j);
}
