/* Which listener takes connections to which address: the kernel's own sockets, and the rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/resolve.h"
#include "base/sockdiag.h"

/* A listener of AF_INET6 at this address; its port comes back. */
static int listen_six(const char *address, bool v6only, uint16_t *port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6};
    socklen_t len = sizeof at;
    int only = v6only, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(inet_pton(AF_INET6, address, &at.sin6_addr), 1);
    assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 5), 0);
    getsockname(fd, (struct sockaddr *)&at, &len);
    *port = ntohs(at.sin6_port);
    return fd;
}

static void at(struct resolved *r, const char *host, uint16_t port)
{
    char text[8];
    snprintf(text, sizeof text, "%u", port);
    struct resolved list[RESOLVE_MOST];
    assert_int_equal(resolve_host(host, text, list, NULL), 1);
    *r = list[0];
}

/* A listener that is one socket, in one place: its queue, and that it has gone. */
static void looked_at_again(struct sockdiag *d, const struct sockdiag_listener *was, int fd,
                            const struct sockaddr *to, socklen_t len)
{
    struct sockdiag_listener now;
    int client = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool joined = connect(client, to, len) == 0; /* where the listener takes this address */
    assert_int_equal(sockdiag_listener_again(d, was, &now), 0);
    assert_int_equal(now.sockets, 1);
    assert_int_equal(now.inode, was->inode);
    assert_int_equal(now.depth, joined ? 1 : 0);
    assert_int_equal(now.limit, was->limit);
    close(fd);
    assert_int_equal(sockdiag_listener_again(d, was, &now), -ENOENT);
    close(client);
}

static void the_listener_that_counts_is_the_clients(void **state)
{
    static const struct {
        const char *listens;
        bool v6only;
        const char *clients;
        int sockets;
    } rows[] = {
        {"::ffff:127.0.0.1", false, "127.0.0.1", 1},
        {"::ffff:127.0.0.1", false, "::ffff:127.0.0.1", 1},
        {"::ffff:127.0.0.1", false, "127.0.0.2", 0},
        {"::ffff:127.0.0.1", false, "::1", 0},
        {"::", false, "127.0.0.1", 1},
        {"::", false, "::1", 1},
        {"::", true, "127.0.0.1", 0},
        {"::", true, "::1", 1},
        {"::1", true, "127.0.0.1", 0},
    };
    (void)state;
    struct sockdiag *d = sockdiag_open();
    assert_non_null(d);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sockdiag_listener seen;
        struct resolved clients;
        uint16_t port;
        int fd = listen_six(rows[i].listens, rows[i].v6only, &port);
        at(&clients, rows[i].clients, port);
        const struct sockaddr *to = (const void *)&clients.at;
        assert_int_equal(sockdiag_listener(d, port, to, &seen), 0);
        if (seen.sockets != rows[i].sockets)
            fail_msg("%s%s for %s: %d", rows[i].listens, rows[i].v6only ? " (IPv6 only)" : "",
                     rows[i].clients, seen.sockets);
        assert_int_equal(resolve_is_held(&clients), rows[i].sockets > 0);
        assert_int_equal(sockdiag_listener(d, port, NULL, &seen), 0);
        assert_int_equal(seen.sockets, 1);
        looked_at_again(d, &seen, fd, to, clients.len);
    }
    sockdiag_close(d);
}

static void keep_first(const struct sockdiag_socket *s, void *arg)
{
    struct sockdiag_socket *first = arg;
    if (!first->state)
        *first = *s;
}

/* One connection is asked for by its addresses: what it has to read, that its client has closed it,
 * that it is gone (and not the listener at its port, which the kernel tells of then). */
static void one_connection_as_it_is_now(int family)
{
    uint16_t port;
    struct sockdiag *d = sockdiag_open();
    struct sockdiag_socket server = {0}, now;
    struct resolved to;
    int listener = listen_six("::", false, &port);
    at(&to, family == AF_INET ? "127.0.0.1" : "::1", port);
    int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (const void *)&to.at, to.len), 0);
    int accepted = accept(listener, NULL, NULL);
    assert_true(accepted >= 0);
    assert_int_equal(sockdiag_each(d, port, SOCKDIAG_STATE(TCP_ESTABLISHED), keep_first, &server),
                     0);
    assert_int_equal(server.local_port, port);

    assert_int_equal(sockdiag_look(d, &server, &now), 0);
    assert_int_equal(now.state, TCP_ESTABLISHED);
    assert_int_equal(now.inode, server.inode);
    assert_int_equal(now.rqueue, 0);
    assert_int_equal(write(client, "12345", 5), 5);
    assert_int_equal(sockdiag_look(d, &server, &now), 0);
    assert_int_equal(now.rqueue, 5);
    shutdown(client, SHUT_WR);
    assert_int_equal(sockdiag_look(d, &server, &now), 0);
    assert_int_equal(now.state, TCP_CLOSE_WAIT);
    close(accepted); /* with bytes that were not read: a reset */
    assert_int_equal(sockdiag_look(d, &server, &now), -ENOENT);
    close(client);
    close(listener);
    sockdiag_close(d);
}

static void one_connection_is_asked_for(void **state)
{
    (void)state;
    one_connection_as_it_is_now(AF_INET); /* to a socket of AF_INET6: ::ffff:127.0.0.1 */
    one_connection_as_it_is_now(AF_INET6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_listener_that_counts_is_the_clients),
        cmocka_unit_test(one_connection_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
