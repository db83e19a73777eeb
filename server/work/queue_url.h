/* Where a queue is: SCHEME://[[USER]:PASSWORD@]HOST:PORT[,HOST:PORT…]/NAME[?group=GROUP&…]. */
#ifndef SERVER_QUEUE_URL_H
#define SERVER_QUEUE_URL_H

#include <stdbool.h>

#include "base/error.h"

enum { QUEUE_PARAMS_MOST = 4 };

struct queue_url {
    char *user, *password; /* decoded; or NULL */
    char *host;            /* without brackets */
    int port;
    char *more;  /* the hosts behind the first one as they stand there, "b:2,[::1]:3"; or NULL */
    char *name;  /* of the stream or topic */
    char *group; /* of those who share the messages: "drainctl" by default */
    char *shown; /* the URL with its password masked */
    char *params[QUEUE_PARAMS_MOST]; /* decoded, in the scheme's order; NULL: it is not there */
};

struct queue_scheme {
    const char *name;          /* "redis", say */
    const char *form;          /* for the hint: what such a URL looks like */
    bool several;              /* more than one host */
    const char *const *params; /* what the query may have beside "group"; ends with NULL; or NULL */
};

/* Does it begin with "SCHEME://"? */
bool queue_url_is(const char *url, const char *scheme);
/* 0, or -1 with err filled (ERROR_USAGE), which shows no password. */
int queue_url_read(struct queue_url *u, const struct queue_scheme *scheme, const char *url,
                   struct error *err);
/* One that was read, but will not do: fill err. */
void queue_url_refuse(const struct queue_url *u, const struct queue_scheme *scheme,
                      struct error *err);
void queue_url_free(struct queue_url *u);

#endif
