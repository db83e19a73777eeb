/* Reading an answer on a raw connection. llhttp says where it ends and how much of it is body; the
 * lines of its head go through the same code as libcurl's, so that both kinds of client fill in the
 * same facts. */
#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "load/raw.h"

static struct attempt *attempt_of(llhttp_t *p)
{
    struct raw *r = p->data;
    return &r->client->attempt;
}

static int on_headers(llhttp_t *p)
{
    return attempt_of(p)->head ? 1 : 0; /* 1: no body follows, whatever the head says */
}

static int on_body(llhttp_t *p, const char *at, size_t len)
{
    (void)at;
    attempt_of(p)->answer.body_bytes += (int64_t)len;
    return 0;
}

/* Interim answers (RFC 9110 section 15.2) are messages of their own; 101 would be a final one. */
static int on_complete(llhttp_t *p)
{
    struct raw *r = p->data;
    if (p->status_code / 100 == 1 && p->status_code != 101)
        return 0;
    r->complete = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_headers_complete = on_headers,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

void raw_answer_begin(struct raw *r)
{
    llhttp_init(&r->parser, HTTP_RESPONSE, &settings);
    r->parser.data = r;
    r->got = 0;
    r->complete = r->bad = false;
    r->line_len = 0;
}

static void take_line(struct raw *r)
{
    struct client *c = r->client;
    struct answer *a = &c->attempt.answer;
    bool begun = a->begun;
    int interim = 0;
    if (!begun && r->line_len > 12 && memcmp(r->line, "HTTP/1.1 1", 10) == 0)
        interim = 100 + (r->line[10] - '0') * 10 + (r->line[11] - '0');
    answer_line(a, r->line, r->line_len);
    r->line_len = 0;
    if (!begun && a->begun)
        attempt_first_byte(c);
    else if (interim)
        raw_request_interim(r, interim);
}

static void take_lines(struct raw *r, const char *data, size_t len)
{
    const struct client *c = r->client;
    for (size_t i = 0; i < len && !c->attempt.answer.header_done; i++) {
        if (r->line_len < sizeof r->line)
            r->line[r->line_len++] = data[i];
        if (data[i] != '\n')
            continue;
        take_line(r);
        if (c->wire != r)
            return;
    }
}

/* The answer is whole. With a pair the next one belongs to the second request. */
static bool answered(struct raw *r)
{
    struct client *c = r->client;
    if (r->lasting)
        return true;
    if (!attempt_open(&c->behind)) {
        raw_end(r, CURLE_OK, 0, "");
        return false;
    }
    attempt_end(c, &(struct attempt_end){.code = CURLE_OK});
    if (c->wire != r)
        return false;
    attempt_swap(c);
    raw_answer_begin(r);
    return true;
}

/* Something came before a whole status line, or instead of one. */
static void first_bytes(struct raw *r)
{
    struct client *c = r->client;
    struct answer *a = &c->attempt.answer;
    int64_t n = r->got - a->interim_bytes;
    if (a->begun || n <= 0)
        return;
    a->header_bytes = n;
    if (c->attempt.phase != PHASE_RECEIVING)
        attempt_first_byte(c);
}

/* As libcurl calls what is not HTTP, or not any more. */
static int bad_code(const struct answer *a)
{
    if (!a->begun)
        return CURLE_UNSUPPORTED_PROTOCOL;
    return a->header_done ? CURLE_RECV_ERROR : CURLE_WEIRD_SERVER_REPLY;
}

static bool not_http(struct raw *r)
{
    r->bad = true;
    if (r->lasting)
        return true;
    first_bytes(r);
    if (r->client->wire == r)
        raw_end(r, bad_code(&r->client->attempt.answer), 0, "");
    return false;
}

bool raw_answer_take(struct raw *r, const char *data, size_t len)
{
    while (len > 0 && !r->bad && !r->complete) {
        enum llhttp_errno e = llhttp_execute(&r->parser, data, len);
        size_t used = e == HPE_OK ? len : (size_t)(llhttp_get_error_pos(&r->parser) - data);
        bool paused = e == HPE_PAUSED && r->complete;
        r->got += (int64_t)(e == HPE_OK || paused ? used : len);
        take_lines(r, data, used);
        if (r->client->wire != r)
            return false;
        if (paused && !answered(r))
            return false;
        if (e != HPE_OK && !paused)
            return not_http(r);
        data += used;
        len -= used;
    }
    return true;
}

/* The server closed the connection in good order: what had come until then? */
static int code_at_eof(struct raw *r)
{
    const struct answer *a = &r->client->attempt.answer;
    if (!a->begun)
        return r->lasting && r->bad ? CURLE_WEIRD_SERVER_REPLY : CURLE_GOT_NOTHING;
    /* libcurl takes a head that ends nowhere for a whole one, and so does this: the facts tell */
    if (a->header_done && !r->complete && (a->chunked || a->length >= 0) &&
        !r->client->attempt.head)
        return CURLE_PARTIAL_FILE;
    return CURLE_OK;
}

void raw_answer_eof(struct raw *r, int os_errno)
{
    first_bytes(r);
    if (r->client->wire != r)
        return;
    int code = os_errno ? CURLE_RECV_ERROR : code_at_eof(r);
    /* The kernel tells of a reset once: to the write that met it, not to the read after it. */
    if (!os_errno && r->send_errno && code != CURLE_OK) {
        code = CURLE_SEND_ERROR;
        os_errno = r->send_errno;
    }
    raw_end(r, code, os_errno, "");
}
