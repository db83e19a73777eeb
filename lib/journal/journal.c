#include "journal/journal.h"

#include <string.h>

#include "base/clock.h"
#include "base/fds.h"
#include "base/json_out.h"

enum { FLUSH_AT = 256 * 1024, MAX_LINES = 16 * 1024 * 1024 };

void journal_init(struct journal *j, int fd)
{
    *j = (struct journal){.fd = fd};
    buf_init(&j->lines, MAX_LINES);
}

static void add_field(struct buf *b, const struct event_field *f, const struct event *e)
{
    const char *at = (const char *)e + f->offset;
    buf_adds(b, ",\"");
    buf_adds(b, f->key);
    buf_adds(b, "\":");
    if (f->type == FIELD_INT) {
        buf_add_int(b, *(const int64_t *)(const void *)at);
        return;
    }
    const char *s = *(const char *const *)(const void *)at;
    if (f->type == FIELD_RAW)
        buf_adds(b, s ? s : "null");
    else
        json_escape(b, s ? s : "", s ? strlen(s) : 0);
}

void journal_add(struct journal *j, const struct event *e)
{
    if (j->fd < 0)
        return;
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
