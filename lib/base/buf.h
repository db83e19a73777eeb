/* A growing byte buffer that knows its maximum (after curl's dynbuf). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdbool.h>

#include "base/attr.h"

struct buf {
    char *data; /* always NUL-terminated once something was added; NULL before */
    size_t len; /* bytes, without the NUL */
    size_t cap;
    size_t max; /* most bytes it may hold */
    bool
        overflow; /* an append did not fit; it was left out whole, and so was all that came after */
    /* of one that spills: */
    int (*spill)(void *arg, const void *data, size_t len);
    void *spill_arg;
    int spill_error; /* what `spill` failed with; sticky */
};

void buf_init(struct buf *b, size_t max);
/* A buffer for something that is only ever appended to, and large: whenever it holds more than
 * `max` bytes, all but the last BUF_KEPT of them are given to `spill` (0, or a negative errno: the
 * rest is then left out, `overflow` is set and `spill_error` says why). buf_spill_all at the end
 * gives it what is left. One append may be longer than `max`. */
enum { BUF_KEPT = 64 };
void buf_init_spilling(struct buf *b, size_t max,
                       int (*spill)(void *arg, const void *data, size_t len), void *arg);
int buf_spill_all(struct buf *b); /* 0 or the spill_error */
/* Appends return 0, or -1 once the maximum was passed (sticky: see `overflow`). */
int buf_add(struct buf *b, const void *data, size_t len);
int buf_adds(struct buf *b, const char *s);
int buf_addc(struct buf *b, char c);
int buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
int buf_add_int(struct buf *b, long long n); /* decimal, much faster than buf_addf */
/* Drop the first n bytes. */
void buf_consume(struct buf *b, size_t n);
void buf_reset(struct buf *b); /* empty it, keep the memory */
/* Hand the bytes over (NUL-terminated, never NULL); the caller frees; the buffer is empty again. */
char *buf_take(struct buf *b);
void buf_free(struct buf *b);

#endif
