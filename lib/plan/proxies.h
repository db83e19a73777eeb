/* A proxy in front of the targets: what a scenario says of it, and the configuration that is made
 * of that. Private to lib/plan. */
#ifndef PLAN_PROXIES_H
#define PLAN_PROXIES_H

#include "plan/plan.h"

struct proxy_settings {
    enum proxy kind;
    char *program;
    char *check;            /* path of the health check; NULL: the connection alone */
    int64_t check_every_ns; /* HAProxy */
    int64_t rise, fall;     /* HAProxy: checks in a row */
    int64_t connect_ns, server_ns, client_ns;
    int64_t queue_ns; /* HAProxy */
    int64_t tries;
    char **retry_on; /* ends with NULL; NULL: the kind's default */
    size_t n_retry_on;
    int64_t max_fails, fail_timeout_ns; /* nginx */
};

/* The command that runs it and its files, into `p`, which has its servers already. Names stay as
 * ${NAME.port} and ${dir}. */
void proxy_write(const struct plan *plan, const struct proxy_settings *s, struct plan_process *p);

#endif
