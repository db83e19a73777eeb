/* What the bytes of a reply show, as a table; nothing here asks. */
#include "process/dialect.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "plan/https.h"

static bool begins(const char *reply, size_t len, const char *with)
{
    size_t n = strlen(with);
    return len >= n && memcmp(reply, with, n) == 0;
}

/* "The plain HTTP request was sent to HTTPS port" (nginx), "Client sent an HTTP request to an HTTPS
 * server" (Go), "You're speaking plain HTTP to an SSL-enabled server port" (Apache), "This
 * combination of host and port requires TLS" (Tomcat): each with a status of 400. */
static bool is_plain_to_tls(const char *reply, size_t len)
{
    static const char *const words[] = {"HTTPS", "SSL", "TLS"};
    static const char status[] = "HTTP/1.1 400";
    if (len < sizeof status || memcmp(reply + 8, status + 8, 4) != 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (memmem(reply, len, words[i], strlen(words[i])))
            return true;
    return false;
}

/* A handshake or an alert, of any version since SSL 3 (RFC 8446 section 5.1). */
static bool is_tls(const char *reply, size_t len)
{
    return len >= 3 && (reply[0] == 0x15 || reply[0] == 0x16) && reply[1] == 3 && reply[2] <= 4;
}

/* SETTINGS or GOAWAY on stream 0 (RFC 9113 section 4.1). */
static bool is_http2(const char *reply, size_t len)
{
    enum { HEAD = 9, SETTINGS = 4, GOAWAY = 7 };
    return len >= HEAD && reply[0] == 0 && reply[1] == 0 &&
           (reply[3] == SETTINGS || reply[3] == GOAWAY) && memcmp(reply + 5, "\0\0\0", 4) == 0;
}

/* A handshake packet: three bytes of length, number 0, version 10. */
static bool is_mysql(const char *reply, size_t len)
{
    return len > 6 && reply[3] == 0 && reply[4] == 10 && isdigit((unsigned char)reply[5]);
}

static const struct {
    const char *begins;
    enum dialect is;
} greetings[] = {
    {"SSH-", DIALECT_SSH},      {"220 ", DIALECT_MAIL},     {"220-", DIALECT_MAIL},
    {"+OK", DIALECT_MAIL},      {"* OK", DIALECT_MAIL},     {"-ERR", DIALECT_REDIS},
    {"-NOAUTH", DIALECT_REDIS}, {"-DENIED", DIALECT_REDIS}, {"AMQP", DIALECT_AMQP},
    {"INFO {", DIALECT_NATS},
};

enum dialect dialect_of(enum dialect_question asked, const char *reply, size_t len)
{
    if (is_tls(reply, len) || is_plain_to_tls(reply, len))
        return DIALECT_TLS;
    if (is_http2(reply, len))
        return DIALECT_HTTP2;
    if (begins(reply, len, "HTTP/1."))
        return DIALECT_HTTP1;
    if (is_mysql(reply, len))
        return DIALECT_MYSQL;
    for (size_t i = 0; i < ARRAY_LEN(greetings); i++)
        if (begins(reply, len, greetings[i].begins))
            return greetings[i].is;
    return asked == ASK_PAGE && len > 0 ? DIALECT_OTHER : DIALECT_SILENT;
}

#define ELSEWHERE "give the address at which it speaks HTTP: http://HOST:PORT or unix:/PATH"

static const struct {
    const char *speaks, *remedy;
} rows[] = {
    [DIALECT_TLS] = {"TLS", HTTPS_HINT},
    [DIALECT_HTTP2] = {"HTTP/2 alone",
                       "HTTP/2 comes in a later version; let the server answer HTTP/1.1 as well, "
                       "or give an address where it does"},
    [DIALECT_SSH] = {"SSH", ELSEWHERE},
    [DIALECT_MAIL] = {"a protocol of mail or files (SMTP, FTP, POP3, IMAP)", ELSEWHERE},
    [DIALECT_REDIS] = {"the protocol of Redis", ELSEWHERE},
    [DIALECT_MYSQL] = {"the protocol of MySQL", ELSEWHERE},
    [DIALECT_AMQP] = {"AMQP", ELSEWHERE},
    [DIALECT_NATS] = {"the protocol of NATS", ELSEWHERE},
    [DIALECT_OTHER] = {"something else", ELSEWHERE},
};

int dialect_error(enum dialect what, const char *name, const char *said, size_t len,
                  struct error *err)
{
    char words[41];
    size_t n = 0;
    if (what <= DIALECT_HTTP1)
        return 0;
    for (; n < len && n < sizeof words - 1 && isprint((unsigned char)said[n]); n++)
        words[n] = said[n];
    words[n] = '\0';
    error_set(err, ERROR_RUN, "target '%s' speaks %s where drainctl asks for plain HTTP/1.1", name,
              rows[what].speaks);
    if (n > 3)
        snprintf(err->text + strlen(err->text), sizeof err->text - strlen(err->text),
                 "; it said '%s'", words);
    return error_hint(err, "%s", rows[what].remedy);
}
