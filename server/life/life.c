/* The server's life, one log line a transition, with times. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/mask.h"
#include "server/internal.h"

static const struct {
    const char *name;
    unsigned next;
} rows[] = {
    [LIFE_STARTING] = {"starting", 1U << LIFE_RUNNING},
    [LIFE_RUNNING] = {"running", 1U << LIFE_DRAINING},
    [LIFE_DRAINING] = {"draining", 1U << LIFE_STOPPING},
    [LIFE_STOPPING] = {"stopping", 1U << LIFE_STOPPED},
    [LIFE_STOPPED] = {"stopped", 0},
};

const char *life_name(enum life life)
{
    return rows[life].name;
}

static PRINTF(3, 0) void log_line(struct server *s, const char *head, const char *fmt, va_list ap)
{
    char text[512];
    vsnprintf(text, sizeof text, fmt, ap);
    mask_text(text);
    log_write(s, NULL, rows[s->life.now].name, head, text);
}

void server_log_of(struct server *s, struct request_ids *ids, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!*ids->id)
        snprintf(ids->id, sizeof ids->id, "%llx-%lld", (unsigned long long)s->life.started_ns,
                 (long long)++s->counts.named);
    mask_text(text);
    log_write(s, ids, rows[s->life.now].name, rows[s->life.now].name, text);
}

void server_enter(struct server *s, enum life next, const char *fmt, ...)
{
    assert(rows[s->life.now].next & (1U << next));
    char head[64];
    snprintf(head, sizeof head, "%s → %s", rows[s->life.now].name, rows[next].name);
    s->life.now = next;
    va_list ap;
    va_start(ap, fmt);
    log_line(s, head, fmt, ap);
    va_end(ap);
}

void server_log(struct server *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    log_line(s, rows[s->life.now].name, fmt, ap);
    va_end(ap);
}

bool server_ready(const struct server *s)
{
    /* a client that asks about the service on an old connection is told of the service as it goes
     * on */
    return s->life.now == LIFE_RUNNING || s->drain.handed_over || s->hooks->seems_ready(s);
}

bool server_draining(const struct server *s)
{
    return s->life.now >= LIFE_DRAINING;
}
