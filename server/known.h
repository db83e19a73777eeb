/* The last good answer of another service, for when it cannot be asked. */
#ifndef SERVER_KNOWN_H
#define SERVER_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct request;

struct known {
    char *text; /* JSON; NULL: nothing is known */
    size_t len;
    int64_t at_ns;
};

/* Keep a copy; one that is longer than KNOWN_MOST is forgotten at once. */
enum { KNOWN_MOST = 1 << 20 };
void known_keep(struct known *k, const struct buf *text);
/* Answer 200 with it, its Age and a Warning (RFC 9111 section 5.1, RFC 7234 section 5.5.2). false:
 * nothing is known, and the request is not answered. */
bool known_answer(const struct known *k, struct request *r);
void known_free(struct known *k);

#endif
