/* The panel's own paths: its three files, the stream of what happens, and the buttons. */
#include <string.h>

#include "base/attr.h"
#include "base/json_out.h"
#include "demo/private.h"
#include "plan/builtin.h"
#include "server/http/request.h"
#include "server/http/route.h"
#include "server/internal.h"
#include "server/routes/web_files.h"

extern const struct embedded demo_panel[]; /* tools/embed, of panel/ */

enum { MAX_PAGE = 256 << 10, MAX_REFUSAL = 8 << 10 };

#define TOKEN_MARK "0000000000000000000000000000000a" /* in index.html, as long as the token */

#define FIELDS                                                                                     \
    "Cache-Control: no-store\r\n"                                                                  \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Content-Security-Policy: default-src 'self'; connect-src 'self' http://127.0.0.1:*; "         \
    "frame-src http://127.0.0.1:*; img-src 'self' data:; object-src 'none'; base-uri 'none'; "     \
    "frame-ancestors 'none'\r\n"

static struct demo *demo_of(const struct request *r)
{
    return r->http->server->options->guest.arg;
}

/* --- files --- */

static void send_file(struct request *r, const struct embedded *file)
{
    struct buf text;
    buf_init(&text, MAX_PAGE);
    buf_add(&text, file->text, file->len);
    char *mark = strstr(text.data, TOKEN_MARK);
    if (mark)
        memcpy(mark, demo_of(r)->token, DEMO_TOKEN);
    respond_fields(r, 200, web_type(file->name), FIELDS, text.data, text.len);
    buf_free(&text);
}

static void answer_file(struct request *r)
{
    size_t len;
    const char *name = request_path(r, &len) + 1;
    const struct embedded *file = --len == 0
                                      ? web_file(demo_panel, "index.html", strlen("index.html"))
                                      : web_file(demo_panel, name, len);
    if (file)
        send_file(r, file);
    else
        respond_error(r, 404, "not found");
}

/* --- buttons --- */

static bool knows_token(const struct request *r)
{
    size_t len;
    const char *token = request_query(r, "token", &len);
    return token && len == DEMO_TOKEN && memcmp(token, demo_of(r)->token, len) == 0;
}

static void say_no(struct request *r, int status, const char *why)
{
    struct json_out j;
    struct buf body;
    buf_init(&body, MAX_REFUSAL);
    json_out_init(&j, &body, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "error", why);
    json_out_end_object(&j);
    respond(r, status, "application/json", body.data, body.len);
    buf_free(&body);
}

static void answer_button(struct request *r)
{
    size_t len;
    struct error err = {0};
    const char *name = route_segment(r, &len);
    if (!knows_token(r))
        say_no(r, 400, "this is for the buttons of the panel");
    else if (demo_act(demo_of(r), name, len, &err) == 0)
        respond_json(r, 200, "{\"done\":true}");
    else
        say_no(r, err.kind == ERROR_USAGE ? 404 : 409, err.text);
}

/* --- the stream --- */

static void answer_stream(struct request *r)
{
    struct demo *d = demo_of(r);
    struct buf hello;
    if (r->http_1_0 || r->head_only || server_draining(r->http->server)) {
        respond(r, 200, "text/event-stream", "", 0);
        return;
    }
    demo_hello(d, &hello);
    stream_join(&d->stream, r, hello.data);
    buf_free(&hello);
    demo_tell_state(d, NULL);
}

const struct route demo_routes[] = {
    {ROUTE_GET, "/", .answer = answer_file},
    {ROUTE_GET, "/panel.js", .answer = answer_file},
    {ROUTE_GET, "/panel.css", .answer = answer_file},
    {ROUTE_GET, "/stream", .kind = ROUTE_SUBSCRIPTION, .answer = answer_stream},
    {ROUTE_POST, "/do/*", .answer = answer_button},
    {.path = NULL},
};
