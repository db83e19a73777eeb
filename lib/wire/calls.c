/* Each socket is watched through a duplicate: libcurl may close one that is still connecting
 * without a word, and epoll must not lose a descriptor that uv believes in. */
#include "wire/calls.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"

enum { CONNECT_MS = 2000, PAUSE_FIRST_MS = 100, PAUSE_MOST_MS = 5000 };

struct calls {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer;
    struct list watches;
    int64_t under_way;
    int handles;     /* of uv that are not closed yet */
    bool collecting; /* answers are being told */
    bool ending;     /* … and when that is done, it is to be closed */
    void (*closed)(void *arg);
    void *closed_arg;
};

struct watch {
    struct calls *calls;
    uv_poll_t poll;
    curl_socket_t socket; /* libcurl's */
    int fd;               /* the duplicate */
    CURL *easy;           /* whose transfer it serves */
    struct list link;
};

static void collect(struct calls *cs);

/* --- the end of a handle --- */

static void handle_closed(struct calls *cs)
{
    if (--cs->handles > 0)
        return;
    void (*closed)(void *) = cs->closed;
    void *arg = cs->closed_arg;
    free(cs);
    if (closed)
        closed(arg);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;
    handle_closed(w->calls);
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
    struct calls *cs = w->calls;
    int running, flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= events & UV_READABLE ? CURL_CSELECT_IN : 0;
    flags |= events & UV_WRITABLE ? CURL_CSELECT_OUT : 0;
    curl_multi_socket_action(cs->multi, w->socket, flags, &running);
    collect(cs);
}

static struct watch *watch_new(struct calls *cs, CURL *easy, curl_socket_t socket)
{
    struct watch *w = MEM_NEW(struct watch);
    int fd = fcntl(socket, F_DUPFD_CLOEXEC, 0);
    *w = (struct watch){.calls = cs, .socket = socket, .easy = easy, .fd = fd};
    list_init(&w->link);
    if (w->fd < 0 || uv_poll_init(cs->loop, &w->poll, w->fd) < 0) {
        if (w->fd >= 0)
            close(w->fd);
        free(w);
        return NULL;
    }
    w->poll.data = w;
    cs->handles++;
    list_append(&cs->watches, &w->link);
    return w;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *arg, void *socket_arg)
{
    struct calls *cs = arg;
    struct watch *w = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            watch_close(w);
        curl_multi_assign(cs->multi, socket, NULL);
        return 0;
    }
    if (!w)
        w = watch_new(cs, easy, socket);
    if (!w)
        return -1;
    w->easy = easy;
    curl_multi_assign(cs->multi, socket, w);
    uv_poll_start(&w->poll,
                  (what & CURL_POLL_IN ? UV_READABLE : 0) |
                      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                  on_ready);
    return 0;
}

static void on_time(uv_timer_t *timer)
{
    struct calls *cs = timer->data;
    int running;
    curl_multi_socket_action(cs->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(cs);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct calls *cs = arg;
    (void)multi;
    if (ms < 0)
        uv_timer_stop(&cs->timer);
    else
        uv_timer_start(&cs->timer, on_time, (uint64_t)ms, 0);
    return 0;
}

/* --- calls --- */

/* Close-on-exec from birth: libcurl's own are inherited by whatever this process starts. */
static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    (void)arg, (void)purpose;
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct call *c = arg;
    long status = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    bool ok = c->piece && status == 200 ? c->piece(c, data, size * n)
                                        : buf_add(&c->body, data, size * n) == 0;
    return ok ? size * n : 0;
}

static void finish(struct call *c)
{
    struct calls *cs = c->calls;
    CURL *easy = c->easy;
    curl_multi_remove_handle(cs->multi, easy);
    /* a connection that dies with its transfer may leave its watch behind */
    for (struct list *at = cs->watches.next, *next; at != &cs->watches; at = next) {
        struct watch *w = CONTAINER_OF(at, struct watch, link);
        next = at->next;
        if (w->easy == easy)
            watch_close(w);
    }
    curl_easy_cleanup(easy);
    curl_slist_free_all(c->fields);
    c->easy = c->fields = NULL;
    cs->under_way--;
}

static void note_answer(struct call *c, CURLcode code)
{
    long status = 0;
    curl_off_t after = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &after);
    c->status = code == CURLE_OK ? (int)status : 0;
    c->retry_after_s = after > 0 ? (int64_t)after : 0;
    if (code != CURLE_OK && !c->error[0])
        snprintf(c->error, sizeof c->error, "%s", curl_easy_strerror(code));
}

static void end(struct calls *cs)
{
    curl_multi_cleanup(cs->multi);
    while (!list_empty(&cs->watches))
        watch_close(CONTAINER_OF(cs->watches.next, struct watch, link));
    uv_close((uv_handle_t *)&cs->timer, on_timer_closed);
    curl_global_cleanup();
}

static void collect(struct calls *cs)
{
    int left;
    CURLMsg *m;
    cs->collecting = true;
    while ((m = curl_multi_info_read(cs->multi, &left))) {
        struct call *c;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
        note_answer(c, m->data.result);
        finish(c);
        c->done(c);
    }
    cs->collecting = false;
    if (cs->ending)
        end(cs);
}

struct calls *calls_open(uv_loop_t *loop)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    struct calls *cs = MEM_NEW(struct calls);
    *cs = (struct calls){.loop = loop, .multi = curl_multi_init(), .handles = 1};
    list_init(&cs->watches);
    uv_timer_init(loop, &cs->timer);
    cs->timer.data = cs;
    curl_multi_setopt(cs->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(cs->multi, CURLMOPT_SOCKETDATA, cs);
    curl_multi_setopt(cs->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(cs->multi, CURLMOPT_TIMERDATA, cs);
    return cs;
}

static void add_fields(struct call *c, const struct call_request *what)
{
    struct curl_slist *list = NULL;
    if (what->body) {
        list = curl_slist_append(list, "Content-Type: application/json");
        list = curl_slist_append(list, "Expect:"); /* no waiting for a 100 */
        curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)what->len);
        curl_easy_setopt(c->easy, CURLOPT_COPYPOSTFIELDS, what->body);
    }
    for (size_t i = 0; what->fields && what->fields[i]; i++)
        list = curl_slist_append(list, what->fields[i]);
    c->fields = list;
    curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, list);
}

static long ms_of(int64_t ns)
{
    return (long)((ns + NS_PER_MS - 1) / NS_PER_MS);
}

void call_set_tls(void *easy, const struct call_tls *tls)
{
    if (tls->ca && strcmp(tls->ca, "system") != 0)
        curl_easy_setopt(easy, CURLOPT_CAINFO, tls->ca);
    if (tls->cert)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->cert);
    if (tls->key)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->key);
}

void calls_start(struct calls *cs, struct call *c, const struct call_request *what)
{
    CURL *easy = curl_easy_init();
    buf_init(&c->body, what->body_max ? what->body_max : CALL_BODY_MAX);
    c->status = 0;
    c->error[0] = '\0';
    c->easy = easy;
    c->calls = cs;
    add_fields(c, what);
    curl_easy_setopt(easy, CURLOPT_URL, what->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, c);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* a name that is still looked up is left to libcurl's thread: else the end of the call, also by
     * its own limit, would wait on the loop until DNS gives up */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     what->connect_ns ? ms_of(what->connect_ns) : (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, ms_of(what->total_ns));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "drainctl/" DRAINCTL_VERSION);
    if (what->tls)
        call_set_tls(easy, what->tls);
    if (what->local)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    cs->under_way++;
    curl_multi_add_handle(cs->multi, easy);
}

void call_cancel(struct call *c)
{
    if (c->easy)
        finish(c);
}

int64_t calls_under_way(const struct calls *cs)
{
    return cs->under_way;
}

void calls_close(struct calls *cs, void (*closed)(void *arg), void *arg)
{
    cs->closed = closed;
    cs->closed_arg = arg;
    cs->ending = true;
    if (!cs->collecting)
        end(cs);
}

int64_t calls_pause_ns(int *tries)
{
    uint32_t random = 0;
    int64_t ms = PAUSE_FIRST_MS;
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    for (int i = 0; i < *tries && ms < PAUSE_MOST_MS; i++)
        ms *= 2;
    ms = ms < PAUSE_MOST_MS ? ms : PAUSE_MOST_MS;
    (*tries)++;
    return (ms - (int64_t)(random % (uint32_t)(ms / 2))) * NS_PER_MS;
}
