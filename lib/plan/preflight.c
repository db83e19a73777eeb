#include "plan/preflight.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "frontend/cors.h"
#include "frontend/frontend.h"

static bool is_write(const struct plan_load *l)
{
    return strcmp(l->method, "GET") != 0 && strcmp(l->method, "HEAD") != 0;
}

static bool has_type(const struct plan_load *l)
{
    for (size_t i = 0; i < l->headers.n; i++)
        if (strcasecmp(l->headers.at[i].name, "Content-Type") == 0)
            return true;
    return false;
}

/* Reads carry only the scenario's own fields; a write is JSON unless these say otherwise. */
void preflight_set(struct plan_load *l)
{
    bool asks = fe_cors_unsafe_method(l->method);
    for (size_t i = 0; i < l->headers.n; i++)
        asks = asks || fe_cors_unsafe_header(l->headers.at[i].name, l->headers.at[i].value);
    bool json = !has_type(l) || l->users.frontend->idempotency_key;
    l->users.frontend->origin.preflight[FE_WRITE] = is_write(l) && (asks || json);
    l->users.frontend->origin.preflight[FE_READ] = !is_write(l) && asks;
}

static int by_name(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_lower(struct buf *out, const char *name)
{
    for (const char *c = name; *c; c++)
        buf_addc(out, *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c);
}

void preflight_headers(const struct plan_load *l, struct buf *out)
{
    size_t n = 0;
    const char **names = mem_zero(l->headers.n + 2, sizeof *names);
    for (size_t i = 0; i < l->headers.n; i++)
        if (fe_cors_unsafe_header(l->headers.at[i].name, l->headers.at[i].value))
            names[n++] = l->headers.at[i].name;
    if (is_write(l) && !has_type(l))
        names[n++] = "Content-Type";
    if (is_write(l) && l->users.frontend->idempotency_key)
        names[n++] = "Idempotency-Key";
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        buf_adds(out, i ? "," : "");
        add_lower(out, names[i]);
    }
    free(names);
}
