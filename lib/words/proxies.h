/* The proxies that a scenario can put in front of its targets ("use"), and what their logs say of a
 * request. */
#ifndef WORDS_PROXIES_H
#define WORDS_PROXIES_H

#include <stdbool.h>

#include "base/buf.h"

/* X(ID, word: the program's name, name in sentences) */
#define PROXY_MAP(X)                                                                               \
    X(HAPROXY, "haproxy", "HAProxy")                                                               \
    X(NGINX, "nginx", "nginx")

#define PROXY_ENUM(id, word, title) PROXY_##id,
/* PROXY_NONE: any other process. */
enum proxy { PROXY_NONE, PROXY_MAP(PROXY_ENUM) PROXY_COUNT };
extern const char *const proxy_words[]; /* from index 0: PROXY_HAPROXY - 1; ends with NULL */
extern const char *const proxy_titles[PROXY_COUNT];

/* What HAProxy can be told of a server ("set server", management guide section 9.3). X(ID, word) */
#define PROXY_STATE_MAP(X)                                                                         \
    X(READY, "ready")                                                                              \
    X(DRAIN, "drain")                                                                              \
    X(MAINT, "maint")

#define PROXY_STATE_ENUM(id, word) PROXY_STATE_##id,
enum proxy_state { PROXY_STATE_MAP(PROXY_STATE_ENUM) PROXY_STATE_COUNT };
extern const char *const proxy_state_words[]; /* ends with NULL */

/* How a line of its log begins that tells of an attempt: PROXY_LINE_START "attempt=N status=N
 * server=… state=…". The state is as the proxy gives it: HAProxy's termination state ("SH--",
 * configuration manual section 8.5), or of nginx "$upstream_status/$upstream_header_time". */
#define PROXY_LINE_START "drainctl-proxy "

/* Did the proxy make up the answer itself, no server having begun one? */
bool proxy_state_is_own(enum proxy proxy, const char *state);
/* Adds what the state says, as a clause without a full stop: "the server closed the connection
 * while the proxy waited for the answer's head". */
void proxy_state_say(enum proxy proxy, const char *state, int status, struct buf *out);
/* What such an answer means to the one who looks after the server, and what to do: of 502, 503 and
 * 504. NULL: nothing special. */
const char *proxy_status_means(int status);
const char *proxy_status_next(int status);

#endif
