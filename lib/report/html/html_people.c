/* What people wanted, as columns of numbers. */
#include <math.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "report/attempt_fields.h"
#include "report/html/html.h"

static int64_t get_wanted(const struct intention *i, int64_t zero_ns)
{
    return us_since(i->wanted_ns, zero_ns);
}

static int64_t get_took(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return i->settled_ns ? (i->settled_ns - i->wanted_ns) / 1000 : -1;
}

static int64_t get_lost(const struct intention *i, int64_t zero_ns)
{
    (void)zero_ns;
    return (int64_t)round(i->seconds_lost * 1e6);
}

/* A column is a field's number, or what the page alone needs. */
static const struct {
    const char *key;
    enum attempt_field field;
    int64_t (*get)(const struct intention *i, int64_t zero_ns);
} columns[] = {
    {"client", FIELD_CLIENT, NULL}, {"wanted", 0, get_wanted}, /* us since zero */
    {"took", 0, get_took},          /* us until it was settled; -1: it was not */
    {"saw", FIELD_SAW, NULL},       /* -1: open, not judged */
    {"orders", FIELD_ORDERS, NULL}, /* -1: no witness can tell; -2: a read */
    {"lost", 0, get_lost},          /* us that the person waited longer than usual, or in vain */
};

static int64_t cell(size_t column, const struct attempt_row *row, int64_t zero_ns)
{
    struct field_value f;
    if (columns[column].get)
        return columns[column].get(row->wanted, zero_ns);
    attempt_field_read(columns[column].field, row, &f);
    return f.n;
}

static void load_people(struct json_out *j, const struct run_verdict *v, size_t load)
{
    const struct users_verdict *u = &v->loads[load].users;
    struct attempt_row row = {.v = v};
    size_t n = (size_t)u->intentions;
    int64_t *values = mem_zero(n + 1, sizeof *values);
    json_out_object(j, NULL);
    json_out_int(j, "n", u->intentions);
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        for (size_t i = 0; i < n; i++) {
            attempt_row_take_intention(&row, load, &u->all[i]);
            values[i] = cell(c, &row, html_zero_ns(v));
        }
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
            load_people(j, v, k);
        else
            json_out_null(j, NULL);
    json_out_end_array(j);
}
