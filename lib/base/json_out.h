/* Writing JSON, streaming, into a buf. Commas and escapes are its job; text that is not UTF-8 comes
 * out with U+FFFD for each bad byte, so the result is always valid (RFC 8259 §8.1). */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { JSON_OUT_DEPTH = 32 };

struct json_out {
    struct buf *b;
    int indent; /* spaces a level; 0 writes everything on one line */
    int depth;
    bool began[JSON_OUT_DEPTH]; /* has this level a member yet */
};

void json_out_init(struct json_out *j, struct buf *b, int indent);
/* `key` is NULL inside an array and at the top. */
void json_out_object(struct json_out *j, const char *key);
void json_out_end_object(struct json_out *j);
void json_out_array(struct json_out *j, const char *key);
void json_out_end_array(struct json_out *j);
void json_out_string(struct json_out *j, const char *key, const char *value); /* NULL: null */
void json_out_int(struct json_out *j, const char *key, int64_t value);
/* With `digits` behind the point; NaN and infinities become null. */
void json_out_number(struct json_out *j, const char *key, double value, int digits);
void json_out_bool(struct json_out *j, const char *key, bool value);
void json_out_null(struct json_out *j, const char *key);
void json_out_raw(struct json_out *j, const char *key, const char *json); /* already JSON */

/* Append `len` bytes as a quoted JSON string. */
void json_escape(struct buf *b, const char *s, size_t len);

#endif
