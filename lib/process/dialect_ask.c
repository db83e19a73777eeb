/* The talk: a timer looks at one socket after the other. */
#include "process/dialect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* A page that was answered may have more to say in its body. */
enum { TICK_MS = 5, LIMIT_MS = 600, BODY_MS = 100, REPLY = 1024 };

struct dialect_talk {
    uv_timer_t timer;
    const struct probe_base *base;
    enum dialect_question asked;
    int fd;
    size_t sent, got;
    int64_t since_ns, first_ns; /* of this question; of its first byte, 0 before */
    char page[512], reply[REPLY];
    void (*told)(void *arg, enum dialect what, const char *said, size_t len);
    void (*gone)(void *arg);
    void *arg;
};

/* A ClientHello of TLS 1.2 with common ciphers and curves; a server that speaks TLS answers it, be
 * it with an alert. */
static const unsigned char hello[] = {
    0x16, 0x03, 0x01, 0x00, 0x65,                   /* a handshake record of 101 bytes */
    0x01, 0x00, 0x00, 0x61, 0x03, 0x03,             /* ClientHello of 97, TLS 1.2 */
    'd',  'r',  'a',  'i',  'n',  'c',  't',  'l',  /* 32 bytes that need not be random */
    'd',  'r',  'a',  'i',  'n',  'c',  't',  'l',  /* */
    'd',  'r',  'a',  'i',  'n',  'c',  't',  'l',  /* */
    'd',  'r',  'a',  'i',  'n',  'c',  't',  'l',  /* */
    0x00,                                           /* no session */
    0x00, 0x10, 0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, /* eight ciphers */
    0xc0, 0x2c, 0x00, 0x9c, 0x00, 0x9d, 0x00, 0x2f, /* */
    0x00, 0x35,                                     /* */
    0x01, 0x00,                                     /* no compression */
    0x00, 0x28,                                     /* extensions: 40 bytes */
    0x00, 0x0a, 0x00, 0x08, 0x00, 0x06, 0x00, 0x1d, /* groups */
    0x00, 0x17, 0x00, 0x18,                         /* */
    0x00, 0x0b, 0x00, 0x02, 0x01, 0x00,             /* points, uncompressed */
    0x00, 0x0d, 0x00, 0x12, 0x00, 0x10, 0x04, 0x03, /* signatures */
    0x05, 0x03, 0x06, 0x03, 0x08, 0x04, 0x08, 0x05, /* */
    0x04, 0x01, 0x05, 0x01, 0x06, 0x01,             /* */
};

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

struct question {
    const void *text;
    size_t len;
};

static struct question question(const struct dialect_talk *t)
{
    const struct question all[DIALECT_QUESTIONS] = {
        [ASK_PAGE] = {t->page, strlen(t->page)},
        [ASK_TLS] = {hello, sizeof hello},
        [ASK_HTTP2] = {preface, sizeof preface - 1},
    };
    return all[t->asked];
}

static void begin(struct dialect_talk *t)
{
    int status;
    t->fd = probe_connect(t->base, &status);
    t->sent = t->got = 0;
    t->since_ns = clock_ns();
    t->first_ns = 0;
}

static void hang_up(struct dialect_talk *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
}

static void on_closed(uv_handle_t *handle)
{
    struct dialect_talk *t = handle->data;
    void (*gone)(void *arg) = t->gone;
    void *arg = t->arg;
    free(t);
    gone(arg);
}

void dialect_cancel(struct dialect_talk *t)
{
    if (uv_is_closing((uv_handle_t *)&t->timer))
        return;
    hang_up(t);
    uv_close((uv_handle_t *)&t->timer, on_closed);
}

/* True when no more can come. */
static bool exchange(struct dialect_talk *t)
{
    struct question q = question(t);
    if (t->fd < 0)
        return true;
    if (t->sent < q.len) {
        ssize_t n = send(t->fd, (const char *)q.text + t->sent, q.len - t->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        t->sent += n > 0 ? (size_t)n : 0;
    }
    ssize_t n = recv(t->fd, t->reply + t->got, sizeof t->reply - t->got, MSG_DONTWAIT);
    if (n <= 0)
        return n == 0 || (errno != EAGAIN && errno != EINTR && errno != ENOTCONN);
    t->got += (size_t)n;
    t->first_ns = t->first_ns ? t->first_ns : clock_ns();
    return t->got == sizeof t->reply;
}

static void on_tick(uv_timer_t *timer)
{
    struct dialect_talk *t = timer->data;
    int64_t now = clock_ns();
    bool over = exchange(t) || now - t->since_ns > LIMIT_MS * NS_PER_MS ||
                (t->first_ns && now - t->first_ns > BODY_MS * NS_PER_MS);
    if (!over)
        return;
    enum dialect what = dialect_of(t->asked, t->reply, t->got);
    hang_up(t);
    if (what == DIALECT_SILENT && t->asked + 1 < DIALECT_QUESTIONS) {
        t->asked++;
        begin(t);
        return;
    }
    t->told(t->arg, what, t->reply, t->got);
    dialect_cancel(t);
}

struct dialect_talk *dialect_ask(uv_loop_t *loop, const struct probe_base *base,
                                 void (*told)(void *arg, enum dialect what, const char *said,
                                              size_t len),
                                 void (*gone)(void *arg), void *arg)
{
    struct dialect_talk *t = MEM_NEW(struct dialect_talk);
    t->base = base;
    t->told = told;
    t->gone = gone;
    t->arg = arg;
    snprintf(t->page, sizeof t->page,
             "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: drainctl\r\nConnection: close\r\n\r\n",
             base->host);
    uv_timer_init(loop, &t->timer);
    t->timer.data = t;
    begin(t);
    uv_timer_start(&t->timer, on_tick, TICK_MS, TICK_MS);
    return t;
}
