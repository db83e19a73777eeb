/* A status answer, as a page reads it: is all well, and did the server say when it goes away? */
#ifndef FRONTEND_STATUS_H
#define FRONTEND_STATUS_H

#include <stddef.h>

#include "frontend/policy.h"

struct fe_status {
    bool well;           /* a 200 whose "status" is one of policy.poll.ok */
    bool speaks;         /* it says something about a shutdown: `left` counts */
    fe_ms left;          /* until then; FE_NEVER: nothing is planned */
    const char *problem; /* why it is not well, or what was not believed; NULL */
};

/* Read `len` bytes of a body that came with HTTP status `status`. `wall_ms`: Unix time. The notice
 * is "maintenance": {"scheduled": true, "gracePeriodSeconds": 300, "shutdownTime": RFC 3339}. The
 * seconds are believed first, since no clock can be wrong about them; a time by itself is held
 * against `wall_ms`: one in the past is now, one more than a day ahead is a clock that is far off,
 * and says nothing. */
void fe_status_read(const struct fe_policy *p, int status, const char *body, size_t len,
                    int64_t wall_ms, struct fe_status *out);

/* Read what an event of a status stream says: such an object, or the notice by itself. `well`: it
 * does not say otherwise. False: it speaks of neither. */
bool fe_status_message(const struct fe_policy *p, const char *data, size_t len, int64_t wall_ms,
                       struct fe_status *out);

#endif
