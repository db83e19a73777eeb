#include "output/push.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/messages.h"

/* A report that is one body, and the longest line of one that is several. */
enum { MOST_BODY = 64 * 1024 * 1024, CHUNK = 256 * 1024 };

static int read_address(const struct report_push *push, const char *value, struct post_address *a,
                        struct error *err)
{
    const char *fields = push->fields ? getenv(push->fields) : NULL;
    if (post_address_read(a, value, push->path, err) < 0)
        return -1;
    if (!fields || post_address_fields(a, push->fields, fields, err) == 0)
        return 0;
    post_address_free(a);
    return -1;
}

int push_open(const struct report_format *formats, const struct report_format *format,
              const char *value, struct post_address *a, struct error *err)
{
    if (format->push)
        return read_address(format->push, value, a, err);
    char list[256] = "";
    for (const struct report_format *f = formats; f->name; f++)
        if (f->push) {
            strncat(list, *list ? "', '" : "", sizeof list - strlen(list) - 1);
            strncat(list, f->name, sizeof list - strlen(list) - 1);
        }
    error_set(err, ERROR_USAGE, "a report in the format '%s' cannot be sent to an address",
              format->name);
    if (!*list)
        return error_hint(err, "give it a file: --report %s=FILE", format->name);
    return error_hint(err, "give it a file: --report %s=FILE; what can be sent is '%s'",
                      format->name, list);
}

struct push {
    const struct report_push *how;
    struct post *post;
    struct buf body; /* not yet sent */
    int sent;        /* bodies that were taken */
    bool stopped;    /* the receiver did not take one */
    bool partial;    /* ... or not all of one */
    struct error err;
};

static int judge_answer(struct push *p, int status, const char *answer, size_t len)
{
    struct error err = {0};
    if (status / 100 != 2)
        return report_push_refused(status, answer, len, &p->err);
    if (p->how->check && p->how->check(answer, len, &err) < 0 && !p->partial) {
        p->partial = true; /* the others may be taken: go on, and say the first one */
        p->err = err;
    }
    return 0;
}

static int send_body(struct push *p, const char *body, size_t len)
{
    int status;
    const char *answer;
    size_t answer_len;
    struct error err = {0};
    if (post_send(p->post, body, len, &status, &answer, &answer_len, &err) < 0)
        p->err = err;
    else if (judge_answer(p, status, answer, answer_len) == 0)
        return ++p->sent, 0;
    p->stopped = true;
    return -EIO;
}

/* A buf spills into here: each line that is whole is a body. */
static int take(void *arg, const void *data, size_t len)
{
    struct push *p = arg;
    const char *s = data, *end = s + len;
    while (p->how->lines && !p->stopped) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        if (!nl)
            break;
        if (buf_add(&p->body, s, (size_t)(nl - s)) < 0)
            return -EFBIG;
        send_body(p, p->body.data, p->body.len);
        buf_reset(&p->body);
        s = nl + 1;
    }
    if (p->stopped)
        return -EIO;
    return buf_add(&p->body, s, (size_t)(end - s)) < 0 ? -EFBIG : 0;
}

static void tell(const struct push *p, const struct report_format *format,
                 const struct post_address *a)
{
    char before[64] = "";
    if (p->sent && p->stopped)
        snprintf(before, sizeof before, ", after %d part%s that %s sent", p->sent,
                 p->sent == 1 ? "" : "s", p->sent == 1 ? "was" : "were");
    message_warning("the report '%s' %s '%s'%s: %s", format->name,
                    p->partial && !p->stopped ? "was not taken whole by" : "could not be sent to",
                    a->shown, before, p->err.text);
    if (*p->err.hint)
        message_hint("%s", p->err.hint);
    else
        message_hint("the verdict stands; 'drainctl report JOURNAL --report %s=ADDRESS' sends the "
                     "same again",
                     format->name);
}

void push_report(const struct report_format *format, const struct post_address *a,
                 const struct report_input *input)
{
    struct push p = {.how = format->push};
    struct buf b;
    p.post = post_new(a, p.how->method, p.how->content_type);
    buf_init(&p.body, MOST_BODY);
    buf_init_spilling(&b, CHUNK, take, &p);
    format->write(input, &b);
    int rc = buf_spill_all(&b);
    if (rc == 0 && p.body.len)
        send_body(&p, p.body.data, p.body.len);
    else if (rc < 0 && !p.stopped)
        error_set(&p.err, ERROR_RUN, "it is larger than %d MB", MOST_BODY / 1024 / 1024);
    if (p.err.kind != ERROR_NONE)
        tell(&p, format, a);
    else if (input->verbose)
        message_note("the report '%s' was sent to '%s'", format->name, a->shown);
    buf_free(&b);
    buf_free(&p.body);
    post_free(p.post);
}
