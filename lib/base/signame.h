/* Signal names and numbers (signal(7)). */
#ifndef BASE_SIGNAME_H
#define BASE_SIGNAME_H

#include "base/error.h"

/* "SIGTERM", "TERM" or "15", any case, to the number; 0 when there is no such signal. */
int signame_number(const char *name);
/* The number to "SIGTERM"; "SIG99" style for one without a name. Static storage. */
const char *signame_name(int number);
/* What a process does by default on the signal (signal(7)). */
enum signame_default { SIGNAME_TERMINATES, SIGNAME_IGNORED, SIGNAME_STOPS };
enum signame_default signame_default(int number);
/* The hint to a name that no signal has. Returns -1. */
int signame_hint(const char *name, struct error *err);

#endif
