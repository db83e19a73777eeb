#include "server/life/log.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "server/internal.h"

/* --- ids --- */

void request_ids_take_id(struct request_ids *ids, const char *value)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._:-";
    size_t len = strlen(value);
    if (len > 0 && len < sizeof ids->id && strspn(value, allowed) == len)
        memcpy(ids->id, value, len + 1);
}

void request_ids_take_trace(struct request_ids *ids, const char *value)
{
    static const char hex[] = "0123456789abcdef";
    size_t digits = sizeof ids->trace - 1;
    if (strncmp(value, "00-", 3) != 0 || strspn(value + 3, hex) != digits ||
        value[3 + digits] != '-' || strspn(value + 3, "0") == digits)
        return;
    memcpy(ids->trace, value + 3, digits);
    ids->trace[digits] = '\0';
}

/* --- lines --- */

static void write_text(const struct server *s, const struct request_ids *ids, struct buf *line,
                       const char *head, const char *text)
{
    int64_t now = clock_ns();
    buf_addf(line, "server: %s at %.1f ms", head, (double)(now - s->life.started_ns) / 1e6);
    if (s->life.signal_ns)
        buf_addf(line, ", %.1f ms after the signal", (double)(now - s->life.signal_ns) / 1e6);
    buf_addf(line, ": %s", text);
    if (ids)
        buf_addf(line, " [request %s%s%s]", ids->id, *ids->trace ? ", trace " : "", ids->trace);
}

static void write_json(const struct server *s, const struct request_ids *ids, struct buf *line,
                       const char *state, const char *text)
{
    struct json_out j;
    char wall[32];
    int64_t now = clock_ns();
    clock_wall(wall, sizeof wall);
    json_out_init(&j, line, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "time", wall);
    json_out_number(&j, "at_ms", (double)(now - s->life.started_ns) / 1e6, 1);
    if (s->life.signal_ns)
        json_out_number(&j, "after_signal_ms", (double)(now - s->life.signal_ns) / 1e6, 1);
    json_out_string(&j, "state", state);
    json_out_string(&j, "message", text);
    if (ids)
        json_out_string(&j, "request_id", ids->id);
    if (ids && *ids->trace)
        json_out_string(&j, "trace_id", ids->trace);
    json_out_end_object(&j);
}

void log_write(struct server *s, const struct request_ids *ids, const char *state, const char *head,
               const char *text)
{
    struct buf line;
    if (!s->options->records.log || (s->life.signal_ns && server_faulty(s, FAULT(HIDE_DEADLINE))))
        return;
    buf_init(&line, 4096);
    if (s->options->records.log_format == LOG_JSON)
        write_json(s, ids, &line, state, text);
    else
        write_text(s, ids, &line, head, text);
    buf_addc(&line, '\n');
    fputs(line.data, s->options->records.log);
    fflush(s->options->records.log);
    buf_free(&line);
}
