/* JSON with comments, blanked out in place. */
#ifndef BASE_JSONC_H
#define BASE_JSONC_H

#include <stddef.h>

/* Replace comments (// and block) and trailing commas in `text` by spaces; newlines stay, so that
 * every offset, line and column is still true. Returns the offset of a comment that is never
 * closed, or (size_t)-1 when all is well. */
size_t jsonc_blank(char *text, size_t len);

#endif
