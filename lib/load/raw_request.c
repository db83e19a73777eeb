/* The shapes that write requests by hand: half a head, a pair in one segment, and a body that waits
 * to be asked for. */
#include "load/raw.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/url.h"
#include "load/group.h"
#include "load/shapes.h"
#include "load/transfer.h"

/* A client need not wait for the 100 for ever (RFC 9110 section 10.1.1); libcurl waits as long. */
enum { EXPECT_MS = 1000 };
/* A pair goes out in one segment, so its first request cannot be a large one. */
enum { PAIR_BODY_MAX = 32 * 1024, TEXT_MAX = 1024 * 1024 };

/* --- the text of a request --- */

static bool is_field(const char *line, const char *name)
{
    size_t len = strlen(name);
    return strncasecmp(line, name, len) == 0 && (line[len] == ':' || line[len] == ';');
}

/* As libcurl reads its list: "Name:" takes a field away, "Name;" is a field without a value. */
static void add_line(struct buf *b, const char *line)
{
    size_t len = strlen(line);
    if (len && line[len - 1] == ':')
        return;
    if (len && line[len - 1] == ';')
        buf_addf(b, "%.*s:\r\n", (int)len - 1, line);
    else
        buf_addf(b, "%s\r\n", line);
}

/* `plain`: a GET without a body, whatever the load's request is. */
static void add_fields(struct buf *b, const struct group *g, bool plain)
{
    bool accept = false;
    for (const struct curl_slist *s = g->sent.headers; s; s = s->next) {
        bool content = strncasecmp(s->data, "Content-", 8) == 0;
        accept = accept || is_field(s->data, "Accept");
        if (!is_field(s->data, "Expect") && !(plain && content))
            add_line(b, s->data);
    }
    if (!accept)
        buf_adds(b, "Accept: */*\r\n");
    if (!plain && g->plan->body.bytes >= 0)
        buf_addf(b, "Content-Length: %lld\r\n", (long long)g->plan->body.bytes);
}

static const char *target_of(const struct group *g)
{
    const char *rest = url_split(g->sent.url).rest;
    return *rest ? rest : "/";
}

/* The attempt's id is the last field, so half of a head never tells it. */
static void end_head(struct buf *b, const struct group *g, const struct attempt *a)
{
    char trace[ATTEMPT_TRACE_LINE];
    attempt_trace_line(g, a, trace);
    if (!g->sent.own_trace)
        buf_addf(b, "%s\r\n", trace);
    buf_addf(b, "X-Drainctl-Attempt: %lld\r\n\r\n", (long long)a->id);
}

static void add_request(struct buf *b, const struct group *g, const struct attempt *a)
{
    const char *method = g->plan->method && *g->plan->method ? g->plan->method : "GET";
    buf_addf(b, "%s %s HTTP/1.1\r\n", method, target_of(g));
    add_fields(b, g, false);
    if (g->plan->shape == SHAPE_EXPECT_CONTINUE)
        buf_adds(b, "Expect: 100-continue\r\n");
    end_head(b, g, a);
}

static void add_second(struct buf *b, const struct group *g, const struct attempt *a)
{
    const char *then = g->plan->then_path;
    const char *prefix = url_split(g->address->base).rest; /* the target's url may have a path */
    buf_addf(b, "GET %s%s HTTP/1.1\r\n", then ? prefix : "", then ? then : target_of(g));
    add_fields(b, g, true);
    end_head(b, g, a);
}

static void add_body(struct buf *b, const struct group *g)
{
    char *bytes = mem_zero(1, PAIR_BODY_MAX);
    struct body body = {.bytes = g->plan->body.bytes};
    int64_t n = body.bytes > 0 ? body_read(&body, bytes, PAIR_BODY_MAX) : 0;
    buf_add(b, bytes, (size_t)n);
    free(bytes);
}

/* --- going on --- */

/* A body that was not written by hand goes after the text. */
static void give_body(struct raw *r)
{
    const struct plan_load *p = r->client->group->plan;
    if (p->body.bytes <= 0)
        return;
    r->body.body = (struct body){.bytes = p->body.bytes, .over_ns = p->body.over_ns};
    r->body.chunk = mem_zero(1, RAW_CHUNK);
}

static void request_release(struct client *c)
{
    if (c->wire)
        raw_go_on(c->wire);
}

/* --- the shapes --- */

static void partial_head_start(struct client *c)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    add_request(&b, c->group, &c->attempt);
    size_t half = b.len - strlen("Attempt: 1\r\n\r\n"); /* in the midst of its last line */
    bool wait = group_is_held(c->group);
    struct raw *r = raw_connect(c, buf_take(&b), half);
    if (!r)
        return;
    give_body(r);
    r->halts = wait;
    if (!wait)
        request_release(c);
}

static void expect_start(struct client *c)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    add_request(&b, c->group, &c->attempt);
    bool wait = group_is_held(c->group);
    size_t len = b.len;
    struct raw *r = raw_connect(c, buf_take(&b), len);
    if (!r)
        return;
    give_body(r);
    r->asks = true;
    r->halts = wait;
    if (!wait)
        raw_wake(r, EXPECT_MS);
}

/* The second attempt exists as long as the first one; a budget with an odd rest ends with one. */
static bool start_second(struct client *c)
{
    struct group *g = c->group;
    int64_t request = group_take_request(g);
    if (!request)
        return false;
    attempt_swap(c);
    attempt_start(c, request, 0);
    if (!attempt_open(&c->attempt))
        return false;
    c->attempt.head = false;
    attempt_swap(c);
    return true;
}

static void pipelined_start(struct client *c)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    bool pair = start_second(c);
    if (c->state != CLIENT_BUSY) /* a callback aborted it */
        return;
    add_request(&b, c->group, &c->attempt);
    add_body(&b, c->group);
    size_t first_len = b.len;
    if (pair)
        add_second(&b, c->group, &c->behind);
    size_t len = b.len;
    struct raw *r = raw_connect(c, buf_take(&b), len);
    if (r)
        r->text.first_len = first_len;
}

static int pipelined_prepare(struct group *g, struct error *err)
{
    if (request_prepare(g, err) < 0)
        return -1;
    if (g->plan->body.bytes <= PAIR_BODY_MAX)
        return 0;
    error_set(err, ERROR_RUN, "a pipelined request cannot have a body of %lld bytes",
              (long long)g->plan->body.bytes);
    return error_hint(err, "at most %d, so that both requests go out together", PAIR_BODY_MAX);
}

const struct shape shape_partial_head = {
    .prepare = request_prepare,
    .start = partial_head_start,
    .release = request_release,
    .abort = raw_abort,
    .end = raw_close,
    .finish = request_finish,
    .halves = true,
};

const struct shape shape_expect_continue = {
    .prepare = request_prepare,
    .start = expect_start,
    .release = request_release,
    .abort = raw_abort,
    .end = raw_close,
    .finish = request_finish,
    .halves = true,
};

const struct shape shape_pipelined = {
    .prepare = pipelined_prepare,
    .start = pipelined_start,
    .abort = raw_abort,
    .end = raw_close,
    .finish = request_finish,
    .pair = true,
};
