/* A request body of a known length, sent at once or spread over a time. */
#ifndef LOAD_BODY_H
#define LOAD_BODY_H

#include <stddef.h>
#include <stdint.h>

struct body {
    int64_t bytes;   /* in all */
    int64_t over_ns; /* spread over this long; 0: at once */
    int64_t given;   /* handed to curl */
    int64_t begin_ns;
    const char *text; /* the bytes themselves, borrowed; NULL: letters in their order */
};

/* Fill `out` with what may go now: bytes written, 0 when all was given, -1 when none may go yet. */
int64_t body_read(struct body *b, char *out, size_t size);
/* Milliseconds until some more may go (at least 1). */
uint64_t body_wait_ms(const struct body *b);

#endif
