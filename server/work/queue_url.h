/* Where a queue is: SCHEME://[[USER]:PASSWORD@]HOST:PORT/NAME[?group=GROUP]. */
#ifndef SERVER_QUEUE_URL_H
#define SERVER_QUEUE_URL_H

#include "base/error.h"

struct queue_url {
    char *user, *password; /* decoded; or NULL */
    char *host;            /* without brackets */
    int port;
    char *name;  /* of the stream or topic */
    char *group; /* of those who share the messages: "drainctl" by default */
    char *shown; /* the URL with its password masked */
};

/* 0, or -1 with err filled (ERROR_USAGE), which shows no password. `scheme` is "redis", say. */
int queue_url_read(struct queue_url *u, const char *scheme, const char *url, struct error *err);
void queue_url_free(struct queue_url *u);

#endif
