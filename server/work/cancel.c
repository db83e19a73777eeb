#include "server/work/cancel.h"

#include <stddef.h>

#include "base/attr.h"

const char *cancel_cause_text(enum cancel_cause cause)
{
    static const char *const words[] = {
        [CANCEL_NONE] = "not cancelled",      [CANCEL_DEADLINE] = "deadline",
        [CANCEL_CLIENT_GONE] = "client gone", [CANCEL_BRANCH] = "another branch failed",
        [CANCEL_SHUTDOWN] = "shutdown",
    };
    return words[cause];
}

void cancel_begin(struct cancel *c, struct cancel *parent, void (*told)(struct cancel *c))
{
    *c = (struct cancel){.parent = parent, .told = told};
    list_init(&c->children);
    list_init(&c->link);
    if (!parent)
        return;
    c->cause = parent->cause;
    list_append(&parent->children, &c->link);
}

void cancel_fire(struct cancel *c, enum cancel_cause cause)
{
    if (c->cause != CANCEL_NONE)
        return;
    c->cause = cause;
    /* each is taken out before it is told: it may be freed */
    while (!list_empty(&c->children)) {
        struct cancel *child = CONTAINER_OF(c->children.next, struct cancel, link);
        list_remove(&child->link);
        cancel_fire(child, cause);
    }
    if (c->told)
        c->told(c);
}

void cancel_end(struct cancel *c)
{
    if (c->link.next)
        list_remove(&c->link);
    c->told = NULL;
}
