/* Another build of the page (--web-build N): the same page, but its files have other names, as a
 * build of changed sources would give them, and the names of the build before are gone. With it a
 * deploy can be tried without Node. */
#ifndef SERVER_WEB_BUILD_H
#define SERVER_WEB_BUILD_H

#include "server/routes/web_files.h"

struct web_build;

/* Build 0 is what Vite built: NULL. */
struct web_build *web_build_new(int number);
void web_build_free(struct web_build *b); /* NULL is fine */
/* The same folder (web_pages or web_assets) as this build has it. Nothing of it is compressed: the
 * program has no gzip inside. */
const struct embedded *web_build_files(const struct web_build *b, const struct embedded *files);

#endif
