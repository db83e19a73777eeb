/* The registry as clients see it: which servers are entered, and which of them may be asked. Of
 * `drainctl serve --registry file:FOLDER` (server/registry): one file an entry, ID.json. */
#ifndef LOAD_REGISTRY_H
#define LOAD_REGISTRY_H

#include "base/error.h"

struct uv_loop_s;
struct journal;
struct registry;

/* Watch the folder; each change of an entry is written into the journal. NULL and ERROR_RUN when it
 * cannot be watched. */
struct registry *registry_watch(struct uv_loop_s *loop, const char *folder, struct journal *journal,
                                struct error *err);
/* The address of the next server, in turn: of those that are up; when there is none, of those that
 * drain; when there is none either, the one that was given last; "" when there never was one. What
 * has changed in the folder up to now counts. Valid until the next call. */
const char *registry_next(struct registry *r);
/* Stop watching; `closed` comes from the loop and the memory is gone. NULL is allowed for `r`: then
 * it comes at once. */
void registry_close(struct registry *r, void (*closed)(void *arg), void *arg);

#endif
