/* Policies "timeout" and "abort": how long the page waits for one answer. What it does then is up
 * to the caller of the attempt. */
#include "frontend/step.h"

fe_ms fe_timeout_at(const struct fe_step *st)
{
    return st->p->timeout ? fe_in(st, st->p->timeout) : FE_NEVER;
}
