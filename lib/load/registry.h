/* The registry as clients see it: which servers are entered, and which of them may be asked. Of
 * `drainctl serve --registry` (server/registry): file:FOLDER, or etcd://HOST:PORT/services/NAME. */
#ifndef LOAD_REGISTRY_H
#define LOAD_REGISTRY_H

#include <stddef.h>

#include "base/error.h"

struct uv_loop_s;
struct journal;
struct registry;

/* Watch it; each change of an entry is written into the journal. NULL with err filled: it is none
 * (ERROR_USAGE), or it cannot be watched (ERROR_RUN). An etcd that is not there is tried again. */
struct registry *registry_watch(struct uv_loop_s *loop, const char *spec, struct journal *journal,
                                struct error *err);
/* `told` is called once, perhaps in here: as soon as `count` servers are up there, why NULL; or
 * when they are not within 5 s, with why. What is in a folder is known at once, and enough. */
void registry_await(struct registry *r, size_t count, void (*told)(void *arg, const char *why),
                    void *arg);
/* The address of the next server, in turn: of those that are up; when there is none, of those that
 * drain; when there is none either, the one that was given last; "" when there never was one. What
 * has changed in a folder up to now counts. Valid until the next call. */
const char *registry_next(struct registry *r);
/* Stop watching; `closed` comes from the loop and the memory is gone. NULL is allowed for `r`: then
 * it comes at once. */
void registry_close(struct registry *r, void (*closed)(void *arg), void *arg);

#endif
