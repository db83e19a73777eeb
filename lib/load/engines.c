/* So many clients an engine. */
#include "load/engines.h"

#include <stdlib.h>

#include "base/mem.h"

enum { CLIENTS_EACH = 500 };

void engines_init(struct engines *e, uv_loop_t *loop, int64_t clients, void (*turn)(void *arg),
                  void *arg)
{
    e->n = (size_t)(clients / CLIENTS_EACH) + 1;
    e->arg = arg;
    e->all = mem_zero(e->n, sizeof(struct engine *));
    for (size_t i = 0; i < e->n; i++)
        e->all[i] = engine_new(loop, CLIENTS_EACH * 2, turn, arg);
}

static void on_closed(void *arg)
{
    struct engines *e = arg;
    if (--e->closing > 0)
        return;
    free(e->all);
    e->closed(e->arg);
}

void engines_close(struct engines *e, void (*closed)(void *arg))
{
    size_t n = e->n; /* the last one may take `e` along */
    e->closed = closed;
    e->closing = n;
    for (size_t i = 0; i < n; i++)
        engine_free(e->all[i], on_closed, e);
}

struct engine *engines_of(const struct engines *e, int64_t identity)
{
    return e->all[(size_t)(identity / CLIENTS_EACH) % e->n];
}

bool engines_busy(const struct engines *e)
{
    for (size_t i = 0; i < e->n; i++)
        if (engine_busy(e->all[i]))
            return true;
    return false;
}

void engines_wake(struct engines *e)
{
    engine_wake(e->all[0]);
}
