/* What RFC 8259 has no place for, and cJSON takes all the same. */
#ifndef BASE_JSON_STRICT_H
#define BASE_JSON_STRICT_H

#include <stddef.h>

/* The offset of the first number or white space outside of texts that is not as RFC 8259, sections
 * 2 and 6, has it ("01", "1.", a form feed), or len: an editor would mark it. */
size_t json_strict_check(const char *text, size_t len);

#endif
