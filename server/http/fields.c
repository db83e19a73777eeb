/* The header fields that matter here, a row each. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/whole.h"
#include "server/http/request.h"

static void take_host(struct request *r, const char *value)
{
    r->head.hosts++;
    /* userinfo, a list, or a path in Host can be read in two ways (RFC 9112 §3.2) */
    if (strpbrk(value, " \t,/?#@\\"))
        r->head.bad_host = true;
}

static void take_length(struct request *r, const char *value)
{
    (void)value; /* llhttp keeps the number, and refuses what is none */
    r->head.lengths++;
}

static void take_encoding(struct request *r, const char *value)
{
    r->head.encodings++;
    if (strcasecmp(value, "chunked") == 0)
        return;
    r->head.coded = true;
    const char *chunked = strcasestr(value, "chunked");
    r->head.te_misplaced = chunked && chunked[strlen("chunked")] != '\0';
}

static void take_expect(struct request *r, const char *value)
{
    r->head.expect_continue = strcasecmp(value, "100-continue") == 0;
    r->head.bad_expect = !r->head.expect_continue;
}

static void take_attempt(struct request *r, const char *value)
{
    whole_parse(value, 0, INT64_MAX, &r->ledger.attempt);
}

/* RFC 6265 §5.4: pairs behind semicolons. */
static void take_cookie(struct request *r, const char *value)
{
    static const char name[] = "session=";
    for (const char *p = value; *p;) {
        p += strspn(p, "; \t");
        const char *v = p + strlen(name);
        if (strncmp(p, name, strlen(name)) == 0 && *v && *v != ';')
            r->asks.has_session = true;
        p += strcspn(p, ";");
    }
}

static void take_accept(struct request *r, const char *value)
{
    r->asks.html = r->asks.html || strcasestr(value, "text/html") != NULL;
}

/* Is this member's weight 0, "not acceptable" (RFC 9110 §12.4.2)? */
static bool weighs_nothing(const char *member, size_t len)
{
    const char *q = memmem(member, len, "q=", 2);
    return q && strtod(q + 2, NULL) == 0.0;
}

/* RFC 9110 §12.5.3; "*" stands for what is not named. */
static void take_accept_encoding(struct request *r, const char *value)
{
    bool named = false;
    for (const char *p = value; *p;) {
        p += strspn(p, ", \t");
        size_t len = strcspn(p, ","), name = strcspn(p, ",; \t");
        bool gzip = name == 4 && strncasecmp(p, "gzip", 4) == 0;
        if (gzip || (!named && name == 1 && *p == '*'))
            r->asks.gzip = !weighs_nothing(p, len);
        named = named || gzip;
        p += len;
    }
}

static void take_none_match(struct request *r, const char *value)
{
    buf_adds(&r->asks.known, value);
    buf_addc(&r->asks.known, ','); /* more than one line makes one list (RFC 9110 §5.3) */
}

static void take_key(struct request *r, const char *value)
{
    free(r->asks.key);
    r->asks.key = mem_strdup(value);
}

static void take_id(struct request *r, const char *value)
{
    request_ids_take_id(&r->ids, value);
}

static void take_trace(struct request *r, const char *value)
{
    request_ids_take_trace(&r->ids, value);
    request_span_join(r, value);
}

static const struct {
    const char *name;
    void (*take)(struct request *r, const char *value);
} fields[] = {
    {"host", take_host},
    {"accept", take_accept},
    {"accept-encoding", take_accept_encoding},
    {"if-none-match", take_none_match},
    {"cookie", take_cookie},
    {"content-length", take_length},
    {"idempotency-key", take_key},
    {"expect", take_expect},
    {"transfer-encoding", take_encoding},
    {"x-drainctl-attempt", take_attempt},
    {"x-request-id", take_id},
    {"traceparent", take_trace},
};

void request_field(struct request *r, const char *name, const char *value)
{
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcasecmp(name, fields[i].name) == 0)
            fields[i].take(r, value);
}
