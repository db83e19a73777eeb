/* One line of a journal taken apart: a flat JSON object (RFC 8259) whose few nested values are
 * skipped over as they stand. Made for speed and for lines that cannot be trusted. */
#ifndef JOURNAL_LINE_H
#define JOURNAL_LINE_H

#include <stddef.h>
#include <stdint.h>

enum line_type { LINE_STRING, LINE_NUMBER, LINE_WORD, LINE_NESTED };

/* Borrowed from the line. A string's bytes are those between its quotes, still escaped. */
struct line_value {
    const char *key;
    size_t key_len;
    enum line_type type;
    const char *s;
    size_t len;
};

enum { LINE_MAX_VALUES = 48, LINE_MAX_DEPTH = 64 };

struct line {
    struct line_value values[LINE_MAX_VALUES]; /* what goes beyond them is checked and left out */
    size_t count;
};

/* 0, or -1 when these `len` bytes are not one whole JSON object. */
int line_parse(struct line *line, const char *s, size_t len);
/* The value of `key`, or NULL. */
const struct line_value *line_find(const struct line *line, const char *key);
/* Beyond any time in ns (2096 as Unix time) and any count of bytes; small enough that the
 * difference of two such numbers does not overflow, whatever a journal says. */
#define LINE_INT_MOST INT64_C(4000000000000000000)
/* A number as int64_t, what is beyond LINE_INT_MOST or below its negative clamped, fractions cut;
 * true is 1, all else 0. */
int64_t line_int(const struct line_value *v);
/* Unescape a string into `out`, which has room for v->len + 1 bytes, and end it with a NUL. What a
 * C string cannot hold, and half a surrogate pair, become U+FFFD. Returns the bytes, NUL included.
 */
size_t line_string(const struct line_value *v, char *out);

#endif
