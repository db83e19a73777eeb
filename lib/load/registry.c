/* The registry that a load asks: which kind it is, and from the first look to the last. */
#include "load/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "load/registry_int.h"

static const struct registry_kind *const kinds[] = {&registry_in_folder, &registry_in_etcd};

static const struct registry_kind *kind_of(const char *spec)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strncmp(spec, kinds[i]->prefix, strlen(kinds[i]->prefix)) == 0)
            return kinds[i];
    return NULL;
}

struct registry *registry_watch(struct uv_loop_s *loop, const char *spec, struct journal *journal,
                                struct error *err)
{
    const struct registry_kind *kind = kind_of(spec);
    if (!kind) {
        error_set(err, ERROR_USAGE, "unknown registry '%s'", spec);
        return NULL;
    }
    struct registry *r = MEM_NEW(struct registry);
    *r = (struct registry){.kind = kind, .journal = journal};
    if (kind->open(r, loop, spec, err) == 0)
        return r;
    free(r);
    return NULL;
}

void registry_await(struct registry *r, size_t count, void (*told)(void *arg, const char *why),
                    void *arg)
{
    if (r->kind->await)
        r->kind->await(r, count, told, arg);
    else
        told(arg, NULL);
}

void registry_close(struct registry *r, void (*closed)(void *arg), void *arg)
{
    if (!r) {
        closed(arg);
        return;
    }
    r->closed = closed;
    r->closed_arg = arg;
    r->kind->close(r);
}
