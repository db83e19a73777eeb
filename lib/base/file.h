/* A whole file in memory. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

/* Append all of `path` ("-": standard input) to `b`, whose maximum bounds it. ERROR_USAGE when it
 * cannot be opened or read, or is larger. */
int file_read(const char *path, struct buf *b, struct error *err);
/* How messages call it: "standard input" for "-", else the path. */
const char *file_title(const char *path);

#endif
