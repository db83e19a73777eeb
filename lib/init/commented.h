/* Writing a scenario that a person will read: JSON by hand, with comments above its parts. */
#ifndef INIT_COMMENTED_H
#define INIT_COMMENTED_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"

enum { COMMENTED_WIDTH = 88 };

/* Lines of "// words…", wrapped, `at` columns from the left. Foreign text has no place in it: a
 * line break would end the comment. At most 2047 bytes. */
void commented_note(struct buf *b, int at, const char *fmt, ...) PRINTF(3, 4);
/* A quoted JSON string; `"key": "value"`; and the same with a duration. */
void commented_string(struct buf *b, const char *s);
void commented_key(struct buf *b, const char *key, const char *value);
void commented_duration(struct buf *b, const char *key, int64_t ns);

#endif
