/* What the browser of a page of another origin asks its server first (frontend/cors.h). */
#ifndef PLAN_PREFLIGHT_H
#define PLAN_PREFLIGHT_H

#include "base/buf.h"
#include "plan/plan.h"

/* Set which requests of a load need a preflight. Its frontend has an origin, and all its keys are
 * read. */
void preflight_set(struct plan_load *l);
/* The names of the header fields that must be allowed, lower case, sorted, a comma between two (the
 * value of Access-Control-Request-Headers). */
void preflight_headers(const struct plan_load *l, struct buf *out);

#endif
