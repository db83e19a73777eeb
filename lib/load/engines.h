/* The engines of a run. libcurl searches its cache of connections through for some things, so an
 * engine has a few hundred clients and no more. */
#ifndef LOAD_ENGINES_H
#define LOAD_ENGINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "load/engine.h"

struct engines {
    struct engine **all;
    size_t n;
    size_t closing; /* not yet closed */
    void (*closed)(void *arg);
    void *arg;
};

/* For this number of clients. `turn` is called with `arg` as engine_new says. */
void engines_init(struct engines *e, uv_loop_t *loop, int64_t clients, void (*turn)(void *arg),
                  void *arg);
/* Close all; `closed` is called from the loop, with the same `arg`, and all memory is gone but
 * `e`. */
void engines_close(struct engines *e, void (*closed)(void *arg));
/* The engine of the client with this identity (client.h). */
struct engine *engines_of(const struct engines *e, int64_t identity);
bool engines_busy(const struct engines *e); /* any: see engine_busy */
void engines_wake(struct engines *e);       /* ask for one turn */

#endif
