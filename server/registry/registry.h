/* The registry: where clients learn which instances serve. The server enters itself when it
 * listens, renews its entry, marks it `draining` at the notice or the signal, and takes it out at
 * the end. A killed server's entry expires. */
#ifndef SERVER_REGISTRY_H
#define SERVER_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct server;

struct registry_entry {
    char id[128]; /* HOST-PORT-PID; letters, digits, "._-" */
    char url[160];
    int pid;
    bool draining;
    int64_t expires_unix_ms; /* after this it is to be taken as gone */
};

/* A kind of registry: what stands before the colon of --registry, and how to keep an entry there.
 * All return 0, or -1 with err filled (ERROR_RUN), and must not wait for long: they are called on
 * the loop. */
struct registry_driver {
    const char *name;
    int (*put)(const char *where, const struct registry_entry *entry, struct error *err);
    int (*remove)(const char *where, const struct registry_entry *entry, struct error *err);
    /* Take out entries of others that expired before this moment. */
    void (*sweep)(const char *where, int64_t before_unix_ms);
};
extern const struct registry_driver registry_file;

struct registry; /* of one server */

/* Before it listens: read --registry. 0, or -1 with err filled (ERROR_USAGE): not KIND:WHERE. */
int registry_open(struct server *s, struct error *err);
/* It listens: enter it, and renew the entry from now on. -1 with err filled: it cannot be kept. */
int registry_enter(struct server *s, struct error *err);
/* From now on its clients shall leave it, or (a notice was called off) stay. */
void registry_mark(struct server *s, bool draining);
/* Take it out. False, with why in err: it could not be; then it expires. */
bool registry_leave(struct server *s, struct error *err);
void registry_free(struct server *s);

#endif
