#include "load/fetch.h"

#include <curl/curl.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/blocking.h"
#include "load/field.h"
#include "load/headers.h"

static const uint64_t fnv_basis = UINT64_C(0xcbf29ce484222325), fnv_prime = UINT64_C(0x100000001b3);

struct fetch {
    CURL *easy;
    char error[CURL_ERROR_SIZE];
    struct answer head;      /* libcurl 7.88 says OK without the blank line that ends it */
    struct buf *body;        /* being filled; or NULL */
    struct fetch_facts *out; /* being filled */
};

/* --- what libcurl calls back --- */

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct fetch *f = arg;
    size_t len = size * n;
    for (size_t i = 0; i < len; i++)
        f->out->hash = (f->out->hash ^ (unsigned char)data[i]) * fnv_prime;
    f->out->bytes += (int64_t)len;
    if (f->body) {
        size_t room = f->body->max - f->body->len;
        buf_add(f->body, data, len < room ? len : room);
    }
    return len;
}

/* --- its life --- */

struct fetch *fetch_new(int64_t timeout_ns, const volatile sig_atomic_t *stop, struct error *err)
{
    curl_global_init(CURL_GLOBAL_ALL);
    CURL *e = curl_easy_init();
    if (!e) {
        error_set(err, ERROR_RUN, "libcurl could not be started");
        return NULL;
    }
    struct fetch *f = MEM_NEW(struct fetch);
    f->easy = e;
    curl_easy_setopt(e, CURLOPT_USERAGENT, "drainctl/" DRAINCTL_VERSION);
    curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, ""); /* all that this libcurl can decode */
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
    blocking_options(e, timeout_ns, &f->head, stop, f->error);
    return f;
}

void fetch_forbid_reuse(struct fetch *f)
{
    curl_easy_setopt(f->easy, CURLOPT_FORBID_REUSE, 1L);
}

void fetch_free(struct fetch *f)
{
    if (!f)
        return;
    curl_easy_cleanup(f->easy);
    curl_global_cleanup();
    free(f);
}

void fetch_facts_free(struct fetch_facts *facts)
{
    free(facts->url);
    free(facts->elsewhere);
    free(facts->type);
    free(facts->cache_control);
    *facts = (struct fetch_facts){0};
}

/* --- addresses --- */

static char *part_of(const char *url, CURLUPart part)
{
    CURLU *u = curl_url();
    char *text = NULL, *copy = NULL;
    if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(u, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) == CURLUE_OK)
        copy = mem_strdup(text);
    curl_free(text);
    curl_url_cleanup(u);
    return copy;
}

static bool same_part(const char *a, const char *b, CURLUPart part)
{
    char *in_a = part_of(a, part), *in_b = part_of(b, part);
    bool same = in_a && in_b && strcasecmp(in_a, in_b) == 0;
    free(in_a);
    free(in_b);
    return same;
}

bool fetch_same_host(const char *a, const char *b)
{
    return same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);
}

/* From http to https of the same name, another port is meant to be the same server. */
static bool may_follow(const char *from, const char *to)
{
    return fetch_same_host(from, to) ||
           (same_part(from, to, CURLUPART_HOST) && !same_part(from, to, CURLUPART_SCHEME));
}

char *fetch_resolve(const char *base, const char *ref)
{
    CURLU *u = curl_url();
    char *text = NULL, *scheme = NULL, *url = NULL;
    if (u && curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
        curl_url_set(u, CURLUPART_URL, ref, 0) == CURLUE_OK &&
        curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) &&
        curl_url_get(u, CURLUPART_URL, &text, 0) == CURLUE_OK)
        url = mem_strdup(text);
    curl_free(text);
    curl_free(scheme);
    curl_url_cleanup(u);
    return url;
}

/* --- one file --- */

static void begin(struct fetch *f, const char *url)
{
    struct fetch_facts *out = f->out;
    fetch_facts_free(out);
    out->url = mem_strdup(url);
    out->type = mem_strdup("");
    out->cache_control = mem_strdup("");
    out->hash = fnv_basis;
    answer_init(&f->head);
    f->error[0] = '\0';
    if (f->body)
        buf_reset(f->body);
}

static void take_type(struct fetch *f)
{
    const char *type = NULL;
    curl_easy_getinfo(f->easy, CURLINFO_CONTENT_TYPE, &type);
    if (!type)
        return;
    free(f->out->type);
    f->out->type = mem_strndup(type, strcspn(type, "; \t"));
    for (char *c = f->out->type; *c; c++)
        *c = (char)tolower((unsigned char)*c);
}

/* A code of 11x, at the begin or after another warning, whose text is quoted. */
static bool is_stale(const char *warnings)
{
    return warnings && (strncmp(warnings, "11", 2) == 0 || strstr(warnings, "\", 11"));
}

static void take_fields(struct fetch *f)
{
    struct buf cache, warnings;
    const char *control = field_value(f->easy, "Cache-Control", &cache);
    if (control) {
        free(f->out->cache_control);
        f->out->cache_control = mem_strdup(control);
    }
    f->out->stale = is_stale(field_value(f->easy, "Warning", &warnings));
    buf_free(&cache);
    buf_free(&warnings);
}

/* One request; where it is to be asked instead, or NULL (the caller frees). */
static char *ask(struct fetch *f, const char *url)
{
    const char *next = NULL;
    long status = 0;
    begin(f, url);
    curl_easy_setopt(f->easy, CURLOPT_URL, url);
    CURLcode code = curl_easy_perform(f->easy);
    if (code != CURLE_OK || !f->head.header_done) {
        snprintf(f->out->problem, sizeof f->out->problem, "%.159s",
                 f->error[0]        ? f->error
                 : code == CURLE_OK ? "the connection ended inside the answer's head"
                                    : curl_easy_strerror(code));
        return NULL;
    }
    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    f->out->status = (int)status;
    take_type(f);
    take_fields(f);
    curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &next);
    return next ? mem_strdup(next) : NULL;
}

static void follow(struct fetch *f, const char *url)
{
    char *next = ask(f, url);
    for (int i = 0; next && i < FETCH_REDIRECTS; i++) {
        if (!may_follow(f->out->url, next)) {
            f->out->elsewhere = next;
            return;
        }
        char *after = ask(f, next);
        free(next);
        next = after;
    }
    if (next) {
        f->out->status = 0;
        snprintf(f->out->problem, sizeof f->out->problem, "more than %d redirections",
                 FETCH_REDIRECTS);
    }
    free(next);
}

void fetch_get(struct fetch *f, const char *url, const char *accept, struct buf *body,
               struct fetch_facts *out)
{
    char *field = mem_printf("Accept: %s", accept);
    struct curl_slist *fields = curl_slist_append(NULL, field);
    f->out = out;
    f->body = body;
    curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, fields);
    follow(f, url);
    curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(fields);
    free(field);
}
