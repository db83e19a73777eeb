/* A file that a command writes because the user asked for one: whole or not at all, and never over
 * one that is there already unless that was asked for too. */
#ifndef OUTPUT_NEW_FILE_H
#define OUTPUT_NEW_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* To be asked before a long work begins: could it be written now? ERROR_USAGE when it is there
 * already, ERROR_RUN when its folder is not there or not writable. */
int new_file_try(const char *path, bool force, struct error *err);
/* What was there before is replaced as a whole (output/replace.h). ERROR_USAGE, ERROR_RUN. */
int new_file_write(const char *path, const char *data, size_t len, bool force, struct error *err);
/* "a/b/c.json" and "x" give "a/b/x", in a fresh string. */
char *new_file_beside(const char *path, const char *name);

#endif
