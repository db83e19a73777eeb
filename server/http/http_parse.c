/* llhttp's callbacks. They note what a request is and whether it must be refused; they never answer
 * (http.c does, once the parser has returned). What HTTP leaves ambiguous is refused: a request
 * that two parsers could read in two ways is how requests are smuggled (RFC 9112 §11.2). */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/http/http.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/http/route.h"

static int refuse(struct http *h, int status, const char *why)
{
    if (!h->refuse.status) {
        h->refuse.status = status;
        h->refuse.text = why;
    }
    return -1;
}

static const struct server_limits *limits(const struct http *h)
{
    return &h->server->options->limits;
}

static int on_begin(llhttp_t *p)
{
    struct http *h = p->data;
    request_new(h);
    h->parser.head_bytes = 0;
    http_enter(h, STATE_HEAD);
    return 0;
}

static int on_url(llhttp_t *p, const char *at, size_t len)
{
    struct http *h = p->data;
    return buf_add(&h->request->target, at, len) < 0 ? refuse(h, 414, "target too long") : 0;
}

/* Trailers and chunk extensions come after the header section and are bounded like it. */
static int count_extra(struct http *h, size_t len)
{
    struct request *r = h->request;
    r->head.extra_bytes += len;
    return (int64_t)r->head.extra_bytes > limits(h)->header_bytes
               ? refuse(h, 431, "trailers or chunk extensions too long")
               : 0;
}

static int on_extension(llhttp_t *p, const char *at, size_t len)
{
    (void)at;
    return count_extra(p->data, len);
}

static int on_field(llhttp_t *p, const char *at, size_t len)
{
    struct http *h = p->data;
    if (h->state == STATE_BODY)
        return count_extra(h, len);
    return buf_add(&h->request->head.field, at, len);
}

static int on_value(llhttp_t *p, const char *at, size_t len)
{
    struct http *h = p->data;
    if (h->state == STATE_BODY)
        return count_extra(h, len);
    return buf_add(&h->request->head.value, at, len);
}

static int on_line_complete(llhttp_t *p)
{
    struct http *h = p->data;
    struct request *r = h->request;
    if (h->state == STATE_BODY || !r->head.field.data)
        return 0;
    while (r->head.value.len > 0 && strchr(" \t", r->head.value.data[r->head.value.len - 1]))
        r->head.value.data[--r->head.value.len] = '\0';
    request_field(r, r->head.field.data, r->head.value.data ? r->head.value.data : "");
    buf_reset(&r->head.field);
    buf_reset(&r->head.value);
    return 0;
}

/* --- the whole header section --- */

static bool wrong_version(const struct request *r, const llhttp_t *p)
{
    (void)r;
    return p->http_major != 1;
}

static bool no_host(const struct request *r, const llhttp_t *p)
{
    (void)p;
    return r->head.hosts > 1 || (r->head.hosts == 0 && !r->http_1_0) || r->head.bad_host;
}

static bool two_framings(const struct request *r, const llhttp_t *p)
{
    (void)p;
    return (r->head.lengths > 0 && r->head.encodings > 0) || r->head.encodings > 1 ||
           r->head.lengths > 1 || r->head.te_misplaced || (r->head.encodings > 0 && r->http_1_0);
}

static bool unknown_coding(const struct request *r, const llhttp_t *p)
{
    return r->head.coded || p->method == HTTP_CONNECT;
}

static bool unknown_expectation(const struct request *r, const llhttp_t *p)
{
    (void)p;
    return r->head.bad_expect && !r->http_1_0;
}

static bool too_long(const struct request *r, const llhttp_t *p)
{
    return r->head.lengths > 0 && p->content_length > (uint64_t)limits(r->http)->body_bytes;
}

static bool refused_early(const struct request *r, const llhttp_t *p)
{
    (void)p;
    return r->answer.refuse && r->head.has_body && r->head.expect_continue;
}

static const struct {
    bool (*is)(const struct request *r, const llhttp_t *p);
    int status; /* 0: the route's own */
    const char *why;
} checks[] = {
    {wrong_version, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here"},
    {two_framings, 400, "the length of the body is ambiguous"},
    {unknown_coding, 501, "transfer coding or method not implemented"},
    {no_host, 400, "exactly one valid Host is needed"},
    {unknown_expectation, 417, "the only expectation known is 100-continue"},
    {too_long, 413, "the body is larger than this server takes"},
    {refused_early, 0, "no such resource"},
};

static void begin_route(struct request *r)
{
    r->answer.refuse = route_find(r, r->http->routes, &r->answer.allow);
    if (!r->answer.refuse && r->route->begin)
        r->route->begin(r);
}

static int on_headers(llhttp_t *p)
{
    struct http *h = p->data;
    struct request *r = h->request;
    r->method = p->method;
    r->head_only = p->method == HTTP_HEAD;
    r->http_1_0 = p->http_major == 1 && p->http_minor == 0;
    r->keep_alive = llhttp_should_keep_alive(p);
    r->head.has_body = r->head.encodings > 0 || p->content_length > 0;
    r->head.expect_continue = r->head.expect_continue && r->head.has_body && !r->http_1_0;
    p->upgrade = 0; /* an offer to upgrade may be ignored (RFC 9110 §7.8) */
    buf_free(&r->head.field);
    buf_free(&r->head.value);
    request_span_begin(r);
    request_counted(r);
    begin_route(r);
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        if (checks[i].is(r, p))
            return refuse(h, checks[i].status ? checks[i].status : r->answer.refuse, checks[i].why);
    http_enter(h, STATE_BODY);
    return 0;
}

static int on_body(llhttp_t *p, const char *at, size_t len)
{
    struct http *h = p->data;
    struct request *r = h->request;
    r->body_len += len;
    if (r->body_len > (uint64_t)limits(h)->body_bytes)
        return refuse(h, 413, "the body is larger than this server takes");
    http_progress(h);
    if (r->route && r->route->body)
        r->route->body(r, at, len);
    return 0;
}

static int on_complete(llhttp_t *p)
{
    struct http *h = p->data;
    struct request *r = h->request;
    r->is.read = true;
    request_tell(r, clock_ns(), LEDGER_READ);
    return HPE_PAUSED; /* one request at a time: the next waits for this one's answer */
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_begin,
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_header_value_complete = on_line_complete,
    .on_chunk_extension_name = on_extension,
    .on_chunk_extension_value = on_extension,
    .on_headers_complete = on_headers,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

void http_parser_init(struct http *h)
{
    llhttp_init(&h->parser.llhttp, HTTP_REQUEST, &settings);
    h->parser.llhttp.data = h;
}

static size_t execute(struct http *h, const char *data, size_t len)
{
    if (h->parser.paused)
        llhttp_resume(&h->parser.llhttp);
    h->parser.paused = false;
    llhttp_errno_t rc = llhttp_execute(&h->parser.llhttp, data, len);
    if (rc == HPE_OK)
        return len;
    const char *stop = llhttp_get_error_pos(&h->parser.llhttp);
    bool other = h->parser.llhttp.http_major > 1 || h->parser.llhttp.http_minor > 1;
    if (rc == HPE_PAUSED)
        h->parser.paused = true;
    else
        refuse(h, rc == HPE_INVALID_VERSION && other ? 505 : 400,
               llhttp_get_error_reason(&h->parser.llhttp));
    return stop && stop >= data && stop <= data + len ? (size_t)(stop - data) : len;
}

/* The header section is fed in slices no longer than what is left of its limit. */
size_t http_parse(struct http *h, const char *data, size_t len)
{
    size_t used = 0;
    bool begun = !h->parser.paused; /* a pause left from the last request ends with this call */
    while (used < len && !h->refuse.status && !(begun && h->parser.paused)) {
        size_t room = len - used;
        bool in_head = h->state != STATE_BODY;
        size_t left = (size_t)limits(h)->header_bytes - h->parser.head_bytes;
        if (in_head && left == 0) {
            bool in_target = !h->request || h->request->head.field.cap == 0;
            refuse(h, in_target ? 414 : 431, "the request line or header section is too long");
            break;
        }
        if (in_head && room > left)
            room = left;
        size_t got = execute(h, data + used, room);
        begun = true;
        used += got;
        h->parser.head_bytes += in_head ? got : 0;
    }
    return used;
}
