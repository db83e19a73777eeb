#include "server/work/offsets.h"

#include <stdio.h>
#include <string.h>

static const char prefix[] = "drainctl1:";

/* An offset keeps its bit while the window moves on. */
static bool get(const struct offsets *o, int64_t at)
{
    uint64_t i = (uint64_t)at % OFFSETS_MOST;
    return o->done[i / 64] >> (i % 64) & 1;
}

static void put(struct offsets *o, int64_t at, bool done)
{
    uint64_t i = (uint64_t)at % OFFSETS_MOST, bit = UINT64_C(1) << (i % 64);
    o->done[i / 64] = done ? o->done[i / 64] | bit : o->done[i / 64] & ~bit;
}

static void advance(struct offsets *o)
{
    for (; o->first < o->next && get(o, o->first); o->first++)
        put(o, o->first, false);
}

/* Four a digit, the first one in its lowest bit. */
static void read_digits(struct offsets *o, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (int64_t i = 0; i < OFFSETS_MOST / 4 && text[i]; i++) {
        const char *at = strchr(digits, text[i]);
        if (!at)
            return;
        for (int bit = 0; bit < 4; bit++)
            put(o, o->first + 4 * i + bit, (at - digits) >> bit & 1);
    }
}

void offsets_begin(struct offsets *o, int64_t first, const char *text)
{
    *o = (struct offsets){.first = first, .next = first};
    if (first >= 0 && text && strncmp(text, prefix, strlen(prefix)) == 0)
        read_digits(o, text + strlen(prefix));
}

enum offsets_taken offsets_take(struct offsets *o, int64_t at)
{
    if (o->first < 0 || (o->first == o->next && at >= o->first + OFFSETS_MOST))
        offsets_begin(o, at, NULL); /* nothing is held, and nothing is there before it */
    if (at < o->next)
        return OFFSETS_SEEN;
    if (at >= o->first + OFFSETS_MOST)
        return OFFSETS_LATER;
    for (; o->next < at; o->next++)
        put(o, o->next, true);
    o->next = at + 1;
    bool seen = get(o, at);
    advance(o);
    return seen ? OFFSETS_SEEN : OFFSETS_NEW;
}

bool offsets_finish(struct offsets *o, int64_t at)
{
    if (o->first < 0 || at < o->first || at >= o->first + OFFSETS_MOST)
        return false;
    put(o, at, true);
    advance(o);
    return true;
}

bool offsets_is_done(const struct offsets *o, int64_t at)
{
    return at < o->first || (o->first >= 0 && at < o->first + OFFSETS_MOST && get(o, at));
}

int offsets_count(const struct offsets *o)
{
    int count = 0;
    for (int i = 0; i < OFFSETS_MOST / 64; i++)
        count += __builtin_popcountll(o->done[i]);
    return count;
}

void offsets_write(const struct offsets *o, char text[OFFSETS_TEXT])
{
    size_t len = (size_t)snprintf(text, OFFSETS_TEXT, "%s", prefix), end = len;
    for (int64_t i = 0; i < OFFSETS_MOST / 4; i++) {
        int digit = 0;
        for (int bit = 0; bit < 4; bit++)
            digit |= get(o, o->first + 4 * i + bit) << bit;
        text[len++] = "0123456789abcdef"[digit];
        end = digit ? len : end;
    }
    text[end] = '\0';
}
