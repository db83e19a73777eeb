/* The page's files, which the program carries inside (server/web/dist). */
#ifndef SERVER_WEB_FILES_H
#define SERVER_WEB_FILES_H

#include <stddef.h>

#include "plan/builtin.h"

/* In dist/ itself, and in dist/assets/; "NAME.gz" beside NAME is the same, compressed. */
extern const struct embedded web_pages[];
extern const struct embedded web_assets[];

/* The file of this name (`len` bytes, no NUL needed); NULL when there is none, or a compressed one
 * was named. */
const struct embedded *web_file(const struct embedded *files, const char *name, size_t len);
/* The same, compressed; NULL when the file is so small or so dense that there is none. */
const struct embedded *web_compressed(const struct embedded *files, const struct embedded *plain);
/* Its media type, by its name's end. */
const char *web_type(const char *name);
/* Write a strong entity tag with its quotes (RFC 9110 §8.8.3) into `out`, 32 bytes: the same bytes
 * always have the same one. */
const char *web_etag(const struct embedded *file, char *out, size_t size);

#endif
