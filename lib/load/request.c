/* From a plan's request to libcurl's options. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "load/group.h"
#include "load/transfer.h"

/* Small buffers keep a waiting transfer near 13 KB; few clients may have the faster ones. */
enum { BUFFER_MANY = 1024, BUFFER_FEW = 16 * 1024, FEW = 256, UPLOAD_BUFFER = 16 * 1024 };

static const char *find_header(const struct plan_load *p, const char *name)
{
    for (size_t i = 0; i < p->headers.n; i++)
        if (strcasecmp(p->headers.at[i].name, name) == 0)
            return p->headers.at[i].value;
    return NULL;
}

static void add_line(struct group *g, const char *line)
{
    g->sent.headers = curl_slist_append(g->sent.headers, line);
    size_t len = strlen(line);
    if (len && line[len - 1] != ':') /* "Name:" takes a field away */
        g->sent.head_min += (int64_t)len + 2;
}

static void add_header(struct group *g, const char *name, const char *value)
{
    /* libcurl writes a field without a value only when it ends in a semicolon. */
    char *line = *value ? mem_printf("%s: %s", name, value) : mem_printf("%s;", name);
    add_line(g, line);
    free(line);
}

/* RFC 9110 section 8.6: say that there is no content where a method usually has some. */
static bool wants_empty_length(const struct plan_load *p)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(p->method, methods[i]) == 0)
            return p->body.bytes < 0 && !find_header(p, "Content-Length");
    return false;
}

int request_prepare(struct group *g, struct error *err)
{
    const struct plan_load *p = g->plan;
    (void)err;
    const char *method = p->method ? p->method : "GET", *path = p->path ? p->path : "/";
    g->sent.url = mem_printf("%s%s%s", g->address->base, path[0] == '/' ? "" : "/", path);
    g->sent.head_min = (int64_t)(strlen(method) + strlen(path) + strlen(" / HTTP/1.1\r\n\r\n"));
    if (!find_header(p, "Host") && !p->to.via) /* of each server its own: libcurl knows */
        add_header(g, "Host", g->address->authority);
    if (!find_header(p, "User-Agent"))
        add_line(g, "User-Agent: drainctl/" DRAINCTL_VERSION);
    if (!find_header(p, "Expect"))
        add_line(g, "Expect:");
    if (p->body.bytes >= 0 && !find_header(p, "Content-Type"))
        add_line(g, "Content-Type: application/octet-stream");
    if (p->users.frontend && !find_header(p, "Content-Type"))
        add_line(g, "Content-Type: application/json");
    if (p->users.frontend && *p->users.frontend->origin.at)
        add_header(g, "Origin", p->users.frontend->origin.at);
    if (p->method && !p->users.frontend && wants_empty_length(p))
        add_line(g, "Content-Length: 0");
    for (size_t i = 0; i < p->headers.n; i++)
        add_header(g, p->headers.at[i].name, p->headers.at[i].value);
    g->sent.own_trace = find_header(p, "traceparent") != NULL;
    if (!g->sent.own_trace)
        g->sent.head_min += ATTEMPT_TRACE_LINE - 1 + 2;
    return 0;
}

void request_finish(struct group *g)
{
    free(g->sent.url);
    curl_slist_free_all(g->sent.headers);
}

static void method_options(CURL *easy, const struct plan_load *p)
{
    const char *method = p->method ? p->method : "GET";
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (strcmp(method, "GET") != 0 || p->body.bytes >= 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    if (p->body.bytes < 0)
        return;
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)p->body.bytes);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER);
}

static void connection_options(CURL *easy, const struct client *c, const struct plan_load *p)
{
    if (!p->reuse) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        return; /* one bundle for all: it is never searched, and empties in order */
    }
    /* The scope id means nothing to IPv4 and to the addresses that a target under test has, and it
     * is part of the key of libcurl's connection cache: so each client finds its own connection,
     * and in a bundle of one instead of a list of thousands. */
    curl_easy_setopt(easy, CURLOPT_ADDRESS_SCOPE, (long)c->identity);
    /* libcurl would not reuse one that was idle for 118 s. */
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 24L * 3600);
}

static void size_options(CURL *easy, const struct group *g)
{
    long size = g->plan->clients > FEW ? BUFFER_MANY : BUFFER_FEW;
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, size);
}

void request_options(struct transfer *t, const struct group *g)
{
    CURL *easy = t->job.easy;
    const struct plan_load *p = g->plan;
    curl_easy_setopt(easy, CURLOPT_URL, g->sent.url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* whatever http_proxy says */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(p->timeout_ns / 1000000));
    if (g->address->socket)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, g->address->socket);
    if (g->address->resolve)
        curl_easy_setopt(easy, CURLOPT_RESOLVE, g->address->resolve);
    t->trace_node = (struct curl_slist){.data = t->trace_line, .next = g->sent.headers};
    t->id_node = (struct curl_slist){.data = t->id_line};
    t->id_node.next = g->sent.own_trace ? g->sent.headers : &t->trace_node;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, &t->id_node);
    method_options(easy, p);
    connection_options(easy, t->client, p);
    size_options(easy, g);
}
