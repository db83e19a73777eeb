#include "output/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fds.h"
#include "base/mem.h"
#include "base/words.h"
#include "output/github.h"
#include "cli/messages.h"
#include "output/same_file.h"
#include "output/push.h"
#include "output/replace.h"

enum { MAX_FORMATS = 32, CHUNK = 256 * 1024, WIDTH = 80, NARROWEST = 60, WIDEST = 100 };

static const struct report_format *find_format(const struct report_format *formats,
                                               const char *name)
{
    while (formats->name && strcmp(formats->name, name) != 0)
        formats++;
    return formats->name ? formats : NULL;
}

static int unknown_format(const struct report_format *formats, const char *name, struct error *err)
{
    const char *known[MAX_FORMATS] = {0};
    for (int i = 0; i < MAX_FORMATS - 1 && formats[i].name; i++)
        known[i] = formats[i].name;
    error_set(err, ERROR_USAGE, "there is no report format '%s'", name);
    return words_hint_list(name, known, "the formats are", err);
}

/* "FORMAT", "FORMAT=FILE", "FORMAT=-" or "FORMAT=http://…" */
static int read_output(struct output *out, const struct report_format *formats, const char *word,
                       struct error *err)
{
    const char *equals = strchr(word, '=');
    char *name = equals ? mem_strndup(word, (size_t)(equals - word)) : mem_strdup(word);
    *out = (struct output){.format = find_format(formats, name), .fd = STDOUT_FILENO};
    int rc = out->format ? 0 : unknown_format(formats, name, err);
    free(name);
    if (rc < 0 || !equals || strcmp(equals, "=-") == 0)
        return rc;
    if (!equals[1]) {
        error_set(err, ERROR_USAGE, "the report '%s' names no file", word);
        return error_hint(err, "--report %sFILE, or --report %s for standard output", word,
                          out->format->name);
    }
    if (post_is_address(equals + 1)) {
        out->fd = -1;
        return push_open(formats, out->format, equals + 1, &out->address, err);
    }
    out->file = equals + 1;
    out->fresh = access(out->file, F_OK) < 0 && errno == ENOENT;
    /* not truncated yet: what stands there stays until there is something to put in its place */
    out->fd = open(out->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (out->fd < 0) {
        int errnum = errno;
        out->fresh = false;
        error_set_errno(err, ERROR_RUN, errnum, "cannot write the report '%s'", out->file);
        return places_hint(out->file, errnum, err);
    }
    return 0;
}

int outputs_open(struct outputs *o, const struct option_list *reports, struct error *err)
{
    return outputs_open_as(o, report_formats, reports, err);
}

int outputs_spare(const struct outputs *o, const char *what, const char *file, struct error *err)
{
    for (int i = 0; i < o->count; i++)
        if (places_differ("report", o->items[i].file, what, file, err) < 0)
            return -1;
    return 0;
}

/* Add the next one, open, and in a place that none of those before it has. */
static int add_output(struct outputs *o, const struct report_format *formats, const char *word,
                      struct error *err)
{
    struct output *out = &o->items[o->count];
    if (read_output(out, formats, word, err) < 0)
        return -1;
    int rc = 0;
    for (int i = 0; i < o->count && rc == 0; i++)
        rc = places_differ("report", out->file, "another report", o->items[i].file, err);
    o->count++;
    return rc;
}

int outputs_open_as(struct outputs *o, const struct report_format *formats,
                    const struct option_list *reports, struct error *err)
{
    int on_stdout = 0;
    *o = (struct outputs){.items = mem_zero((size_t)reports->count + 1, sizeof *o->items)};
    for (int i = 0; i < reports->count; i++) {
        if (add_output(o, formats, reports->items[i], err) < 0) {
            outputs_close(o);
            return -1;
        }
        on_stdout += o->items[i].fd == STDOUT_FILENO;
    }
    if (on_stdout > 1) {
        outputs_close(o);
        error_set(err, ERROR_USAGE, "only one report can go to standard output");
        return error_hint(err, "give the others a file: --report FORMAT=FILE");
    }
    if (!on_stdout)
        o->items[o->count++] =
            (struct output){.format = find_format(formats, "text"), .fd = STDOUT_FILENO};
    return 0;
}

static int terminal_width(int fd)
{
    struct winsize size;
    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return WIDTH;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col > WIDEST ? WIDEST : size.ws_col;
}

/* Where a report's bytes go; what stood in the file is replaced once all of them are there. */
struct sink {
    const struct output *out;
    struct replacement place;
    bool begun;
};

static int sink_begin(struct sink *sink)
{
    int rc = 0;
    if (!sink->begun && sink->out->file)
        rc = replace_begin(&sink->place, sink->out->file, sink->out->fd);
    sink->begun = rc == 0;
    return rc;
}

static int sink_write(void *arg, const void *data, size_t len)
{
    struct sink *sink = arg;
    int rc = sink_begin(sink);
    return rc < 0 ? rc : fds_write_all(sink->place.fd, data, len);
}

static int write_output(struct output *out, struct report_input input, struct error *err)
{
    struct sink sink = {.out = out, .place = {.fd = out->fd}};
    struct buf b;
    buf_init_spilling(&b, CHUNK, sink_write, &sink);
    input.color = messages_may_color(out->fd);
    input.width = terminal_width(out->fd);
    out->format->write(&input, &b);
    int rc = buf_spill_all(&b);
    if (rc == 0)
        rc = sink_begin(&sink); /* an empty report is a report too */
    int placed = sink.begun ? replace_end(&sink.place, rc == 0) : 0;
    rc = rc < 0 ? rc : placed;
    buf_free(&b);
    out->fresh = out->fresh && rc < 0;
    if (rc == 0)
        return 0;
    if (out->file)
        return error_set_errno(err, ERROR_RUN, -rc, "cannot write the report '%s'", out->file);
    return error_set_errno(err, ERROR_RUN, -rc, "cannot write the report to standard output");
}

int outputs_write(const struct outputs *o, const struct report_input *input, struct error *err)
{
    int rc = 0;
    message_progress("");
    for (int i = 0; i < o->count; i++) {
        struct error other = {0};
        if (o->items[i].fd >= 0 && write_output(&o->items[i], *input, rc == 0 ? err : &other) < 0)
            rc = -1;
        if (other.kind != ERROR_NONE) /* the first is the caller's to say */
            command_fail(&other);
    }
    github_report(input);
    for (int i = 0; i < o->count; i++) /* last: a receiver may be slow */
        if (o->items[i].fd < 0)
            push_report(o->items[i].format, &o->items[i].address, input);
    return rc;
}

void outputs_close(struct outputs *o)
{
    for (int i = 0; i < o->count; i++) {
        if (o->items[i].file)
            close(o->items[i].fd);
        if (o->items[i].fresh)
            unlink(o->items[i].file);
        post_address_free(&o->items[i].address);
    }
    free(o->items);
    *o = (struct outputs){0};
}
