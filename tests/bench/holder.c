/* A server for the benchmarks of the load: answers each request after a time, `holder MS [PORT]`.
 * epoll and a queue of timers that is in order by itself, because all waits are the same: it takes
 * little of the processor that the clients are measured on. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX = 65536, EVENTS = 256 };

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

static struct {
    int fd;
    long due_ms;
} queue[MAX]; /* a ring */
static size_t head, tail;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void reply(int fd)
{
    if (write(fd, answer, sizeof answer - 1) < 0 && errno != EPIPE)
        perror("holder: write");
}

static void answer_due(void)
{
    long now = now_ms();
    while (head != tail && queue[head % MAX].due_ms <= now)
        reply(queue[head++ % MAX].fd);
}

static void accept_all(int listener, int ep)
{
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
    }
}

/* A benchmark's requests have no body and come in one piece. */
static void take_request(int fd, long hold_ms)
{
    char data[4096];
    ssize_t n = read(fd, data, sizeof data);
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        close(fd);
    } else if (n < 0) {
        return;
    } else if (hold_ms == 0) {
        reply(fd);
    } else {
        queue[tail % MAX].fd = fd;
        queue[tail++ % MAX].due_ms = now_ms() + hold_ms;
    }
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    socklen_t len = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 4096) < 0) {
        perror("holder: listen");
        exit(3);
    }
    getsockname(fd, (struct sockaddr *)&a, &len);
    printf("listening on http://127.0.0.1:%d\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    long hold_ms = argc > 1 ? strtol(argv[1], NULL, 10) : 3000;
    int listener = listen_on(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
    epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int n = epoll_wait(ep, events, EVENTS, head == tail ? -1 : 1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                accept_all(listener, ep);
            else
                take_request(events[i].data.fd, hold_ms);
        }
        answer_due();
    }
}
