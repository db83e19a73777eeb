/* The registry: where clients learn which instances serve. The server enters itself when it
 * listens, renews its entry, marks it `draining` at the notice or the signal, and takes it out at
 * the end. A killed server's entry expires. */
#ifndef SERVER_REGISTRY_H
#define SERVER_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "server/life/steps.h"

struct registry_driver;
struct server;

struct registry_entry {
    char id[128]; /* HOST-PORT-PID; letters, digits, "._-" */
    char url[160];
    int pid;
    bool draining;
};

/* The registry of one server, for its driver. */
struct registry {
    struct server *server;
    const struct registry_driver *driver;
    const char *where; /* what stands behind the driver's prefix */
    struct registry_entry entry;
    bool entered, leaving;
    bool failing;      /* said so already */
    struct step *step; /* that waits for the end of leaving; or NULL */
    void *state;       /* the driver's */
};

/* A kind of registry. All but `enter` is called on the loop and must not wait. */
struct registry_driver {
    const char *prefix; /* of --registry: "file:" */
    int64_t leave_ns;   /* limit of the closing step; 0: none but the drain timeout */
    /* Before it listens: read r->where. 0, or -1 with err filled (ERROR_USAGE). */
    int (*open)(struct registry *r, struct error *err);
    /* Keep r->entry there from now on. 0, or -1 with err filled (ERROR_RUN): it never will be. */
    int (*enter)(struct registry *r, struct error *err);
    void (*changed)(struct registry *r); /* the entry has */
    void (*leave)(struct registry *r);   /* take it out, then call registry_left */
    void (*give_up)(struct registry *r); /* leaving takes too long; may be NULL */
    void (*stop)(struct registry *r);    /* the loop ends: close what is on it; may be NULL */
    void (*release)(struct registry *r); /* free r->state */
};
extern const struct registry_driver registry_file, registry_etcd;

/* entry.c, for drivers. */
/* {"id", "url", "pid", "state"}, and when it expires unless that is 0. */
void registry_write_entry(const struct registry_entry *e, int64_t expires_unix_ms, struct buf *out);
/* What fails while it serves is said once; `why` NULL: it works again. */
void registry_tell(struct registry *r, const char *why);
/* It is out; or why not. */
void registry_left(struct registry *r, const char *why);

/* Before it listens: read --registry. 0, or -1 with err filled (ERROR_USAGE): none of the kinds. */
int registry_open(struct server *s, struct error *err);
/* It listens: enter it, and renew the entry from now on. -1 with err filled: it cannot be kept. */
int registry_enter(struct server *s, struct error *err);
/* From now on its clients shall leave it, or (a notice was called off) stay. */
void registry_mark(struct server *s, bool draining);
/* Take it out; how that ends, the closing step says. */
void registry_leave(struct server *s);
/* The closing step `registry-left`. */
void registry_begin_leave(struct step *step, void *server);
void registry_give_up(void *server);
int64_t registry_leave_limit_ns(const struct server *s);
/* The loop has stopped, and is about to run once more to close its handles. */
void registry_stop(struct server *s);
void registry_free(struct server *s);

#endif
