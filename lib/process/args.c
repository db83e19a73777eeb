/* What the target is started with. */
#include "process/args.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/json_out.h"
#include "base/mem.h"

enum { MAX_JSON = 4 * 1024 * 1024 };

struct list {
    char **items;
    size_t count, cap;
};

static void add(struct list *l, char *fresh)
{
    MEM_GROW(l->items, l->count, l->cap);
    l->items[l->count++] = fresh;
}

char **args_of(const struct target_options *o)
{
    struct list l = {0};
    if (o->plan->kind == TARGET_REFERENCE) {
        add(&l, mem_strdup(o->program));
        add(&l, mem_strdup("serve"));
        add(&l, mem_strdup("--port"));
        add(&l, mem_printf("%d", o->port));
    }
    for (char **arg = o->plan->argv; arg && *arg; arg++)
        add(&l, plan_expand(*arg, o->port));
    if (o->plan->kind == TARGET_REFERENCE && o->ledger_fd >= 0) {
        add(&l, mem_strdup("--ledger"));
        add(&l, mem_strdup("fd:3"));
    }
    add(&l, NULL);
    return l.items;
}

/* Set NAME=VALUE (fresh), in place of an older one. */
static void set(struct list *l, char *pair)
{
    size_t name = strcspn(pair, "=") + 1;
    for (size_t i = 0; i < l->count; i++)
        if (strncmp(l->items[i], pair, name) == 0) {
            free(l->items[i]);
            l->items[i] = pair;
            return;
        }
    add(l, pair);
}

static char *run_marker(void)
{
    unsigned long long id = (unsigned long long)getpid();
    if (getrandom(&id, sizeof id, GRND_NONBLOCK) < 0)
        id ^= (unsigned long long)(uintptr_t)&id;
    return mem_printf("DRAINCTL_RUN=%016llx", id);
}

char **args_environment(const struct target_options *o, const char *notify)
{
    struct list l = {0};
    for (char **e = environ; e && *e; e++)
        add(&l, mem_strdup(*e));
    if (o->port)
        set(&l, mem_printf("PORT=%d", o->port));
    set(&l, run_marker());
    if (*notify)
        set(&l, mem_printf("NOTIFY_SOCKET=%s", notify));
    for (size_t i = 0; i < o->plan->n_env; i++) {
        char *value = plan_expand(o->plan->env[i].value, o->port);
        set(&l, mem_printf("%s=%s", o->plan->env[i].name, value));
        free(value);
    }
    add(&l, NULL);
    return l.items;
}

void args_free(char **args)
{
    for (char **a = args; a && *a; a++)
        free(*a);
    free(args);
}

char *args_json(char *const *args)
{
    struct buf b;
    struct json_out j;
    buf_init(&b, MAX_JSON);
    json_out_init(&j, &b, 0);
    json_out_array(&j, NULL);
    for (; *args; args++)
        json_out_string(&j, NULL, *args);
    json_out_end_array(&j);
    return buf_take(&b);
}
