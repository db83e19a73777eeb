/* URLs of Unix sockets, and what the kernel shows of a listener at one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "base/unixdiag.h"

static void urls_are_taken_apart(void **state)
{
    static const struct {
        const char *url, *path, *rest, *whole;
        size_t base_len;
    } rows[] = {
        {"unix:/run/a.sock", "/run/a.sock", "", "http+unix://%2Frun%2Fa.sock", 16},
        {"unix:/run/a.sock:/x/y", "/run/a.sock", "/x/y", "http+unix://%2Frun%2Fa.sock/x/y", 16},
        {"unix:///run/a.sock", "/run/a.sock", "", "http+unix://%2Frun%2Fa.sock", 18},
        {"unix:a b", "a b", "", "http+unix://a%20b", 8},
        {"http+unix://%2frun%2Fa%25.sock/x?y", "/run/a%.sock", "/x?y",
         "http+unix://%2Frun%2Fa%25.sock/x?y", 30},
        {"http+unix://a%zz", "a%zz", "", "http+unix://a%25zz", 16},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct unix_address a;
        assert_true(unix_address_is(rows[i].url));
        assert_null(unix_address_read(rows[i].url, &a));
        assert_string_equal(a.path, rows[i].path);
        assert_string_equal(a.rest, rows[i].rest);
        assert_int_equal(a.base_len, rows[i].base_len);
        char *whole = unix_address_url(&a);
        assert_string_equal(whole, rows[i].whole);
        free(whole);
    }
    assert_false(unix_address_is("http://unix:80"));
    assert_string_equal(unix_address_parts("unix:/a"), ":");
    assert_string_equal(unix_address_parts("unix:/a:/b"), "");
    assert_string_equal(unix_address_parts("http://h"), "");
}

static void bad_urls_are_told(void **state)
{
    struct unix_address a;
    char longest[128] = "unix:/";
    (void)state;
    assert_string_equal(unix_address_read("unix:", &a), "has no path of a socket");
    assert_string_equal(unix_address_read("unix::/a", &a), "has no path of a socket");
    assert_string_equal(unix_address_read("http+unix:///a", &a), "has no path of a socket");
    assert_non_null(strstr(unix_address_read("http+unix://a%00b", &a), "zero byte"));
    memset(longest + 6, 'x', 106);
    assert_null(unix_address_read(longest, &a));
    longest[112] = 'x';
    assert_non_null(strstr(unix_address_read(longest, &a), "107 bytes"));
}

/* --- a listener in a folder of its own --- */

struct place {
    char folder[64], path[96];
    struct resolved at;
    struct sockdiag *diag;
    struct unix_listener l;
};

static int make_place(void **state)
{
    struct place *p = MEM_NEW(struct place);
    struct unix_address a = {0};
    snprintf(p->folder, sizeof p->folder, "/tmp/drainctl-unix-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->path, sizeof p->path, "%s/s", p->folder);
    snprintf(a.path, sizeof a.path, "%s", p->path);
    unix_address_resolve(&a, &p->at);
    p->l.path = p->path;
    p->diag = sockdiag_open();
    *state = p;
    return p->diag ? 0 : -1;
}

static int remove_place(void **state)
{
    struct place *p = *state;
    unlink(p->path);
    rmdir(p->folder);
    sockdiag_close(p->diag);
    free(p);
    return 0;
}

static int listen_at(const struct place *p, int backlog)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&p->at.at, p->at.len), 0);
    assert_int_equal(listen(fd, backlog), 0);
    return fd;
}

static int connect_to(const struct place *p)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&p->at.at, p->at.len), 0);
    return fd;
}

static struct sockdiag_listener look(struct place *p)
{
    struct sockdiag_listener out;
    assert_int_equal(unixdiag_listener(p->diag, &p->l, &out), 0);
    return out;
}

static struct unix_counts counts(struct place *p)
{
    struct unix_counts out;
    assert_int_equal(unixdiag_counts(p->diag, &p->l, &out), 0);
    return out;
}

static void the_queue_and_what_is_unread_are_seen(void **state)
{
    struct place *p = *state;
    assert_int_equal(look(p).sockets, 0);
    int fd = listen_at(p, 7);
    assert_int_equal(look(p).sockets, 1);
    assert_int_equal(look(p).limit, 7);
    int client = connect_to(p), other = connect_to(p);
    assert_int_equal(look(p).depth, 2);
    assert_int_equal(counts(p).connections, 0);
    int served = accept(fd, NULL, NULL);
    assert_int_equal(look(p).depth, 1);
    assert_int_equal(write(client, "x", 1), 1);
    assert_int_equal(counts(p).connections, 1);
    assert_int_equal(counts(p).unread, 1);
    char byte;
    assert_int_equal(read(served, &byte, 1), 1);
    assert_int_equal(counts(p).unread, 0);
    close(served), close(client), close(other), close(fd);
    assert_int_equal(look(p).sockets, 0);
}

/* A server that removes the file and then empties its queue has not closed its listener. */
static void it_counts_until_the_socket_is_closed(void **state)
{
    struct place *p = *state;
    int fd = listen_at(p, 7);
    assert_int_equal(look(p).sockets, 1);
    int client = connect_to(p);
    unlink(p->path);
    assert_int_equal(look(p).depth, 1);
    close(fd);
    assert_int_equal(look(p).sockets, 0);
    close(client);
}

/* No client comes to the old one any more. */
static void another_one_at_the_path_takes_its_place(void **state)
{
    struct place *p = *state;
    int old = listen_at(p, 7);
    assert_int_equal(look(p).limit, 7);
    unlink(p->path);
    int new = listen_at(p, 9);
    assert_int_equal(look(p).limit, 9);
    close(old);
    assert_int_equal(look(p).sockets, 1);
    close(new);
    assert_int_equal(look(p).sockets, 0); /* the file is still there */
    assert_int_equal(access(p->path, F_OK), 0);
}

struct ends {
    const char *path;
    struct unix_socket named;
    int count;
};

static void take_named(const struct unix_socket *s, void *arg)
{
    struct ends *e = arg;
    if (strcmp(s->path, e->path) != 0)
        return;
    e->named = *s;
    e->count++;
}

static uint32_t inode_of(int fd)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    return (uint32_t)st.st_ino;
}

/* The server's end has the name, and leads to the client's; that one shows what is unread, and that
 * the other one was closed. */
static void both_ends_of_a_connection_are_seen(void **state)
{
    struct place *p = *state;
    struct ends ends = {.path = p->path};
    struct unix_socket now;
    int fd = listen_at(p, 7), client = connect_to(p);
    uint32_t inode = inode_of(client);
    assert_int_equal(unixdiag_look(p->diag, inode, &now), 0);
    assert_int_equal(now.peer, 0); /* not accepted yet */
    int served = accept(fd, NULL, NULL);
    assert_int_equal(unixdiag_each(p->diag, take_named, &ends), 0);
    assert_int_equal(ends.count, 1);
    assert_int_equal(ends.named.inode, inode_of(served));
    assert_int_equal(ends.named.peer, inode);
    assert_int_equal(unixdiag_look(p->diag, inode, &now), 0);
    assert_int_equal(now.peer, inode_of(served));
    assert_string_equal(now.path, "");
    assert_int_equal(write(served, "xyz", 3), 3);
    assert_int_equal(unixdiag_look(p->diag, inode, &now), 0);
    assert_int_equal(now.rqueue, 3);
    close(served);
    assert_int_equal(unixdiag_look(p->diag, inode, &now), 0);
    assert_int_equal(now.peer, 0);
    close(client);
    assert_int_equal(unixdiag_look(p->diag, inode, &now), -ENOENT);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(bad_urls_are_told),
        cmocka_unit_test_setup_teardown(the_queue_and_what_is_unread_are_seen, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(it_counts_until_the_socket_is_closed, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(both_ends_of_a_connection_are_seen, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(another_one_at_the_path_takes_its_place, make_place,
                                        remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
