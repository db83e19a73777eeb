/* "Did you mean": the nearest of a list of known words. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>

#include "base/error.h"

/* The word of the NULL-terminated list with the smallest edit distance to `word` (insert, delete,
 * replace, swap of neighbours; case ignored), or NULL when none is near enough to be meant. */
const char *words_nearest(const char *word, const char *const *known);
/* "a, b, c" into out (cut where it is full); returns it. */
const char *words_join(const char *const *known, char *out, size_t size);

/* The hint behind "there is no X 'word'". Each returns -1, so that a caller can return it. */

/* "did you mean 'NEAREST'?"; when no word is near, `otherwise`, which may be NULL: no hint. */
int words_hint(const char *word, const char *const *known, const char *otherwise,
               struct error *err);
/* The same, otherwise the whole list: "WHAT: a, b, c". */
int words_hint_list(const char *word, const char *const *known, const char *what,
                    struct error *err);

#endif
