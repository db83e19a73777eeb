/* What does a server speak that gives no HTTP/1.1 answer? It is asked three times, each on a
 * connection of its own: for a page, with the beginning of a TLS handshake (RFC 5246 section
 * 7.4.1.2), and with the preface of HTTP/2 (RFC 9113 section 3.4). */
#ifndef PROCESS_DIALECT_H
#define PROCESS_DIALECT_H

#include <stddef.h>

#include <uv.h>

#include "base/error.h"
#include "process/probe.h"

enum dialect {
    DIALECT_SILENT, /* it said nothing, or not enough */
    DIALECT_HTTP1,
    DIALECT_TLS,
    DIALECT_HTTP2,
    DIALECT_SSH,
    DIALECT_MAIL, /* SMTP or FTP, POP3, IMAP */
    DIALECT_REDIS,
    DIALECT_MYSQL,
    DIALECT_AMQP,
    DIALECT_NATS,
    DIALECT_OTHER,
};

enum dialect_question { ASK_PAGE, ASK_TLS, ASK_HTTP2, DIALECT_QUESTIONS };

/* What the first bytes of the reply to a question show; `len` may be 0. */
enum dialect dialect_of(enum dialect_question asked, const char *reply, size_t len);

/* The sentence and the remedy for a server `name` that speaks this where plain HTTP/1.1 was asked
 * for; `said`: the first bytes of its reply. -1; 0, and nothing filled, when there is nothing to
 * say (silent, or HTTP/1.1). */
int dialect_error(enum dialect what, const char *name, const char *said, size_t len,
                  struct error *err);

/* Ask. `told` is called once from the loop, unless it is cancelled before: with what it speaks and
 * its first bytes. `gone` comes when the handle is closed and the memory freed. At most 2 s. */
struct dialect_talk;
struct dialect_talk *dialect_ask(uv_loop_t *loop, const struct probe_base *base,
                                 void (*told)(void *arg, enum dialect what, const char *said,
                                              size_t len),
                                 void (*gone)(void *arg), void *arg);
void dialect_cancel(struct dialect_talk *talk);

#endif
