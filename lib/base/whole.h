/* Whole numbers as options, addresses, environments and other programs write them. */
#ifndef BASE_WHOLE_H
#define BASE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read all `len` bytes of `text`: decimal digits, and perhaps a '-' before them if `min` is below
 * 0. strtoll(3) would also take blanks, a '+' and whatever stands behind. True, and *out is the
 * number from min to max; or false, and *out stays as it is. */
bool whole_read(const char *text, size_t len, int64_t min, int64_t max, int64_t *out);

/* The same for a whole string; NULL is not a number. */
bool whole_parse(const char *text, int64_t min, int64_t max, int64_t *out);

#endif
