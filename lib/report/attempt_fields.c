#include "report/attempt_fields.h"

#include <string.h>

/* The intention that an attempt is one at; NULL: none. */
static const struct intention *wanted_of(const struct run_verdict *v, const struct attempt *a)
{
    const struct users_verdict *u = &v->loads[a->load].users;
    return u->any && a->request >= 1 && a->request <= u->intentions ? &u->all[a->request - 1]
                                                                    : NULL;
}

void attempt_row_take(struct attempt_row *r, const struct attempt *a)
{
    r->second = is_second_of_pair(&r->v->plan, a, r->a, r->second);
    r->a = a;
    r->wanted = wanted_of(r->v, a);
    stages_of(&r->stages, r->v, a);
}

void attempt_row_take_intention(struct attempt_row *r, size_t load, const struct intention *i)
{
    r->none = (struct attempt){.load = (int64_t)load, .request = i->number, .client = i->client};
    r->a = &r->none;
    r->wanted = i;
    r->second = false;
    r->stages = (struct stages){0};
}

static const char *method_of(const struct plan_load *p, const struct attempt *a, bool second)
{
    return a->cors.preflight ? "OPTIONS" : second || !p->method ? "GET" : p->method;
}

/* --- the table --- */

#define READER(ID, name, kind, owner, is_known, number, words)                                     \
    static void read_##ID(const struct attempt_row *r, struct field_value *out)                    \
    {                                                                                              \
        static const struct event none = {.length = -1};                                           \
        const struct attempt *a = r->a;                                                            \
        const struct event *e = a->end ? a->end : &none;                                           \
        const struct plan_load *p = &r->v->plan.loads[a->load];                                    \
        const struct intention *i = r->wanted;                                                     \
        (void)e, (void)p, (void)i;                                                                 \
        out->known = (is_known) && (FIELD_OF_##owner == FIELD_OF_ROW || a->id);                    \
        out->n = (number);                                                                         \
        out->text = (words);                                                                       \
    }
ATTEMPT_FIELD_MAP(READER)

#define ROW(ID, name, kind, owner, known, n, text) {name, AS_##kind, read_##ID},
static const struct {
    const char *name;
    enum field_kind kind;
    void (*read)(const struct attempt_row *r, struct field_value *out);
} fields[FIELD_COUNT] = {ATTEMPT_FIELD_MAP(ROW)};

const char *attempt_field_name(enum attempt_field f)
{
    return fields[f].name;
}

enum field_kind attempt_field_kind(enum attempt_field f)
{
    return fields[f].kind;
}

void attempt_field_read(enum attempt_field f, const struct attempt_row *r, struct field_value *out)
{
    out->seconds = r->wanted ? r->wanted->seconds_lost : 0;
    fields[f].read(r, out);
}
