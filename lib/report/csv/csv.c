/* Comma-separated values (RFC 4180): a row for each attempt, and for each intention of a person
 * that never became one, for spreadsheets and data frames. A row is always one line: no field holds
 * a control byte. */
#include "report/csv/csv.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/signame.h"
#include "report/formats.h"

static void end_row(struct buf *out)
{
    buf_add(out, "\r\n", 2);
}

static void write_row(struct csv *c)
{
    for (int k = 0; csv_columns[k].name; k++) {
        if (k)
            buf_addc(c->out, ',');
        if (c->a->id || csv_columns[k].always)
            csv_columns[k].write(c);
    }
    end_row(c->out);
}

/* The intention that an attempt is one at; NULL: none. */
static const struct intention *wanted_of(const struct run_verdict *v, const struct attempt *a)
{
    const struct users_verdict *u = &v->loads[a->load].users;
    return u->any && a->request >= 1 && a->request <= u->intentions ? &u->all[a->request - 1]
                                                                    : NULL;
}

/* A row for each intention of `load` that never became an attempt: the page kept it, or had it
 * in its cache. `tried` is by the intention's number. */
static void write_untried(struct csv *c, size_t load, const bool *tried)
{
    const struct users_verdict *u = &c->v->loads[load].users;
    for (int64_t i = 0; i < u->intentions; i++) {
        c->none =
            (struct attempt){.load = (int64_t)load, .request = i + 1, .client = u->all[i].client};
        c->a = &c->none;
        c->wanted = &u->all[i];
        if (!tried[i + 1])
            write_row(c);
    }
}

static void write_people(struct csv *c, size_t load)
{
    const struct users_verdict *u = &c->v->loads[load].users;
    bool *tried = mem_zero((size_t)u->intentions + 1, sizeof *tried);
    for (size_t i = 0; i < c->v->n_attempts; i++) {
        const struct attempt *a = &c->v->attempts[i];
        if ((size_t)a->load == load && wanted_of(c->v, a))
            tried[a->request] = true;
    }
    write_untried(c, load, tried);
    free(tried);
}

static void write_run(struct csv *c)
{
    const struct attempt *before = NULL;
    for (size_t i = 0; i < c->v->n_attempts; i++) {
        c->a = &c->v->attempts[i];
        c->wanted = wanted_of(c->v, c->a);
        c->second = is_second_of_pair(&c->v->plan, c->a, before, c->second);
        stages_of(&c->stages, c->v, c->a);
        write_row(c);
        before = c->a;
    }
    c->second = false;
    for (size_t k = 0; k < c->v->n_loads; k++)
        if (c->v->loads[k].users.any)
            write_people(c, k);
}

void report_csv(const struct report_input *in, struct buf *out)
{
    int64_t *repeats = repeats_of(in->runs, in->count);
    for (int k = 0; csv_columns[k].name; k++)
        buf_addf(out, "%s%s", k ? "," : "", csv_columns[k].name);
    end_row(out);
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        struct csv c = {.out = out, .v = v, .number = i + 1, .repeat = repeats[i]};
        c.zero_ns = v->t0_ns ? v->t0_ns : v->history->events[0].t_ns;
        c.zero = v->told ? v->told : "run-start";
        write_run(&c);
    }
    free(repeats);
}
