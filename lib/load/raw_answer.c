/* Reading an answer on a raw connection. llhttp says where it ends and how much of it is body; the
 * lines of its head go through the same code as libcurl's, so that both kinds of client fill in the
 * same facts. */
#include <curl/curl.h>
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
    r->answer.complete = p->status_code / 100 != 1 || p->status_code == 101;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_headers_complete = on_headers,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

void raw_answer_begin(struct raw *r)
{
    llhttp_init(&r->answer.parser, HTTP_RESPONSE, &settings);
    r->answer.parser.data = r;
    r->answer.got = 0;
    r->answer.complete = r->answer.bad = false;
    r->answer.line_len = 0;
}

static void take_lines(struct raw *r, const char *data, size_t len)
{
    struct client *c = r->client;
    struct answer *a = &c->attempt.answer;
    for (size_t i = 0; i < len && !a->header_done; i++) {
        if (r->answer.line_len < sizeof r->answer.line)
            r->answer.line[r->answer.line_len++] = data[i];
        if (data[i] != '\n')
            continue;
        bool begun = a->begun;
        answer_line(a, r->answer.line, r->answer.line_len);
        r->answer.line_len = 0;
        if (!begun && a->begun)
            attempt_first_byte(c);
        if (c->wire != r)
            return;
    }
}

/* Something came before a whole status line, or instead of one. */
void raw_answer_first_bytes(struct raw *r)
{
    struct client *c = r->client;
    struct answer *a = &c->attempt.answer;
    int64_t n = r->answer.got - a->interim_bytes;
    if (a->begun || n <= 0)
        return;
    a->header_bytes = n;
    if (c->attempt.phase != PHASE_RECEIVING)
        attempt_first_byte(c);
}

enum raw_answer raw_answer_take(struct raw *r, const char *data, size_t *len)
{
    if (r->answer.bad || r->answer.complete) /* of a silent client, which has asked for nothing */
        return ANSWER_MORE;
    enum llhttp_errno e = llhttp_execute(&r->answer.parser, data, *len);
    bool broken = e != HPE_OK && e != HPE_PAUSED;
    size_t used = e == HPE_OK ? *len : (size_t)(llhttp_get_error_pos(&r->answer.parser) - data);
    r->answer.got += (int64_t)(broken ? *len : used);
    take_lines(r, data, used);
    if (broken) {
        r->answer.bad = true;
        return ANSWER_BROKEN;
    }
    *len = used;
    if (e == HPE_OK)
        return ANSWER_MORE;
    llhttp_resume(&r->answer.parser);
    return r->answer.complete ? ANSWER_WHOLE : ANSWER_INTERIM;
}

/* As libcurl calls what is not HTTP, or not any more; and an end too early. */
int raw_answer_code(const struct raw *r)
{
    const struct attempt *a = &r->client->attempt;
    const struct answer *answer = &a->answer;
    if (r->answer.bad && !r->lasting)
        return !answer->begun        ? CURLE_UNSUPPORTED_PROTOCOL
               : answer->header_done ? CURLE_RECV_ERROR
                                     : CURLE_WEIRD_SERVER_REPLY;
    if (!answer->begun)
        return r->answer.bad ? CURLE_WEIRD_SERVER_REPLY : CURLE_GOT_NOTHING;
    /* libcurl takes a head that ends nowhere for a whole one, and so does this: the facts tell */
    if (answer->header_done && !r->answer.complete && (answer->chunked || answer->length >= 0) &&
        !a->head)
        return CURLE_PARTIAL_FILE;
    return CURLE_OK;
}
