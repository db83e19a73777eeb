/* Files that a command reads or writes, and that must not be one and the same. */
#ifndef OUTPUT_SAME_FILE_H
#define OUTPUT_SAME_FILE_H

#include "base/error.h"

/* Refuse to write `what` ("report", "journal") to `file` when that is also `other`, which holds
 * `of` ("the scenario"): one of the two would be lost. Links are followed; only regular files
 * count, for a pipe or a device takes both. Either name may be NULL, or of no file. Returns 0, or
 * -1 and ERROR_USAGE. */
int places_differ(const char *what, const char *file, const char *of, const char *other,
                  struct error *err);

/* To an error about `file`, which could not be opened for writing: the remedy, where `errnum` shows
 * it. Returns -1. */
int places_hint(const char *file, int errnum, struct error *err);

#endif
