/* One GET on a connection of its own, to learn its status code (RFC 9112). It asks the server to
 * close, takes the status line as the answer, and reads the rest away before it closes, so that the
 * server sees a client with manners. */
#ifndef PROCESS_PROBE_H
#define PROCESS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/resolve.h"

struct probe;

/* Where probes go: what "http://HOST[:PORT][/PREFIX]" says, or the URL of a Unix socket. */
struct probe_base {
    struct resolved addresses[RESOLVE_MOST]; /* of the host; the first that is held is asked */
    int n_addresses;
    char host[300];   /* the Host field */
    char prefix[200]; /* path in front of every probe's path, without the last slash */
    int port;         /* 0: of a Unix socket */
};

/* Status values that are not a status code. */
enum { PROBE_CONNECTED = 1, PROBE_REFUSED = 0, PROBE_NO_ANSWER = -1 };

/* 0, or -1 when it is not such a URL or its host has no address. A name is looked up here and now.
 */
int probe_base_parse(struct probe_base *base, const char *url);

bool probe_base_is_loopback(const struct probe_base *base); /* its first address */

/* A socket that connects there, not waited for; -1 when that failed at once: *status says how. */
int probe_connect(const struct probe_base *base, int *status);

/* Start one. With a NULL path it only connects: PROBE_CONNECTED or PROBE_REFUSED, and no request.
 * `answered` is called once, from the loop, with the status code, PROBE_REFUSED, or
 * PROBE_NO_ANSWER (cut, not HTTP). NULL when it was over at once; *status is its result then.
 * `gone` comes when it has closed its handle and freed itself, in any case. */
struct probe *probe_start(uv_loop_t *loop, const struct probe_base *base, const char *path,
                          void (*answered)(void *arg, int status), void (*gone)(void *arg),
                          void *arg, int *status);
int64_t probe_started_ns(const struct probe *p);
/* When it answered; 0 as long as it has not. */
int64_t probe_answered_ns(const struct probe *p);
/* Close it now; `answered` is not called any more. */
void probe_cancel(struct probe *p);

#endif
