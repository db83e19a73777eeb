/* The pace of an upload: by time, not by chunk, so that the last byte goes at its time however late
 * the timers before it were. */
#include "load/body.h"

#include "base/clock.h"

enum { STEP_MS = 10 };

static int64_t allowed(const struct body *b)
{
    if (b->over_ns == 0)
        return b->bytes;
    int64_t elapsed = clock_ns() - b->begin_ns;
    if (elapsed >= b->over_ns)
        return b->bytes;
    int64_t n = (int64_t)((double)b->bytes * (double)elapsed / (double)b->over_ns);
    /* The first byte goes with the head; the last one not before its time. */
    return n < 1 ? 1 : n >= b->bytes ? b->bytes - 1 : n;
}

int64_t body_read(struct body *b, char *out, size_t size)
{
    if (b->begin_ns == 0)
        b->begin_ns = clock_ns();
    if (b->given == b->bytes)
        return 0;
    int64_t n = allowed(b) - b->given;
    if (n <= 0)
        return -1;
    if (n > (int64_t)size)
        n = (int64_t)size;
    /* Bytes that name their place, so that a server's digest can be checked. */
    for (int64_t i = 0; i < n; i++)
        out[i] = b->text ? b->text[b->given + i] : (char)('a' + (b->given + i) % 26);
    b->given += n;
    return n;
}

uint64_t body_wait_ms(const struct body *b)
{
    int64_t next_ns = b->over_ns / b->bytes; /* one more byte */
    int64_t left_ns = b->begin_ns + b->over_ns - clock_ns();
    if (next_ns < STEP_MS * NS_PER_MS)
        next_ns = STEP_MS * NS_PER_MS;
    if (next_ns > left_ns)
        next_ns = left_ns;
    return next_ns > 0 ? (uint64_t)(next_ns / NS_PER_MS) + 1 : 1;
}
