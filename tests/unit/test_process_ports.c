/* Picking a port for ${port}: many at a time, and no two the same. */
#include "target_fixture.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { PICKERS = 200 };

/* A process that picks a port, says which, and holds it until its input ends. */
static void pick(int go, int out)
{
    char byte;
    int claimed, port = target_free_port(&claimed);
    if (write(out, &port, sizeof port) != sizeof port)
        _exit(1);
    close(out);
    (void)!read(go, &byte, 1);
    _exit(0);
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void two_hundred_at_a_time_get_two_hundred(void **state)
{
    int go[2], out[2], ports[PICKERS];
    (void)state;
    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    for (int i = 0; i < PICKERS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            close(go[1]);
            close(out[0]);
            pick(go[0], out[1]);
        }
    }
    close(out[1]);
    for (int i = 0; i < PICKERS; i++) /* a write to a pipe of less than PIPE_BUF is whole */
        assert_int_equal(read(out[0], &ports[i], sizeof ports[i]), sizeof ports[i]);
    qsort(ports, PICKERS, sizeof *ports, by_value);
    assert_true(ports[0] > 0);
    for (int i = 1; i < PICKERS; i++)
        assert_int_not_equal(ports[i], ports[i - 1]);
    close(go[1]);
    close(go[0]);
    close(out[0]);
    while (wait(NULL) > 0)
        ;
}

static int bind_to(int family, const void *addr, socklen_t len)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    int rc = bind(fd, addr, len);
    close(fd);
    return rc;
}

/* A server that knows nothing of the claim, and sets no option, gets it. */
static void a_server_can_bind_to_it(void **state)
{
    int claimed, port = target_free_port(&claimed);
    struct sockaddr_in four = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)state;
    assert_true(port > 0 && claimed >= 0);
    assert_int_equal(bind_to(AF_INET, &four, sizeof four), 0);
    four.sin_addr.s_addr = htonl(INADDR_ANY);
    assert_int_equal(bind_to(AF_INET, &four, sizeof four), 0);
    close(claimed);
}

/* Connections get their ports from there: a client's could be in the target's way. */
static void it_is_not_one_of_those_for_connections(void **state)
{
    int low = 0, high = 0, claimed;
    FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    (void)state;
    if (!f || fscanf(f, "%d %d", &low, &high) != 2 || low < 11000)
        skip();
    fclose(f);
    for (int i = 0; i < 50; i++) {
        int port = target_free_port(&claimed);
        assert_true(port > 0 && (port < low || port > high));
        close(claimed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_at_a_time_get_two_hundred),
        cmocka_unit_test(a_server_can_bind_to_it),
        cmocka_unit_test(it_is_not_one_of_those_for_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
