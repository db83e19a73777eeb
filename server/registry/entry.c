/* What the kinds of registries have in common. */
#include "base/json_out.h"
#include "server/internal.h"
#include "server/registry/registry.h"

void registry_write_entry(const struct registry_entry *e, int64_t expires_unix_ms, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "id", e->id);
    json_out_string(&j, "url", e->url);
    json_out_int(&j, "pid", e->pid);
    json_out_string(&j, "state", e->draining ? "draining" : "up");
    if (expires_unix_ms)
        json_out_int(&j, "expires_unix_ms", expires_unix_ms);
    json_out_end_object(&j);
}

void registry_tell(struct registry *r, const char *why)
{
    if (why && !r->failing)
        server_log(r->server, "registry: %s", why);
    else if (!why && r->failing)
        server_log(r->server, "registry: the entry is kept again");
    r->failing = why != NULL;
}

void registry_left(struct registry *r, const char *why)
{
    struct step *step = r->step;
    r->leaving = false;
    r->step = NULL;
    if (step)
        step_over(step, why);
    else if (why)
        server_log(r->server, "registry: %s", why);
}
