/* The private folder of a run with several processes: what ${dir} stands for. */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include "base/error.h"
#include "plan/plan.h"

/* Make it, for this user alone (0700), under $TMPDIR or /tmp. A fresh path, or NULL and ERROR_RUN.
 */
char *folder_make(struct error *err);
/* Make what lies in it: the services' files, with their names replaced, and the registry's folder
 * when that is inside. 0, or -1 and ERROR_RUN. `ports` has one for each process. */
int folder_fill(const struct plan *plan, const char *folder, const int *ports, struct error *err);
/* Remove it with all that lies in it; accepts NULL. */
void folder_remove(const char *folder);

#endif
