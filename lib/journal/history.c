/* Reading a journal: lines into events by the table of fields, events into runs. */
#include "journal/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "journal/line.h"

enum { CHUNK = 64 * 1024 };

struct reader {
    struct histories *h;
    size_t cap_runs, cap_events, cap_strings;
    char *room; /* free bytes of the current run's last chunk of strings */
    size_t left;
    const char *name;
    size_t line_number;
    struct error *err;
};

static struct history *current(struct reader *r)
{
    return &r->h->runs[r->h->count - 1];
}

/* Room for `size` bytes that live as long as the current run. */
static char *string_room(struct reader *r, size_t size)
{
    if (size > r->left) {
        struct history *run = current(r);
        MEM_GROW(run->strings, run->n_strings, r->cap_strings);
        r->left = size > CHUNK ? size : CHUNK;
        r->room = mem_zero(r->left, 1);
        run->strings[run->n_strings++] = r->room;
    }
    return r->room;
}

static const char *keep_string(struct reader *r, const struct line_value *v)
{
    if (v->len == 0)
        return "";
    char *out = string_room(r, v->len + 1);
    size_t used;
    if (v->type == LINE_STRING) {
        used = line_string(v, out);
    } else {
        memcpy(out, v->s, v->len);
        out[v->len] = '\0';
        used = v->len + 1;
    }
    r->room += used;
    r->left -= used;
    return out;
}

static bool type_fits(enum field_type want, const struct line_value *v)
{
    if (v->type == LINE_WORD && v->s[0] == 'n')
        return true; /* null: as if it were not there */
    if (want == FIELD_STRING || want == FIELD_WORD || want == FIELD_MAYBE_STRING)
        return v->type == LINE_STRING;
    if (want == FIELD_RAW)
        return true;
    return v->type == LINE_NUMBER || v->type == LINE_WORD;
}

static int64_t word_of(const char *const *words, const struct line_value *v)
{
    for (int64_t i = 0; words[i]; i++)
        if (strlen(words[i]) == v->len && memcmp(words[i], v->s, v->len) == 0)
            return i;
    return EVENT_WORD_OTHER;
}

static int store_field(struct reader *r, const struct event_field *f, const struct line_value *v,
                       struct event *e)
{
    void *at = (char *)e + f->offset;
    if (v && !type_fits(f->type, v))
        return error_set(r->err, ERROR_USAGE, "%s:%zu: '%s' has the wrong type", r->name,
                         r->line_number, f->key);
    if (v && v->type == LINE_WORD && v->s[0] == 'n')
        v = NULL;
    if (f->type == FIELD_INT || f->type == FIELD_MAYBE_INT)
        *(int64_t *)at = v ? line_int(v) : 0;
    else if (f->type == FIELD_WORD)
        *(int64_t *)at = v ? word_of(f->words, v) : 0;
    else
        *(const char **)at = v ? keep_string(r, v) : "";
    return 0;
}

static void begin_run(struct reader *r)
{
    MEM_GROW(r->h->runs, r->h->count, r->cap_runs);
    r->h->runs[r->h->count++] = (struct history){.cut = true};
    r->cap_events = r->cap_strings = 0;
    r->left = 0;
}

static int add_event(struct reader *r, const struct line *line, int kind)
{
    if (kind == EVENT_PLAN)
        begin_run(r);
    if (r->h->count == 0) {
        error_set(r->err, ERROR_USAGE, "%s:%zu: a journal begins with 'plan', not with '%s'",
                  r->name, r->line_number, event_specs[kind].word);
        return error_hint(r->err, "is this a file that --journal wrote?");
    }
    struct history *run = current(r);
    MEM_GROW(run->events, run->count, r->cap_events);
    struct event *e = &run->events[run->count++];
    *e = (struct event){.kind = (enum event_kind)kind};
    e->t_ns = line_int(line_find(line, "t"));
    if (e->t_ns < 0) /* CLOCK_MONOTONIC never is; and differences must not overflow */
        e->t_ns = 0;
    for (const struct event_field *f = event_specs[kind].fields; f->key; f++)
        if (store_field(r, f, line_find(line, f->key), e) < 0)
            return -1;
    if (kind == EVENT_RUN_END)
        run->cut = false;
    return 0;
}

static int broken_line(struct reader *r, bool last)
{
    if (last)
        error_set(r->err, ERROR_USAGE, "%s: the journal was cut before its first line was whole",
                  r->name);
    else
        error_set(r->err, ERROR_USAGE, "%s:%zu: this is not a line of a journal", r->name,
                  r->line_number);
    return error_hint(r->err, "a journal is what --journal wrote: one JSON object a line");
}

/* `last`: no newline behind it, so it may be cut. */
static int read_line(struct reader *r, const char *s, size_t len, bool last)
{
    struct line line;
    if (len == 0 || (len == 1 && s[0] == '\r'))
        return 0;
    if (line_parse(&line, s, len) < 0) {
        if (!last || r->h->count == 0)
            return broken_line(r, last);
        current(r)->cut = true;
        return 0;
    }
    const struct line_value *t = line_find(&line, "t"), *word = line_find(&line, "e");
    if (!t || t->type != LINE_NUMBER || !word || word->type != LINE_STRING)
        return broken_line(r, false);
    int kind = event_kind_find(word->s, word->len);
    return kind < 0 ? 0 : add_event(r, &line, kind);
}

static void fit(struct histories *h)
{
    for (size_t i = 0; i < h->count; i++) {
        struct history *run = &h->runs[i];
        run->events = mem_resize(run->events, run->count, sizeof *run->events);
    }
}

int histories_parse(struct histories *h, const char *name, const char *text, size_t len,
                    struct error *err)
{
    *h = (struct histories){0};
    struct reader r = {.h = h, .name = name, .err = err};
    int rc = 0;
    for (size_t i = 0; i < len && rc == 0;) {
        const char *nl = memchr(text + i, '\n', len - i);
        size_t n = nl ? (size_t)(nl - text) - i : len - i;
        r.line_number++;
        rc = read_line(&r, text + i, n, !nl);
        i += n + 1;
    }
    if (rc == 0 && h->count == 0) {
        rc = error_set(err, ERROR_USAGE, "%s: there is no run in this journal", name);
        error_hint(err, "is this a file that --journal wrote?");
    }
    if (rc < 0)
        histories_free(h);
    else
        fit(h);
    return rc;
}

/* A pipe, or whatever else cannot be mapped. */
static int read_stream(struct histories *h, const char *name, int fd, struct error *err)
{
    struct buf b;
    buf_init(&b, (size_t)INT_MAX);
    char chunk[32 * 1024];
    ssize_t n;
    while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0 && buf_add(&b, chunk, (size_t)n) < 0)
            break;
    int rc;
    if (n < 0)
        rc = error_set_errno(err, ERROR_USAGE, errno, "cannot read '%s'", name);
    else if (b.overflow)
        rc = error_set(err, ERROR_USAGE, "'%s' is larger than 2 GiB", name);
    else
        rc = histories_parse(h, name, b.data ? b.data : "", b.len, err);
    buf_free(&b);
    return rc;
}

int histories_read_fd(struct histories *h, const char *name, int fd, struct error *err)
{
    *h = (struct histories){0};
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_set_errno(err, ERROR_USAGE, errno, "cannot read '%s'", name);
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return read_stream(h, name, fd, err);
    size_t len = (size_t)st.st_size;
    char *text = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED) {
        lseek(fd, 0, SEEK_SET);
        return read_stream(h, name, fd, err);
    }
    int rc = histories_parse(h, name, text, len, err);
    munmap(text, len);
    return rc;
}

int histories_load(struct histories *h, const char *path, struct error *err)
{
    *h = (struct histories){0};
    if (strcmp(path, "-") == 0)
        return histories_read_fd(h, "standard input", STDIN_FILENO, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, ERROR_USAGE, errno, "cannot open '%s'", path);
    int rc = histories_read_fd(h, path, fd, err);
    close(fd);
    return rc;
}

void histories_free(struct histories *h)
{
    for (size_t i = 0; i < h->count; i++) {
        struct history *run = &h->runs[i];
        for (size_t k = 0; k < run->n_strings; k++)
            free(run->strings[k]);
        free(run->strings);
        free(run->events);
    }
    free(h->runs);
    *h = (struct histories){0};
}
