/* "Did you mean": the nearest of a list of known words. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

/* The word of the NULL-terminated list with the smallest edit distance to `word` (insert, delete,
 * replace, swap of neighbours; case ignored), or NULL when none is near enough to be meant. */
const char *words_nearest(const char *word, const char *const *known);

#endif
