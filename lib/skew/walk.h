/* Asking for a page and for all that it names, and later for the same again. */
#ifndef SKEW_WALK_H
#define SKEW_WALK_H

#include "base/error.h"
#include "skew/skew.h"

/* The most that is kept of a page or a file, in bytes, to look for names in; all of it is hashed.
 */
enum { SKEW_KEPT = 16 * 1024 * 1024 };

/* Before the deploy: the page, its scripts and style sheets, the names in these, and so on. -1 and
 * ERROR_RUN when the page itself is not answered, or is no document. `told` (may be NULL) is called
 * with each address before it is asked for; when `stop` is not 0, no more is asked for. */
int skew_walk(struct skew *s, struct fetch *f, const char *url, const volatile sig_atomic_t *stop,
              void (*told)(const char *url), struct error *err);
/* After it: the page. True when it is answered with a success. */
bool skew_page_again(struct skew *s, struct fetch *f);
/* After it: all files. */
void skew_files_again(struct skew *s, struct fetch *f, const volatile sig_atomic_t *stop,
                      void (*told)(const char *url));

#endif
