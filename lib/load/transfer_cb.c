/* What libcurl tells while a transfer runs, turned into an attempt's steps. Nothing here may add or
 * remove a handle: curl is on the stack. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "load/group.h"
#include "load/lane.h"
#include "load/stream.h"
#include "load/received.h"
#include "load/transfer.h"

/* With a reader that is slow on purpose, the answer has to stay in the server's send buffer. */
/* For a slow reader: with small segments and a small window the kernel takes little of an answer
 * off the server's hands (some 240 KB instead of 3 MB on the loopback); the rest is really unsent.
 */
enum { SMALL_RCVBUF = 4096, SMALL_SEGMENT = 1000 };

void transfer_check_sent(struct transfer *t)
{
    struct client *c = t->client;
    struct attempt *a = &c->attempt;
    if (a->sent || a->phase == PHASE_CONNECTING || a->tries != 1)
        return;
    long head = 0;
    curl_off_t body = 0;
    curl_easy_getinfo(t->job.easy, CURLINFO_REQUEST_SIZE, &head);
    if (t->body.bytes > 0)
        curl_easy_getinfo(t->job.easy, CURLINFO_SIZE_UPLOAD_T, &body);
    if (head + body > a->sent_bytes)
        a->sent_bytes = head + body;
    if (head >= t->head_min && body >= t->body.bytes)
        attempt_sent(c);
}

/* libcurl hands over whole lines only: when a connection ends inside the status line, it says that
 * nothing came. The kernel knows better. */
void transfer_closing(struct engine_job *job, int fd)
{
    struct transfer *t = (struct transfer *)job;
    struct attempt *a = &t->client->attempt;
    if (a->tries != 1 || !attempt_open(a) || a->answer.begun || a->phase == PHASE_RECEIVING)
        return;
    int64_t n = received_bytes(fd) - t->received - a->answer.interim_bytes;
    if (n <= 0)
        return;
    a->answer.header_bytes = n;
    transfer_check_sent(t);
    attempt_first_byte(t->client);
}

/* On a reused connection that dies without an answer libcurl would connect again, and send the
 * request a second time. Is this that second try? It is stopped; the first one is over now. */
static bool tries_again(struct transfer *t)
{
    struct attempt *a = &t->client->attempt;
    if (a->tries == 1)
        transfer_check_sent(t);
    return ++a->tries > 1;
}

/* A Unix socket connects at once or not at all. When the listener's queue is full, connect(2) says
 * EAGAIN, which libcurl takes for a connection under way, and then for one that stands. */
static bool is_unconnected(struct transfer *t)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    bool is = t->client->group->address->socket && t->opened &&
              getpeername(engine_socket(&t->job), (struct sockaddr *)&peer, &len) < 0 &&
              errno == ENOTCONN;
    t->refused_errno = is ? EAGAIN : 0;
    return is;
}

/* Before each try, when there is a connection and nothing was written yet. */
static int on_prereq(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *t = arg;
    (void)remote;
    (void)local;
    if (is_unconnected(t))
        return CURL_PREREQFUNC_ABORT;
    if (tries_again(t)) /* on another connection that was there already */
        return CURL_PREREQFUNC_ABORT;
    if (!t->opened)
        t->received = received_bytes(engine_socket(&t->job));
    engine_touch(t->client->engine, &t->job);
    t->port =
        t->client->group->address->socket ? socket_identity(engine_socket(&t->job)) : local_port;
    if (t->client->group->plan->to.via)
        t->client->attempt.server = remote_port;
    attempt_connected(t->client, t->port, !t->opened);
    return CURL_PREREQFUNC_OK;
}

static size_t on_header(char *line, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    struct attempt *a = &t->client->attempt;
    bool begun = a->answer.begun;
    answer_line(&a->answer, line, size * count);
    if (!begun && a->answer.begun) {
        transfer_check_sent(t);
        attempt_first_byte(t->client);
    }
    if (t->client->lane && a->answer.header_done)
        stream_head(t->client->lane, t);
    return size * count;
}

static void on_resume(uv_timer_t *timer)
{
    struct client *c = timer->data;
    struct transfer *t = c->wire;
    engine_resume(c->engine, &t->job);
}

/* One timer for both directions: the earlier one counts, and each looks again when it fires. */
static void resume_in(struct client *c, uint64_t ms)
{
    uv_handle_t *timer = (uv_handle_t *)&c->timer;
    uv_update_time(timer->loop); /* the loop's clock may be old */
    if (!uv_is_active(timer) || uv_timer_get_due_in(&c->timer) > ms)
        uv_timer_start(&c->timer, on_resume, ms, 0);
}

/* libcurl's own limit (CURLOPT_MAX_RECV_SPEED_LARGE) takes 100 buffers before it first looks. */
static bool reads_too_fast(struct transfer *t, uint64_t *wait_ms)
{
    int64_t bps = t->client->group->plan->read.bps;
    if (bps <= 0 || t->client->group->reads_freely)
        return false;
    int64_t now = clock_ns();
    if (t->read_begin_ns == 0)
        t->read_begin_ns = now;
    double due_ns = (double)t->client->attempt.answer.body_bytes / (double)bps * 1e9;
    int64_t early_ns = t->read_begin_ns + (int64_t)due_ns - now;
    *wait_ms = (uint64_t)(early_ns > 0 ? early_ns / NS_PER_MS + 1 : 0);
    return early_ns > 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    uint64_t wait_ms;
    if (reads_too_fast(t, &wait_ms)) {
        resume_in(t->client, wait_ms);
        return CURL_WRITEFUNC_PAUSE;
    }
    t->client->attempt.answer.body_bytes += (int64_t)(size * count);
    if (t->client->lane)
        stream_body(t->client->lane, data, size * count);
    return size * count;
}

static size_t on_read(char *out, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    engine_touch(t->client->engine, &t->job);
    int64_t n = body_read(&t->body, out, size * count);
    if (n >= 0)
        return (size_t)n;
    resume_in(t->client, body_wait_ms(&t->body));
    return CURL_READFUNC_PAUSE;
}

/* libcurl rewinds before it sends again; that try is stopped (tries_again), so nothing is to be
 * rewound. */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
    (void)arg;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_OK;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    struct transfer *t = arg;
    struct loads *l = t->client->group->loads;
    (void)purpose;
    /* A second try is stopped before it connects: the server shall not see a connection that no
     * user made, nor the attempt last as long as it takes (a SYN that is dropped: a second, or
     * until the client's own deadline, which would then be the reason). */
    if (t->client->attempt.tries > 0 && tries_again(t))
        return CURL_SOCKET_BAD;
    int fd = socket(addr->family, addr->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, addr->protocol);
    int rc = fd < 0 ? -errno : sources_bind(&l->sources, fd, t->client->identity);
    if (rc < 0) {
        t->socket_errno = -rc;
        if (fd >= 0)
            close(fd);
        return CURL_SOCKET_BAD;
    }
    if (t->client->group->plan->read.bps > 0) {
        int window = SMALL_RCVBUF, segment = SMALL_SEGMENT;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
        setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
    t->opened = true;
    engine_opened(t->client->engine, &t->job, fd);
    return fd;
}

static int on_close_socket(void *arg, curl_socket_t fd)
{
    engine_close_socket(arg, fd);
    return 0;
}

void transfer_callbacks(struct transfer *t)
{
    CURL *easy = t->job.easy;
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_prereq);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, t);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
    /* A connection may outlive the client that opened it, but not the engine. */
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, t->client->engine);
}
