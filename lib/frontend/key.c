/* Policy "idempotency_key": a write carries the key of its intention, the same one on every
 * attempt, so that a server can tell a repetition from a second wish. */
#include "frontend/step.h"

bool fe_key_for(const struct fe_policy *p, enum fe_what what)
{
    return p->idempotency_key && what == FE_WRITE;
}
