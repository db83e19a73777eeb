/* What the health routes say, for others that say the same. */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include <stddef.h>

struct server;

/* {"scheduled":true,"shutdownTime":"…Z","gracePeriodSeconds":300}, or {"scheduled":false}; 192
 * bytes are enough. */
void maintenance_json(const struct server *s, char *out, size_t size);

#endif
