/* A target's arguments, and "reference": each key is an option of `drainctl serve`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/parse.h"

/* A target of two kinds at a time is refused once all of it is read; until then the last one
 * counts. */
void parse_take_args(struct plan_target *t, char **items)
{
    for (char **arg = t->argv; arg && *arg; arg++)
        free(*arg);
    free(t->argv);
    t->argv = items;
}

void parse_add_arg(struct parse_args *list, char *arg)
{
    while (list->count + 1 >= list->cap) {
        list->cap = list->cap ? list->cap * 2 : 8;
        list->items = mem_resize(list->items, list->cap, sizeof *list->items);
    }
    list->items[list->count++] = arg;
    list->items[list->count] = NULL;
}

static void add_option(struct parse_args *list, const char *key, char *value)
{
    char *option = mem_printf("--%s", key);
    for (char *p = option; *p; p++)
        if (*p == '_')
            *p = '-';
    parse_add_arg(list, option);
    parse_add_arg(list, value);
}

static int reference_duration(READ_PARAMS)
{
    int64_t ns;
    if (json_get_duration(doc, node, &ns, err) < 0)
        return -1;
    add_option(into, node->string, mem_strdup(node->valuestring));
    return 0;
}

static int reference_size(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 0, INT64_C(1) << 40, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_count(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 1, 256, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_queue(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 0, INT64_C(1) << 20, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_text(READ_PARAMS)
{
    char *text = NULL;
    if (read_text(doc, node, &text, err) < 0)
        return -1;
    add_option(into, node->string, text);
    return 0;
}

/* Where in the drain a gate opens by itself. */
static const char *const gate_points[] = {"draining", "listener-closed", "deadline", NULL};

static int reference_gates(READ_PARAMS)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *gate = node->child; gate; gate = gate->next) {
        int point;
        if (!*gate->string || gate->string[strspn(gate->string, letters)])
            return json_error(doc, gate, err,
                              "a gate's name is made of letters, digits, '-', '_' and '.'");
        if (read_choice(doc, gate, "point of the drain", gate_points, &point, err) < 0)
            return -1;
        add_option(into, "gate", mem_printf("%s=%s", gate->string, gate_points[point]));
    }
    return 0;
}

const struct json_field reference_fields[] = {
    {"drain_timeout", reference_duration, false},
    {"drain_delay", reference_duration, false},
    {"header_timeout", reference_duration, false},
    {"idle_timeout", reference_duration, false},
    {"deregister_delay", reference_duration, false},
    {"database", reference_text, false},
    {"pool", reference_count, false},
    {"pool_queue", reference_queue, false},
    {"consumers", reference_queue, false},
    {"request_timeout", reference_duration, false},
    {"close_spread", reference_duration, false},
    {"queue", reference_text, false},
    {"publish", reference_text, false},
    {"subscribe", reference_text, false},
    {"upstream", reference_text, false},
    {"job_lease", reference_duration, false},
    {"max_body", reference_size, false},
    {"fault", reference_text, false},
    {"gates", reference_gates, false},
    {0},
};

int parse_reference(READ_PARAMS)
{
    struct plan_target *t = into;
    struct parse_args list = {0};
    t->kind = TARGET_REFERENCE;
    int rc = json_read_object(doc, node, reference_fields, &list, err);
    parse_take_args(t, list.items ? list.items : mem_zero(1, sizeof *t->argv));
    return rc;
}
