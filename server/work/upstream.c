/* libcurl's multi interface with its sockets on uv's loop (multi_socket_action(3)). Each socket is
 * watched through a duplicate: libcurl may close one that is still connecting without a word, and
 * epoll must not lose a descriptor that uv believes in. */
#include "server/work/upstream.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/list.h"

enum { BODY_MAX = 64 << 10, CONNECT_MS = 2000 };

struct upstream {
    uv_loop_t *loop;
    CURLM *multi;
    char *url;
    uv_timer_t timer;
    struct list watches;
    int64_t calls;
    int handles; /* of uv that are not closed yet */
};

struct watch {
    struct upstream *upstream;
    uv_poll_t poll;
    curl_socket_t socket; /* libcurl's */
    int fd;               /* the duplicate */
    CURL *easy;           /* whose transfer it serves */
    struct list link;
};

static void collect(struct upstream *u);

/* --- the end of a handle --- */

static void handle_closed(struct upstream *u)
{
    if (--u->handles > 0)
        return;
    free(u->url);
    free(u);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;
    handle_closed(w->upstream);
    close(w->fd);
    free(w);
}

static void on_timer_closed(uv_handle_t *handle)
{
    handle_closed(handle->data);
}

static void watch_close(struct watch *w)
{
    list_remove(&w->link);
    uv_close((uv_handle_t *)&w->poll, on_watch_closed);
}

/* --- what libcurl asks for --- */

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *w = poll->data;
    struct upstream *u = w->upstream;
    int running, flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
    flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(u->multi, w->socket, flags, &running);
    collect(u);
}

static struct watch *watch_new(struct upstream *u, CURL *easy, curl_socket_t socket)
{
    struct watch *w = MEM_NEW(struct watch);
    *w = (struct watch){.upstream = u, .socket = socket, .easy = easy, .fd = dup(socket)};
    list_init(&w->link);
    if (w->fd < 0 || uv_poll_init(u->loop, &w->poll, w->fd) < 0) {
        if (w->fd >= 0)
            close(w->fd);
        free(w);
        return NULL;
    }
    w->poll.data = w;
    u->handles++;
    list_append(&u->watches, &w->link);
    return w;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *socket_arg)
{
    struct upstream *u = arg;
    struct watch *w = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            watch_close(w);
        curl_multi_assign(u->multi, socket, NULL);
        return 0;
    }
    if (!w)
        w = watch_new(u, easy, socket);
    if (!w)
        return -1;
    w->easy = easy;
    curl_multi_assign(u->multi, socket, w);
    uv_poll_start(&w->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_ready);
    return 0;
}

static void on_time(uv_timer_t *timer)
{
    struct upstream *u = timer->data;
    int running;
    curl_multi_socket_action(u->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(u);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct upstream *u = arg;
    (void)multi;
    if (ms < 0)
        uv_timer_stop(&u->timer);
    else
        uv_timer_start(&u->timer, on_time, (uint64_t)ms, 0);
    return 0;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct upstream_call *c = arg;
    return buf_add(&c->body, data, size * n) == 0 ? size * n : 0;
}

/* --- calls --- */

static void finish(struct upstream *u, CURL *easy)
{
    curl_multi_remove_handle(u->multi, easy);
    /* a connection that dies with its transfer may leave its watch behind */
    for (struct list *at = u->watches.next, *next; at != &u->watches; at = next) {
        struct watch *w = CONTAINER_OF(at, struct watch, link);
        next = at->next;
        if (w->easy == easy)
            watch_close(w);
    }
    curl_easy_cleanup(easy);
    u->calls--;
}

static void collect(struct upstream *u)
{
    int left;
    CURLMsg *m;
    while ((m = curl_multi_info_read(u->multi, &left))) {
        struct upstream_call *c;
        CURLcode code = m->data.result;
        CURL *easy = m->easy_handle;
        long status = 0;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &c);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        c->status = code == CURLE_OK ? (int)status : 0;
        if (code != CURLE_OK && !c->error[0])
            snprintf(c->error, sizeof c->error, "%s", curl_easy_strerror(code));
        finish(u, easy);
        c->easy = NULL;
        c->done(c);
    }
}

int upstream_check(const char *url, struct error *err)
{
    CURLU *u = curl_url();
    char *scheme = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(u);
    if (ok)
        return 0;
    error_set(err, ERROR_USAGE, "'%.200s' is not the URL of an upstream", url);
    return error_hint(err, "expected http://HOST:PORT/PATH");
}

struct upstream *upstream_open(uv_loop_t *loop, const char *url)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    struct upstream *u = MEM_NEW(struct upstream);
    *u = (struct upstream){
        .loop = loop, .url = mem_strdup(url), .multi = curl_multi_init(), .handles = 1};
    list_init(&u->watches);
    uv_timer_init(loop, &u->timer);
    u->timer.data = u;
    curl_multi_setopt(u->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(u->multi, CURLMOPT_SOCKETDATA, u);
    curl_multi_setopt(u->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(u->multi, CURLMOPT_TIMERDATA, u);
    return u;
}

void upstream_get(struct upstream *u, struct upstream_call *c)
{
    CURL *easy = curl_easy_init();
    buf_init(&c->body, BODY_MAX);
    c->status = 0;
    c->error[0] = '\0';
    c->easy = easy;
    curl_easy_setopt(easy, CURLOPT_URL, u->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, c);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "drainctl/" DRAINCTL_VERSION);
    u->calls++;
    curl_multi_add_handle(u->multi, easy);
}

void upstream_cancel(struct upstream *u, struct upstream_call *c)
{
    if (!c->easy)
        return;
    finish(u, c->easy);
    c->easy = NULL;
}

int64_t upstream_calls(const struct upstream *u)
{
    return u->calls;
}

void upstream_close(struct upstream *u)
{
    curl_multi_cleanup(u->multi);
    while (!list_empty(&u->watches))
        watch_close(CONTAINER_OF(u->watches.next, struct watch, link));
    uv_close((uv_handle_t *)&u->timer, on_timer_closed);
    curl_global_cleanup();
}
