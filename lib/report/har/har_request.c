/* What was asked for, as far as the plan tells: the same for all attempts of a load but for the
 * attempt's number. */
#include "report/har/har.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json_out.h"
#include "base/mem.h"
#include "base/url.h"
#include "plan/preflight.h"
#include "report/stages.h"

/* a scenario of 1 MiB gives up to 12 bytes for each of its own, and the headers */
enum { PARTS_MAX = 32 * 1024 * 1024 };

static void quoted(struct buf *out, const char *s)
{
    json_escape(out, s, strlen(s));
}

/* --- what the requests of a load share --- */

static void name_value(struct buf *out, bool *any, const char *name, const char *value)
{
    buf_adds(out, *any ? ",{\"name\":" : "{\"name\":");
    quoted(out, name);
    buf_adds(out, ",\"value\":");
    quoted(out, value);
    buf_addc(out, '}');
    *any = true;
}

static bool has_header(const struct plan_load *p, const char *name)
{
    for (size_t i = 0; i < p->headers.n; i++)
        if (strcasecmp(p->headers.at[i].name, name) == 0)
            return true;
    return false;
}

static void unless_given(struct buf *out, bool *any, const struct plan_load *p, const char *name,
                         const char *value)
{
    if (!has_header(p, name))
        name_value(out, any, name, value);
}

static bool has_content(const char *method)
{
    return method &&
           (!strcmp(method, "POST") || !strcmp(method, "PUT") || !strcmp(method, "PATCH"));
}

/* What a page of another origin adds, and its preflights (lib/load/cors.c). */
static void add_origin(struct buf *out, bool *any, const struct plan_load *p, enum har_kind kind)
{
    struct buf asked;
    if (!p->users.frontend || !*p->users.frontend->origin.at)
        return;
    name_value(out, any, "Origin", p->users.frontend->origin.at);
    if (kind != HAR_PREFLIGHT)
        return;
    name_value(out, any, "Access-Control-Request-Method", p->method);
    buf_init(&asked, PARTS_MAX);
    preflight_headers(p, &asked);
    if (asked.len)
        name_value(out, any, "Access-Control-Request-Headers", asked.data);
    buf_free(&asked);
}

/* The fields as lib/load writes them; the attempt's own number comes last. */
static void add_headers(struct buf *out, const struct plan_load *p, const char *base,
                        enum har_kind kind)
{
    bool second = kind != HAR_FIRST;
    char length[32];
    bool any = false;
    struct url u = url_split(base);
    char *authority = mem_strndup(u.authority, u.authority_len);
    unless_given(out, &any, p, "Host", authority);
    unless_given(out, &any, p, "User-Agent", "drainctl/" DRAINCTL_VERSION);
    unless_given(out, &any, p, "Accept", "*/*");
    if (!second && p->body.bytes >= 0)
        unless_given(out, &any, p, "Content-Type", "application/octet-stream");
    if (!second && (p->body.bytes >= 0 || has_content(p->method))) {
        snprintf(length, sizeof length, "%" PRId64, p->body.bytes < 0 ? 0 : p->body.bytes);
        unless_given(out, &any, p, "Content-Length", length);
    }
    if (!second && p->shape == SHAPE_EXPECT_CONTINUE)
        unless_given(out, &any, p, "Expect", "100-continue");
    for (size_t i = 0; i < p->headers.n && kind != HAR_PREFLIGHT; i++)
        name_value(out, &any, p->headers.at[i].name, p->headers.at[i].value);
    add_origin(out, &any, p, kind);
    buf_adds(out, any ? "," : "");
    buf_adds(out, "{\"name\":\"X-Drainctl-Attempt\",\"value\":\"");
    free(authority);
}

static bool is_hex(char c)
{
    return c && strchr("0123456789abcdefABCDEF", c);
}

/* What a URI cannot hold (RFC 3986 section 3.3) is percent-encoded, byte by byte: readers of HAR
 * take the url for one. */
static void add_path(struct buf *out, const char *path)
{
    static const char others[] = "-._~!$&'()*+,;=:@/?";
    for (const char *s = path; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool encoded = c == '%' && is_hex(s[1]) && is_hex(s[2]);
        if (encoded || (c < 0x80 && (isalnum(c) || strchr(others, c))))
            buf_addc(out, *s);
        else
            buf_addf(out, "%%%02X", c);
    }
}

/* As it stands in the path, nothing decoded. */
static void add_query(struct buf *out, const char *path)
{
    bool any = false;
    const char *query = strchr(path, '?');
    buf_adds(out, "\"queryString\":[");
    for (const char *at = query ? query + 1 : ""; *at;) {
        size_t len = strcspn(at, "&"), name = strcspn(at, "=&");
        const char *value = name < len ? at + name + 1 : at + len;
        if (len) {
            buf_adds(out, any ? ",{\"name\":" : "{\"name\":");
            json_escape(out, at, name);
            buf_adds(out, ",\"value\":");
            json_escape(out, value, (size_t)(at + len - value));
            buf_addc(out, '}');
            any = true;
        }
        at += len + (at[len] == '&');
    }
    buf_addc(out, ']');
}

static void make_request(struct har_request *r, const struct run_verdict *v, size_t load,
                         const char *base, enum har_kind kind)
{
    static const char *const methods[HAR_KINDS] = {
        [HAR_SECOND] = "GET", [HAR_PREFLIGHT] = "OPTIONS"};
    const struct plan_load *p = &v->plan.loads[load];
    const char *run = v->history->events[0].run; /* older journals have none, and sent none */
    const char *path = path_of(p, kind == HAR_SECOND);
    const char *own = p->method ? p->method : "GET";
    bool silent = p->shape == SHAPE_SILENT;
    struct buf url;
    buf_init(&url, PARTS_MAX);
    buf_init(&r->before, PARTS_MAX);
    buf_init(&r->after, PARTS_MAX);
    r->numbered = !silent;
    r->traced = !silent && run && *run && !has_header(p, "traceparent");
    buf_adds(&url, base);
    add_path(&url, path);
    buf_adds(&r->before, "\"request\":{\"method\":");
    quoted(&r->before, silent ? "(silent)" : kind == HAR_FIRST ? own : methods[kind]);
    buf_adds(&r->before, ",\"url\":");
    quoted(&r->before, url.data ? url.data : "");
    buf_adds(&r->before, ",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],");
    add_query(&r->before, path);
    buf_adds(&r->before, ",\"headers\":[");
    if (!silent)
        add_headers(&r->before, p, base, kind);
    int64_t body = kind != HAR_FIRST || silent || p->body.bytes < 0 ? 0 : p->body.bytes;
    buf_addf(&r->after, "],\"headersSize\":-1,\"bodySize\":%" PRId64 "}", body);
    buf_free(&url);
}

struct har_request *har_requests_make(const struct run_verdict *v)
{
    char *base = base_url(v);
    struct har_request *r = mem_zero(v->n_loads * HAR_KINDS, sizeof *r);
    for (size_t i = 0; i < v->n_loads * HAR_KINDS; i++)
        make_request(&r[i], v, i / HAR_KINDS, base, (enum har_kind)(i % HAR_KINDS));
    free(base);
    return r;
}

void har_requests_free(struct har_request *r, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads * HAR_KINDS; i++) {
        buf_free(&r[i].before);
        buf_free(&r[i].after);
    }
    free(r);
}
