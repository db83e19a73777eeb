#include "journal/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fds.h"
#include "base/json_out.h"
#include "base/mask.h"

enum { FLUSH_AT = 256 * 1024, MAX_LINES = 16 * 1024 * 1024 };

void journal_init(struct journal *j, int fd)
{
    *j = (struct journal){.fd = fd, .run = trace_run_new()};
    buf_init(&j->lines, MAX_LINES);
}

/* What is only written when there is something to say. */
static bool is_left_out(const struct event_field *f, const char *at)
{
    const char *const *text = (const char *const *)(const void *)at;
    if (f->type == FIELD_MAYBE_STRING)
        return !*text || !**text;
    return f->type == FIELD_MAYBE_INT && *(const int64_t *)(const void *)at == 0;
}

static void add_field(struct buf *b, const struct event_field *f, const struct event *e)
{
    const char *at = (const char *)e + f->offset;
    if (is_left_out(f, at))
        return;
    buf_adds(b, ",\"");
    buf_adds(b, f->key);
    buf_adds(b, "\":");
    if (f->type == FIELD_INT || f->type == FIELD_MAYBE_INT) {
        buf_add_int(b, *(const int64_t *)(const void *)at);
        return;
    }
    const char *s = f->type == FIELD_WORD ? event_word(f->words, *(const int64_t *)(const void *)at)
                                          : *(const char *const *)(const void *)at;
    char *masked = !s || f->type == FIELD_WORD ? NULL
                   : f->type == FIELD_RAW      ? mask_json(s)
                                               : mask_copy(s);
    s = masked ? masked : s;
    if (f->type == FIELD_RAW)
        buf_adds(b, s ? s : "null");
    else
        json_escape(b, s ? s : "", s ? strlen(s) : 0);
    free(masked);
}

/* What a masked line would have matched is a fact that its text does not show any more. */
static int64_t matches_of(const struct journal *j, const char *line)
{
    char *masked = line ? mask_copy(line) : NULL;
    int64_t bits = masked && j->line_matches ? j->line_matches(j->line_arg, line) : 0;
    bool any = masked != NULL;
    free(masked);
    return any ? bits << 1 | 1 : 0;
}

static void add_line(struct journal *j, const struct event *e)
{
    const struct event_spec *spec = &event_specs[e->kind];
    buf_adds(&j->lines, "{\"t\":");
    buf_add_int(&j->lines, e->t_ns ? e->t_ns : clock_ns());
    buf_adds(&j->lines, ",\"e\":\"");
    buf_adds(&j->lines, spec->word);
    buf_addc(&j->lines, '"');
    for (const struct event_field *f = spec->fields; f->key; f++)
        add_field(&j->lines, f, e);
    buf_adds(&j->lines, "}\n");
    if (j->lines.len >= FLUSH_AT)
        journal_flush(j);
}

/* The wall time is that of the event's own time, however long ago that was. */
static void begin_run(struct journal *j, const struct event *e)
{
    char text[TRACE_RUN_TEXT];
    struct event plan = *e;
    int64_t now = clock_ns();
    j->run = trace_run_new();
    plan.t_ns = plan.t_ns ? plan.t_ns : now;
    plan.unix_ns = clock_unix_ns() - (now - plan.t_ns);
    plan.run = trace_run_text(j->run, text);
    add_line(j, &plan);
}

void journal_add(struct journal *j, const struct event *e)
{
    if (j->into) {
        struct event theirs = *e;
        theirs.process = j->process;
        theirs.life = j->life;
        journal_add(j->into, &theirs);
        return;
    }
    if (j->tap)
        j->tap(j->tap_arg, e);
    if (j->fd < 0)
        return;
    if (e->kind == EVENT_PLAN) {
        begin_run(j, e);
    } else if (e->kind == EVENT_TARGET_OUTPUT) {
        struct event line = *e;
        line.masked = matches_of(j, e->text);
        add_line(j, &line);
    } else {
        add_line(j, e);
    }
}

int journal_flush(struct journal *j)
{
    if (j->fd >= 0 && !j->failed && j->lines.len) {
        j->failed = -fds_write_all(j->fd, j->lines.data, j->lines.len);
        j->written += (int64_t)j->lines.len;
    }
    buf_reset(&j->lines);
    return -j->failed;
}

void journal_close(struct journal *j)
{
    journal_flush(j);
    buf_free(&j->lines);
}
