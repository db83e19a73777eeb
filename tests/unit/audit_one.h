/* One battery to bend and one audit of it, for tests that look at single findings. */
#ifndef AUDIT_ONE_H
#define AUDIT_ONE_H

#include "audit_fixture.h"

static struct battery b;
static struct audit a;

static FIXTURE int begin(void **state)
{
    (void)state;
    healthy(&b);
    return 0;
}

static int end(void **state)
{
    (void)state;
    audit_free(&a);
    return 0;
}

static const struct finding *view_for(const char *id)
{
    audit_free(&a);
    audit_battery(&b, &a);
    return found(&a, id);
}

static const struct finding *must_find(const char *id)
{
    const struct finding *f = view_for(id);

    if (!f)
        fail_msg("%s was not found", id);
    return f;
}

#endif
