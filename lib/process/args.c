/* What the target is started with. */
#include "process/args.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/attr.h"
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
        add(&l, mem_strdup(o->plan->socket_activation ? "fd:4" : "fd:3"));
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

/* What the service manager of drainctl says to drainctl (sd_notify(3), sd_listen_fds(3),
 * sd_watchdog_enabled(3)): the target is not meant, and would speak in drainctl's name. */
static bool is_meant_for_us(const char *pair)
{
    static const char *const names[] = {
        "NOTIFY_SOCKET=",  "LISTEN_PID=",   "LISTEN_FDS=",   "LISTEN_FDNAMES=",
        "LISTEN_PIDFDID=", "WATCHDOG_PID=", "WATCHDOG_USEC="};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strncmp(pair, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Until the pid is known: as long as any is. */
static const char no_pid[] = "LISTEN_PID=no-pid-yet";

static void add_activation(struct list *l)
{
    set(l, mem_strdup("LISTEN_FDS=1"));
    set(l, mem_strdup(no_pid));
    set(l, mem_strdup("LISTEN_FDNAMES=drainctl.socket"));
}

char *args_listen_pid(char *const *envp)
{
    for (; *envp; envp++)
        if (strcmp(*envp, no_pid) == 0)
            return *envp + strlen("LISTEN_PID=");
    return NULL;
}

char **args_environment(const struct target_options *o, const char *notify)
{
    struct list l = {0};
    for (char **e = environ; e && *e; e++)
        if (!is_meant_for_us(*e))
            add(&l, mem_strdup(*e));
    if (o->port)
        set(&l, mem_printf("PORT=%d", o->port));
    set(&l, run_marker());
    if (*notify)
        set(&l, mem_printf("NOTIFY_SOCKET=%s", notify));
    if (o->plan->socket_activation)
        add_activation(&l);
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
