#include "frontend/sse.h"

#include <string.h>

struct feed {
    struct fe_sse *s;
    void (*got)(void *arg, const char *data, size_t len);
    void *arg;
    bool news;
};

static void add_data(struct fe_sse *s, const char *value, size_t len)
{
    size_t room = sizeof s->data - 1 - s->data_len;
    if (s->any_data && room > 0) {
        s->data[s->data_len++] = '\n';
        room--;
    }
    len = len < room ? len : room;
    memcpy(s->data + s->data_len, value, len);
    s->data_len += len;
    s->any_data = true;
}

/* "If the field value consists of only ASCII digits": else it is ignored. */
static bool read_retry(const char *value, size_t len, fe_ms *out)
{
    enum { MOST_MS = 24 * 3600 * 1000 };
    uint64_t ms = 0;
    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9')
            return false;
        ms = ms * 10 + (uint64_t)(value[i] - '0');
        ms = ms < MOST_MS ? ms : MOST_MS;
    }
    *out = (fe_ms)ms;
    return len > 0;
}

static void field(struct feed *f, const char *name, size_t name_len, const char *value, size_t len)
{
    struct fe_sse *s = f->s;
    if (name_len == 4 && memcmp(name, "data", 4) == 0) {
        add_data(s, value, len);
    } else if (name_len == 2 && memcmp(name, "id", 2) == 0 && !memchr(value, '\0', len)) {
        len = len < sizeof s->id - 1 ? len : sizeof s->id - 1;
        memcpy(s->id, value, len);
        s->id[len] = '\0';
        f->news = true;
    } else if (name_len == 5 && memcmp(name, "retry", 5) == 0) {
        f->news = read_retry(value, len, &s->retry) || f->news;
    }
}

static void dispatch(struct feed *f)
{
    struct fe_sse *s = f->s;
    s->data[s->data_len] = '\0';
    if (s->any_data) {
        f->news = true;
        f->got(f->arg, s->data, s->data_len);
    }
    s->any_data = false;
    s->data_len = 0;
}

static void end_line(struct feed *f)
{
    struct fe_sse *s = f->s;
    const char *line = s->line;
    size_t len = s->line_len;
    s->line_len = 0;
    if (!s->past_mark && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3, len -= 3;
    s->past_mark = true;
    if (len == 0) {
        dispatch(f);
        return;
    }
    const char *colon = memchr(line, ':', len);
    if (colon == line)
        return; /* a comment */
    const char *value = colon ? colon + 1 : line + len;
    size_t rest = (size_t)(line + len - value);
    if (rest && *value == ' ')
        value++, rest--;
    field(f, line, (size_t)((colon ? colon : line + len) - line), value, rest);
}

bool fe_sse_feed(struct fe_sse *s, const char *bytes, size_t n,
                 void (*got)(void *arg, const char *data, size_t len), void *arg)
{
    struct feed f = {s, got, arg, false};
    for (size_t i = 0; i < n; i++) {
        bool after_cr = s->after_cr;
        s->after_cr = bytes[i] == '\r';
        if (bytes[i] == '\n' && after_cr)
            continue;
        if (bytes[i] == '\n' || bytes[i] == '\r')
            end_line(&f);
        else if (s->line_len < sizeof s->line)
            s->line[s->line_len++] = bytes[i];
    }
    return f.news;
}
