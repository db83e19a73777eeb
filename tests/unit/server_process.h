/* A reference server in a child process, and clients that talk to it over sockets, for
 * test_server_drain*.c. Waits are for events; the poll timeouts only bound a test that has failed.
 */
#ifndef UNIT_SERVER_PROCESS_H
#define UNIT_SERVER_PROCESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/sockdiag.h"
#include "server/server.h"

enum { BOUND_MS = 20000 };

struct process {
    pid_t pid;
    int port, control;
    FILE *log; /* what it wrote to its log, once it has ended */
    char *log_text;
};

/* Fork it; returns the descriptor on which it will say that it listens. */
static inline int process_fork(struct process *p, const struct server_options *options)
{
    int out[2];
    assert_int_equal(pipe(out), 0);
    p->log = tmpfile();
    p->pid = fork();
    if (p->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(out[0]);
        struct server_options o = *options;
        struct error err = {0};
        o.at.out = fdopen(out[1], "w");
        o.records.log = p->log;
        int status = server_run(&o, &err);
        fclose(o.at.out);
        _exit(status < 0 ? 99 : status);
    }
    close(out[1]);
    return out[0];
}

static inline void process_await(struct process *p, int fd, const struct server_options *options)
{
    FILE *in = fdopen(fd, "r");
    assert_int_equal(fscanf(in, "listening on http://127.0.0.1:%d", &p->port), 1);
    p->control = 0;
    if (options->at.control_port >= 0)
        assert_int_equal(fscanf(in, " control on http://127.0.0.1:%d", &p->control), 1);
    fclose(in);
}

static inline void process_start(struct process *p, const struct server_options *options)
{
    process_await(p, process_fork(p, options), options);
}

static inline struct server_options process_defaults(void)
{
    struct server_options o = server_defaults;
    o.at.control_port = 0;
    return o;
}

static inline void process_start_default(struct process *p)
{
    struct server_options o = process_defaults();
    process_start(p, &o);
}

/* Its exit status; fails when it was killed by a signal. Fills p->log_text. */
static inline int process_wait(struct process *p)
{
    int status;
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    long size = (fseek(p->log, 0, SEEK_END), ftell(p->log));
    p->log_text = mem_zero(1, (size_t)size + 1);
    rewind(p->log);
    assert_int_equal(fread(p->log_text, 1, (size_t)size, p->log), size);
    fclose(p->log);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static inline void process_free(struct process *p)
{
    free(p->log_text);
}

static inline int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    int errnum = errno;
    close(fd);
    return -errnum;
}

static inline void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Read until `until` was seen, or (NULL) to the end. Returns what came, "RESET" appended when the
 * connection was reset; static storage. */
static inline const char *hear(int fd, const char *until)
{
    static char text[1 << 16];
    size_t len = 0;
    text[0] = '\0';
    while (len < sizeof text - 8 && !(until && strstr(text, until))) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, BOUND_MS) <= 0)
            fail_msg("no answer within %d s, so far: %s", BOUND_MS / 1000, text);
        ssize_t n = recv(fd, text + len, sizeof text - 8 - len, 0);
        if (n < 0)
            memcpy(text + len, "RESET", 6);
        if (n <= 0)
            break;
        len += (size_t)n;
        text[len] = '\0';
    }
    return text;
}

static inline void assert_hears(int fd, const char *until, const char *wanted)
{
    const char *text = hear(fd, until);
    if (!strstr(text, wanted) || strstr(text, "RESET"))
        fail_msg("expected '%s', heard '%s'", wanted, text);
}

/* One request on a connection of its own; closes it. */
static inline const char *ask(int port, const char *request)
{
    int fd = dial(port);
    assert_true(fd >= 0);
    say(fd, request);
    const char *text = hear(fd, NULL);
    close(fd);
    return text;
}

#define ONCE(method, path) method " " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define GET(path)          "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* Ask the gauge until it shows `text`. */
static inline void await_gauge(const struct process *p, const char *text)
{
    int64_t until = clock_ns() + BOUND_MS * NS_PER_MS;
    while (!strstr(ask(p->control, ONCE("GET", "/gauge")), text))
        if (clock_ns() > until)
            fail_msg("the gauge never showed %s", text);
}

/* Wait until the port has no listener any more. */
static inline void await_closed(int port)
{
    struct sockdiag *d = sockdiag_open();
    struct sockdiag_listener l;
    int64_t until = clock_ns() + BOUND_MS * NS_PER_MS;
    assert_non_null(d);
    do
        assert_int_equal(sockdiag_listener(d, (uint16_t)port, NULL, &l), 0);
    while (l.sockets > 0 && clock_ns() < until);
    sockdiag_close(d);
    assert_int_equal(l.sockets, 0);
}

/* SIGSTOP, and wait until it has stopped. */
static inline void freeze(const struct process *p)
{
    int status;
    kill(p->pid, SIGSTOP);
    assert_int_equal(waitpid(p->pid, &status, WUNTRACED), p->pid);
    assert_true(WIFSTOPPED(status));
}

#endif
