/* What the first bytes of a reply show, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "process/dialect.h"

#define REPLY(text) text, sizeof text - 1

static void replies(void **state)
{
    static const struct {
        enum dialect_question asked;
        const char *reply;
        size_t len;
        enum dialect is;
    } rows[] = {
        {ASK_PAGE, REPLY(""), DIALECT_SILENT},
        {ASK_PAGE, REPLY("HTTP/1.1 200 OK\r\n\r\nTLS"), DIALECT_HTTP1},
        {ASK_PAGE, REPLY("HTTP/1.0 404 Not Found\r\n\r\nHTTPS"), DIALECT_HTTP1},
        {ASK_PAGE, REPLY("HTTP/1.1 400 Bad Request\r\n\r\nno such page"), DIALECT_HTTP1},
        {ASK_PAGE,
         REPLY("HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port"),
         DIALECT_TLS},
        {ASK_PAGE,
         REPLY("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server."),
         DIALECT_TLS},
        {ASK_PAGE, REPLY("\x15\x03\x01\x00\x02\x02\x46"), DIALECT_TLS},
        {ASK_TLS, REPLY("\x16\x03\x03\x00\x7a\x02"), DIALECT_TLS},
        {ASK_TLS, REPLY("HTTP/1.1 400 Bad Request\r\n\r\n"), DIALECT_HTTP1},
        {ASK_PAGE, REPLY("\0\0\x12\x04\0\0\0\0\0\0\3"), DIALECT_HTTP2},
        {ASK_HTTP2, REPLY("\0\0\x08\x07\0\0\0\0\0"), DIALECT_HTTP2},
        {ASK_HTTP2, REPLY("\0\0\x08\x01\0\0\0\0\1"), DIALECT_SILENT},
        {ASK_PAGE, REPLY("SSH-2.0-OpenSSH_9.2\r\n"), DIALECT_SSH},
        {ASK_PAGE, REPLY("220 mail.example ESMTP\r\n"), DIALECT_MAIL},
        {ASK_PAGE, REPLY("-ERR wrong number of arguments\r\n"), DIALECT_REDIS},
        {ASK_PAGE,
         REPLY("\x4a\0\0\0\x0a"
               "8.0.36\0"),
         DIALECT_MYSQL},
        {ASK_PAGE, REPLY("AMQP\0\0\x09\x01"), DIALECT_AMQP},
        {ASK_PAGE, REPLY("INFO {\"server_id\":"), DIALECT_NATS},
        {ASK_PAGE, REPLY("hello"), DIALECT_OTHER},
        {ASK_TLS, REPLY("hello"), DIALECT_SILENT},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (dialect_of(rows[i].asked, rows[i].reply, rows[i].len) != rows[i].is)
            fail_msg("row %zu: not %d", i, rows[i].is);
}

static void sentences(void **state)
{
    struct error err = {0};
    (void)state;
    assert_int_equal(dialect_error(DIALECT_SILENT, "app", REPLY(""), &err), 0);
    assert_int_equal(dialect_error(DIALECT_HTTP1, "app", REPLY("HTTP/1.1 200"), &err), 0);
    assert_int_equal(dialect_error(DIALECT_TLS, "app", REPLY("\x15\x03\x01"), &err), -1);
    assert_string_equal(err.text, "target 'app' speaks TLS where drainctl asks for plain HTTP/1.1");
    assert_non_null(strstr(err.hint, "TLS comes in a later version"));
    assert_int_equal(dialect_error(DIALECT_OTHER, "app", REPLY("hello\r\n'"), &err), -1);
    assert_non_null(strstr(err.text, "speaks something else"));
    assert_non_null(strstr(err.text, "; it said 'hello'"));
    assert_non_null(strstr(err.hint, "http://HOST:PORT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies),
        cmocka_unit_test(sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
