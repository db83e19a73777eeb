/* Inside the registry: its entries, and the kinds of places that they come from. */
#ifndef LOAD_REGISTRY_INT_H
#define LOAD_REGISTRY_INT_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "journal/journal.h"
#include "load/registry.h"

enum { REGISTRY_URL_MAX = 200 };

struct entry_seen {
    char *id, *url;
    enum entry is;
    int64_t expires_unix_ms;
    bool kept; /* by the look that goes on */
};

struct registry_kind {
    const char *prefix; /* of the spec */
    /* Sets r->state. 0, or -1 with err filled and nothing left behind. */
    int (*open)(struct registry *r, struct uv_loop_s *loop, const char *spec, struct error *err);
    /* Read what has changed up to now; NULL: that comes by itself. */
    void (*freshen)(struct registry *r);
    /* As registry_await; NULL: all is known at once. */
    void (*await)(struct registry *r, size_t count, void (*told)(void *arg, const char *why),
                  void *arg);
    /* Let go of r->state, then registry_released(r), from the loop. */
    void (*close)(struct registry *r);
};
extern const struct registry_kind registry_in_folder, registry_in_etcd;

struct registry {
    const struct registry_kind *kind;
    void *state; /* the kind's */
    struct journal *journal;
    struct entry_seen *entries;
    size_t count, cap, turn;
    char last[REGISTRY_URL_MAX];
    void (*closed)(void *arg);
    void *closed_arg;
};

/* A look at all entries: those that are not taken in between are gone. */
void registry_look_begin(struct registry *r);
void registry_look_end(struct registry *r);
/* An entry as its server wrote it. `id` NULL: it says that itself, and must say when it expires.
 * What is no entry is passed over: others may have things there, too. */
void registry_take(struct registry *r, const char *id, const cJSON *entry);
void registry_gone(struct registry *r, const char *id);
size_t registry_count_up(const struct registry *r);
void registry_released(struct registry *r); /* its kind is done with it */

#endif
