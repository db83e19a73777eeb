/* The platform that a command line names. */
#ifndef CLI_PLATFORM_H
#define CLI_PLATFORM_H

#include "base/error.h"
#include "plan/profiles.h"

/* Its profile; NULL and ERROR_USAGE, with the nearest one that there is, when there is none. */
const struct profile *platform_find(const char *name, struct error *err);

#endif
