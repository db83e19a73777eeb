/* Answers. Each has an exact length or chunked framing, and a body that shows its own end, so that
 * a cut can never look complete. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/json_out.h"
#include "server/internal.h"
#include "server/life/leave.h"
#include "server/http/request.h"
#include "server/http/route.h"

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *status_reason(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

/* RFC 9110 §6.6.1; made once a second. */
static const char *date_line(void)
{
    static time_t made;
    static char line[64];
    time_t now = time(NULL);
    if (now != made) {
        struct tm tm;
        gmtime_r(&now, &tm);
        strftime(line, sizeof line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
        made = now;
    }
    return line;
}

/* Is this the connection's last answer? From the signal on it is, unless the client's next request
 * is here already: that one was on its way and gets its answer first. */
static bool is_last(const struct request *r)
{
    struct http *h = r->http;
    if (!r->keep_alive || !r->is.read)
        return true;
    bool draining = h->counted && server_draining(h->server);
    if (!h->peer.eof && (!draining || h->server->hooks->keeps_open(r)))
        return false;
    if (draining && server_faulty(h->server, FAULT(DROP_PIPELINED)))
        return true;
    if (h->in.len == 0 && h->io->look && !h->peer.eof)
        h->io->look(h);
    return h->in.len == 0;
}

static void add_connection(const struct request *r)
{
    struct http *h = r->http;
    if (h->last && !server_faulty(h->server, FAULT(NO_CONNECTION_CLOSE)))
        buf_adds(&h->out, "Connection: close\r\n");
    else if (r->http_1_0 && !h->last)
        buf_adds(&h->out, "Connection: keep-alive\r\n");
}

/* Without the first line a browser shows any answer, a 503 too, as "Network Error" (Fetch Standard,
 * CORS protocol). The control listener is for this machine's tools alone. */
static void add_standing(const struct request *r)
{
    struct http *h = r->http;
    if (h->counted && !h->server->options->guest.routes)
        buf_adds(&h->out, "Access-Control-Allow-Origin: *\r\n"
                          "Access-Control-Expose-Headers: Retry-After\r\n");
    if (r->answer.status != 503)
        return;
    buf_adds(&h->out, "Retry-After: ");
    buf_add_int(&h->out, announce_retry_after_s(h->server));
    buf_adds(&h->out, "\r\n");
}

static void begin_head(struct request *r, int status, const char *type)
{
    struct http *h = r->http;
    r->answer.status = status;
    h->last = is_last(r);
    http_enter(h, STATE_ANSWERING);
    buf_adds(&h->out, "HTTP/1.1 ");
    buf_add_int(&h->out, status);
    buf_addc(&h->out, ' ');
    buf_adds(&h->out, status_reason(status));
    buf_adds(&h->out, "\r\n");
    buf_adds(&h->out, date_line());
    if (type) {
        buf_adds(&h->out, "Content-Type: ");
        buf_adds(&h->out, type);
        buf_adds(&h->out, "\r\n");
    }
    add_standing(r);
    add_connection(r);
}

static void end_head_length(struct request *r, uint64_t length)
{
    struct buf *out = &r->http->out;
    buf_adds(out, "Content-Length: ");
    buf_add_int(out, (long long)length);
    buf_adds(out, "\r\n\r\n");
}

static void answered(struct request *r)
{
    struct http *h = r->http;
    r->answer.done = true;
    request_tell(r, clock_ns(), LEDGER_ANSWERED);
    h->go_on(h);
}

static void send_whole(struct request *r, const char *body, size_t len)
{
    end_head_length(r, len);
    if (!r->head_only)
        buf_add(&r->http->out, body, len);
    r->http->server->hooks->cuts(r, len);
    answered(r);
}

void respond(struct request *r, int status, const char *type, const char *body, size_t len)
{
    r->http->server->hooks->changes(r, &status, &len);
    begin_head(r, status, type);
    send_whole(r, body, len);
}

void respond_json(struct request *r, int status, const char *json)
{
    respond(r, status, "application/json", json, strlen(json));
}

static void error_body(struct buf *body, const char *what)
{
    struct json_out j;
    buf_init(body, 4096);
    json_out_init(&j, body, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "error", what ? what : "bad request");
    json_out_end_object(&j);
}

void respond_error(struct request *r, int status, const char *what)
{
    struct buf body;
    error_body(&body, what);
    respond(r, status, "application/json", body.data, body.len);
    buf_free(&body);
}

void respond_fields(struct request *r, int status, const char *type, const char *fields,
                    const char *body, size_t len)
{
    r->http->server->hooks->changes(r, &status, &len);
    begin_head(r, status, type);
    buf_adds(&r->http->out, fields);
    send_whole(r, body, len);
}

void respond_not_allowed(struct request *r, const char *allow)
{
    struct buf body;
    error_body(&body, "method not allowed");
    begin_head(r, 405, "application/json");
    buf_adds(&r->http->out, "Allow: ");
    buf_adds(&r->http->out, allow);
    buf_adds(&r->http->out, "\r\n");
    send_whole(r, body.data, body.len);
    buf_free(&body);
}

void respond_empty(struct request *r, int status, const char *fields)
{
    begin_head(r, status, NULL);
    buf_adds(&r->http->out, fields);
    buf_adds(&r->http->out, "\r\n");
    answered(r);
}

/* What a browser asks before a request that is more than a form could be. */
void respond_options(struct request *r)
{
    struct buf *out = &r->http->out;
    begin_head(r, 204, NULL);
    buf_addf(out, "Allow: %s, OPTIONS\r\nAccess-Control-Allow-Methods: %s\r\n", r->answer.allow,
             r->answer.allow);
    buf_adds(out, "Access-Control-Allow-Headers: *\r\nAccess-Control-Max-Age: 600\r\n\r\n");
    answered(r);
}

void respond_begin(struct request *r, int status, const char *type, uint64_t length)
{
    begin_head(r, status, type);
    r->answer.chunked = !r->http_1_0;
    if (r->answer.chunked)
        buf_adds(&r->http->out, "Transfer-Encoding: chunked\r\n\r\n");
    else
        end_head_length(r, length);
}

void respond_piece(struct request *r, const char *data, size_t len)
{
    struct buf *out = &r->http->out;
    if (r->head_only || len == 0)
        return;
    if (r->answer.chunked)
        buf_addf(out, "%zx\r\n", len);
    buf_add(out, data, len);
    if (r->answer.chunked)
        buf_adds(out, "\r\n");
}

void respond_end(struct request *r)
{
    if (r->answer.chunked && !r->head_only)
        buf_adds(&r->http->out, "0\r\n\r\n");
    answered(r);
}
