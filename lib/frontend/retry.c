/* Policy "retry": what is tried again, and when. min(8 s, 1 s * 2^i) + U(0, 1 s) in the set
 * "careful": the doubling eases the load on a server that is slow, the chance keeps the clients
 * from coming back all at once. */
#include "frontend/step.h"

bool fe_good(const struct fe_event *e)
{
    return e->result == FE_STATUS && e->status >= 200 && e->status < 400;
}

bool fe_untouched(enum fe_result result, int status)
{
    if (result == FE_STATUS)
        return status == 503 || status == 429;
    return result == FE_REFUSED || result == FE_OPEN;
}

static bool names_status(const struct fe_policy *p, int status)
{
    for (int i = 0; i < p->retry.n_statuses; i++)
        if (p->retry.statuses[i] == status)
            return true;
    return false;
}

bool fe_retry_wants(const struct fe_policy *p, int tries, enum fe_result result, int status)
{
    if (p->retry.kind == FE_RETRY_NONE || tries >= p->retry.tries)
        return false;
    return result == FE_STATUS ? names_status(p, status) : (p->retry.on >> result & 1) != 0;
}

static fe_ms doubled(const struct fe_policy *p, int times)
{
    fe_ms delay = p->retry.base;
    while (times-- > 0 && delay < p->retry.cap)
        delay *= 2;
    return delay < p->retry.cap ? delay : p->retry.cap;
}

fe_ms fe_retry_delay(const struct fe_policy *p, int tries, fe_ms retry_after, double random)
{
    fe_ms delay = p->retry.kind == FE_RETRY_FIXED ? p->retry.base : doubled(p, tries);
    if (retry_after > FE_LONGEST_AFTER)
        retry_after = FE_LONGEST_AFTER;
    if (p->retry.obey && retry_after > delay)
        delay = retry_after;
    return delay + (fe_ms)(p->retry.spread * random);
}
