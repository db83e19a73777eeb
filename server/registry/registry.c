#include "server/registry/registry.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"

static const struct registry_driver *const drivers[] = {&registry_file};

/* An entry outlives two renewals that fail. */
enum { RENEWALS = 3 };

struct registry {
    struct server *server;
    const struct registry_driver *driver;
    const char *where;
    struct registry_entry entry;
    bool entered, failing;
    struct timer renew;
};

int registry_open(struct server *s, struct error *err)
{
    const char *spec = s->options->registry, *colon = spec ? strchr(spec, ':') : NULL;
    if (!spec)
        return 0;
    for (size_t i = 0; colon && colon[1] && i < ARRAY_LEN(drivers); i++) {
        size_t len = strlen(drivers[i]->name);
        if (len != (size_t)(colon - spec) || strncmp(spec, drivers[i]->name, len) != 0)
            continue;
        s->registry = MEM_NEW(struct registry);
        *s->registry = (struct registry){.server = s, .driver = drivers[i], .where = colon + 1};
        return 0;
    }
    error_set(err, ERROR_USAGE, "unknown registry '%s'", spec);
    return error_hint(err, "write file:FOLDER");
}

static int put(struct registry *r, struct error *err)
{
    r->entry.expires_unix_ms = (clock_unix_ns() + r->server->options->registry_ttl_ns) / NS_PER_MS;
    return r->driver->put(r->where, &r->entry, err);
}

/* What fails while it serves is said once, and tried again. */
static void renew(struct registry *r)
{
    struct error err = {0};
    int64_t ttl_ns = r->server->options->registry_ttl_ns;
    bool failed = put(r, &err) < 0;
    if (failed && !r->failing)
        server_log(r->server, "registry: %s", err.text);
    else if (!failed && r->failing)
        server_log(r->server, "registry: the entry is kept again");
    r->failing = failed;
    timers_set(&r->server->timers, &r->renew, clock_ns() + ttl_ns / RENEWALS);
}

static void on_renew(struct timer *t)
{
    struct registry *r = CONTAINER_OF(t, struct registry, renew);
    renew(r);
    r->driver->sweep(r->where, clock_unix_ns() / NS_PER_MS);
}

/* An address that means "any" is none that a client can go to: this machine's name is. */
static void name_entry(const struct server *s, struct registry_entry *e)
{
    char host[65] = "localhost";
    const char *at = s->listener.host;
    gethostname(host, sizeof host - 1);
    bool any = strcmp(at, "0.0.0.0") == 0 || strcmp(at, "::") == 0;
    at = any ? host : at;
    bool v6 = strchr(at, ':') != NULL; /* RFC 3986 §3.2.2 */
    e->pid = (int)getpid();
    snprintf(e->url, sizeof e->url, "http://%s%s%s:%d", v6 ? "[" : "", at, v6 ? "]" : "",
             s->listener.port);
    snprintf(e->id, sizeof e->id, "%s-%d-%d", host, s->listener.port, e->pid);
    for (char *c = e->id; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            *c = '-';
}

int registry_enter(struct server *s, struct error *err)
{
    struct registry *r = s->registry;
    if (!r)
        return 0;
    name_entry(s, &r->entry);
    if (put(r, err) < 0)
        return -1;
    r->entered = true;
    r->renew.fire = on_renew;
    timers_set(&s->timers, &r->renew, clock_ns() + s->options->registry_ttl_ns / RENEWALS);
    server_log(s, "registry: entered in '%s' as %s", s->options->registry, r->entry.id);
    return 0;
}

void registry_mark(struct server *s, bool draining)
{
    struct registry *r = s->registry;
    if (!r || !r->entered || r->entry.draining == draining)
        return;
    r->entry.draining = draining;
    server_log(s, "registry: %s", draining ? "draining" : "up again");
    renew(r);
}

bool registry_leave(struct server *s, struct error *err)
{
    struct registry *r = s->registry;
    if (!r || !r->entered)
        return true;
    r->entered = false;
    timers_clear(&s->timers, &r->renew);
    return r->driver->remove(r->where, &r->entry, err) == 0;
}

void registry_free(struct server *s)
{
    free(s->registry);
    s->registry = NULL;
}
