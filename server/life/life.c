/* The server's life, one log line a transition, with times. */
#include <assert.h>
#include <stdarg.h>

#include "base/attr.h"
#include "base/clock.h"
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

static void add_times(const struct server *s, struct buf *line)
{
    int64_t now = clock_ns();
    buf_addf(line, " at %.1f ms", (double)(now - s->started_ns) / 1e6);
    if (s->signal_ns)
        buf_addf(line, ", %.1f ms after the signal", (double)(now - s->signal_ns) / 1e6);
}

static PRINTF(3, 0) void log_line(const struct server *s, const char *head, const char *fmt,
                                  va_list ap)
{
    if (!s->options->log || (s->signal_ns && server_faulty(s, FAULT(HIDE_DEADLINE))))
        return;
    struct buf line;
    char text[512];
    vsnprintf(text, sizeof text, fmt, ap);
    buf_init(&line, 1024);
    buf_addf(&line, "server: %s", head);
    add_times(s, &line);
    buf_addf(&line, ": %s\n", text);
    fputs(line.data, s->options->log);
    fflush(s->options->log);
    buf_free(&line);
}

void server_enter(struct server *s, enum life next, const char *fmt, ...)
{
    assert(rows[s->life].next & (1U << next));
    char head[64];
    snprintf(head, sizeof head, "%s → %s", rows[s->life].name, rows[next].name);
    s->life = next;
    va_list ap;
    va_start(ap, fmt);
    log_line(s, head, fmt, ap);
    va_end(ap);
}

void server_log(struct server *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    log_line(s, rows[s->life].name, fmt, ap);
    va_end(ap);
}

bool server_ready(const struct server *s)
{
    return s->life == LIFE_RUNNING || s->hooks->seems_ready(s);
}

bool server_draining(const struct server *s)
{
    return s->life >= LIFE_DRAINING;
}
