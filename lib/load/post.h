/* Sending something that is finished to an HTTP address and reading the answer: one body after the
 * other on one connection, synchronously, and never for longer than a few seconds in all. No
 * redirect is followed. A proxy of the environment (http_proxy, …) is used as usual, but never to
 * an address of this machine. */
#ifndef LOAD_POST_H
#define LOAD_POST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Longest to wait, in ms: for a connection; for any sign of life on it; for everything that goes to
 * one address. */
enum { POST_CONNECT_MS = 2000, POST_SILENCE_MS = 3000, POST_TOTAL_MS = 10000 };
/* How often what was answered with 429, 502, 503 or 504 is sent again, and the first pause before
 * that, in ms, where the answer has no Retry-After; each further one is twice as long. */
enum { POST_AGAIN = 3, POST_PAUSE_MS = 250 };

struct post_address {
    char *url;
    char *shown;   /* for messages: without a user and a password */
    bool local;    /* 127.0.0.0/8, ::1 or localhost */
    char **fields; /* more header fields, "Name: value" */
    size_t n_fields;
};

/* Does it look like one? (A name of a file does not.) */
bool post_is_address(const char *text);
/* Take an http:// or https:// address apart; `path` (may be NULL) is added when it has none. -1 and
 * ERROR_USAGE when it is wrong. */
int post_address_read(struct post_address *a, const char *text, const char *path,
                      struct error *err);
/* Add header fields as OpenTelemetry's exporters take them from the environment (`variable` names
 * it in messages): "name=value,name=value", percent-encoded. -1 and ERROR_USAGE when it is not. */
int post_address_fields(struct post_address *a, const char *variable, const char *list,
                        struct error *err);
void post_address_free(struct post_address *a); /* accepts a zeroed one */

struct post; /* one receiver; its time runs from post_new on */

/* `a` must outlive it. */
struct post *post_new(const struct post_address *a, const char *method, const char *content_type);
/* Send one body, and again while the receiver asks for that, if there is time. 0: there was an
 * answer, with a status of any kind, and the beginning of its body
 * (at most 64 KiB, NUL-terminated, valid until the next call). -1 and ERROR_RUN: there was none. */
int post_send(struct post *p, const void *body, size_t len, int *status, const char **answer,
              size_t *answer_len, struct error *err);
void post_free(struct post *p); /* accepts NULL */

#endif
