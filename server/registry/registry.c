#include "server/registry/registry.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mask.h"
#include "base/mem.h"
#include "server/internal.h"

static const struct registry_driver *const drivers[] = {&registry_file, &registry_etcd};

static const struct registry_driver *driver_of(const char *spec)
{
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++)
        if (strncmp(spec, drivers[i]->prefix, strlen(drivers[i]->prefix)) == 0 &&
            spec[strlen(drivers[i]->prefix)])
            return drivers[i];
    return NULL;
}

int registry_open(struct server *s, struct error *err)
{
    const char *spec = s->options->registry.where;
    const struct registry_driver *driver = spec ? driver_of(spec) : NULL;
    if (!spec)
        return 0;
    if (!driver) {
        char *shown = mask_url(spec);
        error_set(err, ERROR_USAGE, "unknown registry '%.200s'", shown);
        free(shown);
        return error_hint(err, "write file:FOLDER or etcd://HOST:PORT/services/NAME");
    }
    s->outside.registry = MEM_NEW(struct registry);
    *s->outside.registry =
        (struct registry){.server = s, .driver = driver, .where = spec + strlen(driver->prefix)};
    return driver->open(s->outside.registry, err);
}

/* An address that means "any" is none that a client can go to: this machine's name is. */
static void name_entry(const struct server *s, struct registry_entry *e)
{
    char host[65] = "localhost";
    const char *at = s->sockets.listener.host;
    gethostname(host, sizeof host - 1);
    bool any = strcmp(at, "0.0.0.0") == 0 || strcmp(at, "::") == 0;
    at = any ? host : at;
    bool v6 = strchr(at, ':') != NULL; /* RFC 3986 §3.2.2 */
    e->pid = (int)getpid();
    snprintf(e->url, sizeof e->url, "http://%s%s%s:%d", v6 ? "[" : "", at, v6 ? "]" : "",
             s->sockets.listener.port);
    snprintf(e->id, sizeof e->id, "%s-%d-%d", host, s->sockets.listener.port, e->pid);
    for (char *c = e->id; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            *c = '-';
}

int registry_enter(struct server *s, struct error *err)
{
    struct registry *r = s->outside.registry;
    if (!r)
        return 0;
    name_entry(s, &r->entry);
    if (r->driver->enter(r, err) < 0)
        return -1;
    r->entered = true;
    return 0;
}

void registry_mark(struct server *s, bool draining)
{
    struct registry *r = s->outside.registry;
    if (!r || !r->entered || r->entry.draining == draining)
        return;
    r->entry.draining = draining;
    server_log(s, "registry: %s", draining ? "draining" : "up again");
    r->driver->changed(r);
}

/* --- leaving --- */

void registry_leave(struct server *s)
{
    struct registry *r = s->outside.registry;
    if (!r || !r->entered)
        return;
    r->entered = false;
    r->leaving = true;
    r->driver->leave(r);
}

void registry_begin_leave(struct step *step, void *server)
{
    struct server *s = server;
    struct registry *r = s->outside.registry;
    if (!r || (!r->entered && !r->leaving)) {
        step_over(step, NULL);
        return;
    }
    r->step = step;
    registry_leave(s);
}

void registry_give_up(void *server)
{
    const struct server *s = server;
    struct registry *r = s->outside.registry;
    if (!r || !r->leaving)
        return;
    r->step = NULL;
    if (r->driver->give_up)
        r->driver->give_up(r);
}

int64_t registry_leave_limit_ns(const struct server *s)
{
    const struct registry_driver *driver =
        s->options->registry.where ? driver_of(s->options->registry.where) : NULL;
    return driver ? driver->leave_ns : 0;
}

void registry_stop(struct server *s)
{
    if (s->outside.registry && s->outside.registry->driver->stop)
        s->outside.registry->driver->stop(s->outside.registry);
}

void registry_free(struct server *s)
{
    if (!s->outside.registry)
        return;
    s->outside.registry->driver->release(s->outside.registry);
    free(s->outside.registry);
    s->outside.registry = NULL;
}
