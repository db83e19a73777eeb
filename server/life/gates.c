/* Gates by name, few enough to be searched one by one. */
#include "server/life/gates.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/words.h"
#include "server/http/request.h"
#include "server/server.h"

enum { NAME_MAX_LEN = 64, GATES_MAX = 1024 };

const char *const server_gate_points[] = {
    [GATE_DRAINING] = "draining",
    [GATE_LISTENER_CLOSED] = "listener-closed",
    [GATE_DEADLINE] = "deadline",
    [GATE_POINTS] = NULL,
};

static bool good_name(const char *name, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    return len > 0 && len <= NAME_MAX_LEN && strspn(name, allowed) >= len;
}

struct gate *gates_get(struct gates *g, const char *name, size_t len)
{
    if (!good_name(name, len))
        return NULL;
    for (size_t i = 0; i < g->count; i++)
        if (strncmp(g->items[i]->name, name, len) == 0 && g->items[i]->name[len] == '\0')
            return g->items[i];
    if (g->count == GATES_MAX)
        return NULL;
    struct gate *gate = MEM_NEW(struct gate);
    gate->name = mem_strndup(name, len);
    gate->point = -1;
    list_init(&gate->waiting);
    MEM_GROW(g->items, g->count, g->cap);
    g->items[g->count++] = gate;
    return gate;
}

int gates_add(struct gates *g, const char *spec, struct error *err)
{
    const char *equals = strchr(spec, '=');
    if (!equals || !good_name(spec, (size_t)(equals - spec))) {
        error_set(err, ERROR_USAGE, "bad gate '%s'", spec);
        return error_hint(err, "write NAME=POINT, as in `--gate late=listener-closed`");
    }
    int point = 0;
    while (point < GATE_POINTS && strcmp(equals + 1, server_gate_points[point]) != 0)
        point++;
    if (point == GATE_POINTS) {
        error_set(err, ERROR_USAGE, "there is no point of the drain '%s'", equals + 1);
        return words_hint_list(equals + 1, server_gate_points, "the points are", err);
    }
    struct gate *gate = gates_get(g, spec, (size_t)(equals - spec));
    if (!gate)
        return error_set(err, ERROR_USAGE, "too many gates");
    gate->point = point;
    return 0;
}

void gates_open(struct gate *gate)
{
    gate->open = true;
    while (!list_empty(&gate->waiting)) {
        struct request *r = CONTAINER_OF(gate->waiting.next, struct request, link);
        list_remove(&r->link);
        respond_json(r, 200, "{\"message\":\"success\"}");
    }
}

void gates_open_at(struct gates *g, enum gate_point point)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->items[i]->point == (int)point)
            gates_open(g->items[i]);
}

void gates_free(struct gates *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free(g->items[i]->name);
        free(g->items[i]);
    }
    free(g->items);
    *g = (struct gates){0};
}
