/* Foreign text, written character by character into a format that cannot hold all of it. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/buf.h"

/* What stands for a byte that is not UTF-8, and for what a format has no other way to write: U+FFFD
 * (Unicode, section 3.9, "U+FFFD Substitution of Maximal Subparts"). */
#define ESCAPE_UNKNOWN "\xef\xbf\xbd"

/* What is written instead of the character of `n` bytes (well-formed UTF-8) at `c`; NULL: the
 * character itself. */
typedef const char *escape_instead(const char *c, size_t n);

/* Append `s` (NULL: nothing). Each byte that is not UTF-8 becomes ESCAPE_UNKNOWN. */
void escape_add(struct buf *out, const char *s, escape_instead *instead);
/* ESCAPE_UNKNOWN for a control character of ASCII, else NULL. */
const char *escape_control(const char *c);

#endif
