/* A listening socket that drainctl holds and passes: what the target gets, when it lets go, and
 * what stays. */
#include "target_fixture.h"

#include <poll.h>

#include "process/activation.h"

static struct activation held;

static void init(struct fixture *f, const char **argv)
{
    fixture_init(f, argv);
    held = (struct activation){.fd = -1};
    f->plan.socket_activation = true;
    f->options.activation = &held;
}

static void end(struct fixture *f)
{
    fixture_end(f);
    activation_close(&held);
    assert_int_equal(held.fd, -1);
}

static bool listens(int fd)
{
    int on = 0;
    socklen_t len = sizeof on;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on == 1;
}

/* It closes its descriptor, and runs on: that is the end of its listening, and of no other's. A
 * child that the shell has just forked still has its trap, and would take the signal for that. */
static void passed_and_let_go(void **state)
{
    const char *argv[] = {"sh", "-c",
                          "trap 'exec 3<&-; sleep 100' TERM; sleep 100 & "
                          "until read -r name </proc/$!/comm && [ \"$name\" = sleep ]; do :; done; "
                          "[ -S /proc/$$/fd/3 ] && [ ! -e /proc/$$/fd/4 ] && "
                          "echo up $LISTEN_FDS $LISTEN_FDNAMES $((LISTEN_PID - $$)); "
                          "wait",
                          NULL};
    struct fixture f;
    (void)state;
    init(&f, argv);
    f.plan.ready.log = (char *)"^up 1 drainctl.socket 0$";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_true(listens(held.fd));
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_TREE), 0);
    fixture_until(&f, &f.listener_closed);
    assert_true(target_running(f.target));
    assert_true(listens(held.fd));
    int waits = connect_to(f.options.port);
    struct pollfd end_seen = {.fd = waits, .events = POLLIN};
    fixture_close_target(&f);
    assert_int_equal(poll(&end_seen, 1, 0), 0); /* neither reset nor closed */
    close(waits);
    end(&f);
}

/* The socket goes to a child, and its parent closes it. */
static void handed_to_a_child(void **state)
{
    const char *argv[] = {"sh", "-c",
                          "sleep 100 & exec 3<&-; [ ! -e /proc/$$/fd/3 ] && echo up; wait", NULL};
    struct fixture f;
    (void)state;
    init(&f, argv);
    f.plan.ready.log = (char *)"up";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    for (int turn = 0; turn < 20; turn++) /* a look at the listener in each */
        uv_run(&f.loop, UV_RUN_ONCE);
    assert_false(f.listener_closed);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_TREE), 0);
    fixture_until(&f, &f.exited);
    fixture_until(&f, &f.listener_closed);
    end(&f);
}

/* Ready is who accepts: the socket itself listens from the beginning. */
static void never_accepts(void **state)
{
    const char *argv[] = {"sleep", "100", NULL};
    struct fixture f;
    (void)state;
    init(&f, argv);
    f.plan.ready.port = true;
    f.plan.ready.within_ns = 100 * NS_PER_MS;
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    assert_false(f.ready);
    assert_string_equal(f.err.text,
                        "target 'sleep' was not ready within 100 ms: it did not take the socket: "
                        "it accepted no connection");
    assert_non_null(strstr(f.err.hint, "it does not accept from the socket that drainctl passes"));
    end(&f);
}

/* Two processes, one after the other: what connects between them waits for the second. */
static void the_next_one_serves(void **state)
{
    const char *argv[] = {"python3", "-c",
                          "import socket\n"
                          "s = socket.socket(fileno=3)\n"
                          "while True:\n"
                          "    c = s.accept()[0]\n"
                          "    if c.recv(4): break\n"
                          "c.sendall(b'pong')\n",
                          NULL};
    struct fixture f;
    char answer[8] = "";
    (void)state;
    init(&f, argv);
    f.plan.ready.port = true;
    for (int life = 0; life < 2; life++) {
        f.ready = f.closed = false;
        int early = life ? connect_to(f.options.port) : -1;
        fixture_start(&f);
        if (!life) {
            fixture_until(&f, &f.ready);
            early = connect_to(f.options.port);
        }
        assert_int_equal(send(early, "ping", 4, 0), 4);
        while (target_running(f.target)) /* the second exits before it is known to be ready */
            uv_run(&f.loop, UV_RUN_ONCE);
        assert_int_equal(recv(early, answer, 4, MSG_WAITALL), 4);
        assert_string_equal(answer, "pong");
        close(early);
        fixture_close_target(&f);
    }
    end(&f);
}

/* An address that is taken is no address to bind. */
static void taken(void **state)
{
    const char *argv[] = {"sleep", "100", NULL};
    struct fixture f;
    (void)state;
    init(&f, argv);
    f.plan.url = (char *)"http://192.0.2.1:${port}"; /* RFC 5737: nobody's */
    assert_null(target_start(&f.options, &f.err));
    assert_non_null(strstr(f.err.text, "cannot listen at 'http://192.0.2.1:"));
    assert_int_equal(held.fd, -1);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passed_and_let_go),
        cmocka_unit_test(handed_to_a_child),
        cmocka_unit_test(never_accepts),
        cmocka_unit_test(the_next_one_serves),
        cmocka_unit_test(taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
