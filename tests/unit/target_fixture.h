/* What the tests of lib/process share: a loop, a journal in memory, and a run that only remembers
 * what it was told. */
#ifndef TESTS_TARGET_FIXTURE_H
#define TESTS_TARGET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"
#include "process/target.h"

#define UNUSED __attribute__((unused))

enum { GUARD_S = 30 }; /* a test that hangs fails; nothing waits for this time otherwise */

struct fixture {
    uv_loop_t loop;
    uv_timer_t guard;
    struct journal journal;
    int journal_fd, port_claimed;
    struct plan_target plan;
    struct target_options options;
    struct target *target;
    struct error err;
    bool ready, failed, exited, listener_closed, closed, status_seen, late;
    int code, signo;
    long lines;
    const char *wanted; /* a line that holds this … */
    bool seen;          /* … was seen */
    char found[256];    /* the line */
    char *journal_text;
};

UNUSED static void on_ready(void *arg)
{
    ((struct fixture *)arg)->ready = true;
}

UNUSED static void on_failed(void *arg, const struct error *err)
{
    struct fixture *f = arg;
    f->failed = true;
    f->err = *err;
}

UNUSED static void on_line(void *arg, int stream, const char *text)
{
    struct fixture *f = arg;
    (void)stream;
    f->lines++;
    if (f->wanted && !f->seen && strstr(text, f->wanted)) {
        f->seen = true;
        snprintf(f->found, sizeof f->found, "%s", text);
    }
}

UNUSED static void on_listener_closed(void *arg)
{
    ((struct fixture *)arg)->listener_closed = true;
}

UNUSED static void on_exited(void *arg, int code, int signo)
{
    struct fixture *f = arg;
    f->exited = true;
    f->code = code;
    f->signo = signo;
}

UNUSED static void on_status(void *arg)
{
    ((struct fixture *)arg)->status_seen = true;
}

UNUSED static void on_closed(void *arg)
{
    ((struct fixture *)arg)->closed = true;
}

UNUSED static void on_guard(uv_timer_t *timer)
{
    ((struct fixture *)timer->data)->late = true;
}

UNUSED static void fixture_init(struct fixture *f, const char **argv)
{
    *f = (struct fixture){.code = -2, .signo = -2};
    assert_int_equal(uv_loop_init(&f->loop), 0);
    uv_timer_init(&f->loop, &f->guard);
    f->guard.data = f;
    f->journal_fd = memfd_create("journal", MFD_CLOEXEC);
    assert_true(f->journal_fd >= 0);
    journal_init(&f->journal, f->journal_fd);
    f->plan = (struct plan_target){.kind = TARGET_COMMAND, .argv = (char **)argv};
    f->plan.ready.within_ns = 20 * NS_PER_S;
    f->options = (struct target_options){
        .loop = &f->loop,
        .journal = &f->journal,
        .plan = &f->plan,
        .port = target_free_port(&f->port_claimed),
        .ledger_fd = -1,
        .callbacks = {on_ready, on_failed, on_line, on_listener_closed, on_exited, NULL, f},
    };
    assert_true(f->options.port > 0);
}

UNUSED static void fixture_start(struct fixture *f)
{
    f->target = target_start(&f->options, &f->err);
    if (!f->target)
        fail_msg("%s", f->err.text);
}

/* Run the loop until *flag. */
UNUSED static void fixture_until(struct fixture *f, const bool *flag)
{
    uv_timer_start(&f->guard, on_guard, GUARD_S * 1000, 0);
    while (!*flag && !f->late)
        uv_run(&f->loop, UV_RUN_ONCE);
    uv_timer_stop(&f->guard);
    if (!*flag)
        fail_msg("it did not happen within %d s; failed: %s", GUARD_S, f->err.text);
}

UNUSED static void fixture_until_line(struct fixture *f, const char *wanted)
{
    f->wanted = wanted;
    f->seen = false;
    fixture_until(f, &f->seen);
}

/* What the journal holds by now; belongs to the fixture. */
UNUSED static const char *fixture_journal(struct fixture *f)
{
    journal_flush(&f->journal);
    size_t size = (size_t)f->journal.written;
    free(f->journal_text);
    f->journal_text = mem_zero(size + 1, 1);
    assert_int_equal(pread(f->journal_fd, f->journal_text, size, 0), (ssize_t)size);
    return f->journal_text;
}

UNUSED static int fixture_count(struct fixture *f, const char *needle)
{
    int n = 0;
    for (const char *s = fixture_journal(f); (s = strstr(s, needle)); s += strlen(needle))
        n++;
    return n;
}

UNUSED static void assert_journal_has(struct fixture *f, const char *needle)
{
    if (!strstr(fixture_journal(f), needle))
        fail_msg("no '%s' in the journal:\n%.8000s", needle, f->journal_text);
}

/* Close the target, and see that nothing is left in the loop. */
UNUSED static void fixture_close_target(struct fixture *f)
{
    target_close(f->target, on_closed, f);
    fixture_until(f, &f->closed);
    f->target = NULL;
}

UNUSED static void fixture_end(struct fixture *f)
{
    if (f->target)
        fixture_close_target(f);
    uv_close((uv_handle_t *)&f->guard, NULL);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    journal_close(&f->journal);
    close(f->journal_fd);
    close(f->port_claimed);
    free(f->journal_text);
}

/* A blocking connection to a port on 127.0.0.1. */
UNUSED static int connect_to(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* Servers in Python: SIMPLE answers every GET with 200 and exits with 0 on SIGTERM. */
#define PY_SERVER                                                                                  \
    "import http.server as h, signal, sys, os\n"                                                   \
    "class H(h.BaseHTTPRequestHandler):\n"                                                         \
    "    def do_GET(self):\n"                                                                      \
    "        self.send_response(200 if self.path == '/health' else 404)\n"                         \
    "        self.send_header('Content-Length', '2')\n"                                            \
    "        self.end_headers()\n"                                                                 \
    "        self.wfile.write(b'ok')\n"                                                            \
    "    def log_message(self, *a): pass\n"                                                        \
    "h.ThreadingHTTPServer.daemon_threads = True\n"                                                \
    "h.ThreadingHTTPServer.request_queue_size = 128\n"                                             \
    "signal.signal(signal.SIGTERM, lambda *a: os._exit(0))\n"                                      \
    "s = h.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H)\n"                       \
    "print('listening', flush=True)\n"                                                             \
    "s.serve_forever(0.05)\n"

#endif
