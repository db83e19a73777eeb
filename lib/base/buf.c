#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_init_spilling(struct buf *b, size_t max,
                       int (*spill)(void *arg, const void *data, size_t len), void *arg)
{
    *b = (struct buf){.max = max, .spill = spill, .spill_arg = arg};
}

/* Give all but the last `kept` bytes away. */
static void spill(struct buf *b, size_t kept)
{
    if (b->spill_error || b->len <= kept)
        return;
    b->spill_error = b->spill(b->spill_arg, b->data, b->len - kept);
    buf_consume(b, b->len - kept);
    b->overflow |= b->spill_error != 0;
}

int buf_spill_all(struct buf *b)
{
    spill(b, 0);
    return b->spill_error;
}

static int reserve(struct buf *b, size_t more)
{
    if (b->spill && b->len > BUF_KEPT && more > b->max - b->len)
        spill(b, BUF_KEPT);
    if (b->overflow || (!b->spill && more > b->max - b->len)) {
        b->overflow = true;
        return -1;
    }
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return 0;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    b->data = mem_resize(b->data, cap, 1);
    b->cap = cap;
    return 0;
}

int buf_add(struct buf *b, const void *data, size_t len)
{
    if (reserve(b, len) < 0)
        return -1;
    if (len)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
    return 0;
}

int buf_adds(struct buf *b, const char *s)
{
    return buf_add(b, s, strlen(s));
}

int buf_addc(struct buf *b, char c)
{
    return buf_add(b, &c, 1);
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || reserve(b, (size_t)n) < 0)
        return -1;
    va_start(ap, fmt);
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
    return 0;
}

int buf_add_int(struct buf *b, long long n)
{
    char digits[24];
    char *p = digits + sizeof digits;
    unsigned long long u = n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (n < 0)
        *--p = '-';
    return buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_consume(struct buf *b, size_t n)
{
    if (!b->data)
        return;
    if (n > b->len)
        n = b->len;
    memmove(b->data, b->data + n, b->len - n);
    b->len -= n;
    b->data[b->len] = '\0';
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->data)
        b->data[0] = '\0';
}

char *buf_take(struct buf *b)
{
    char *data = b->data ? b->data : mem_strdup("");
    size_t max = b->max;
    buf_init(b, max);
    return data;
}

void buf_free(struct buf *b)
{
    free(b->data);
    buf_init(b, b->max);
}
