/* Asking one URL again and again, as a frontend asks for its server's status: one GET at a time, on
 * a connection that is kept alive when the server lets it, each bounded in time. Synchronous, for
 * commands that do nothing else meanwhile. */
#ifndef LOAD_POLL_H
#define LOAD_POLL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What a frontend can tell its users. X(ID, word, sentence) */
#define POLL_STATE_MAP(X)                                                                          \
    X(UP, "up", "answers with a success or a redirection")                                         \
    X(NOT_READY, "not-ready", "answers 503 or 429: come back later (RFC 9110 section 15.6.4)")     \
    X(FAILING, "failing", "answers with another error")                                            \
    X(REFUSED, "refused", "no server listens there")                                               \
    X(CUT_OFF, "cut-off", "closed or reset before the answer was whole")                           \
    X(NO_ANSWER, "no-answer", "no whole answer in time")                                           \
    X(UNREACHABLE, "unreachable", "no way there: name, network, or not HTTP")

#define POLL_STATE_ENUM(id, word, sentence) POLL_##id,
enum poll_state { POLL_STATE_MAP(POLL_STATE_ENUM) POLL_STATES };
extern const char *const poll_state_words[POLL_STATES + 1]; /* ends with NULL, for --until */

enum { POLL_TEXT = 64 };

struct poll_answer {
    enum poll_state state;
    int status;                /* HTTP status code; 0: none */
    int64_t start_ns, took_ns; /* CLOCK_MONOTONIC; duration */
    int64_t retry_after_s;     /* Retry-After in seconds (RFC 9110 section 10.2.3); -1: none */
    bool close;                /* said Connection: close */
    bool reused;               /* on the connection of an earlier poll */
    /* of a JSON body: its "status", else its "state", as a string (the health formats of Spring
     * Boot's actuator and of draft-inadarei-api-health-check), cut to fit; "" when there is none */
    char said[POLL_TEXT];
    char problem[160]; /* libcurl's words when there was no whole answer; else "" */
};

struct poll;

/* `url` is a whole http or https URL. `keep`: reuse the connection. `stop` is looked at while an
 * answer is waited for, and ends the wait when it is not 0 (a signal handler sets it). NULL and
 * ERROR_USAGE when it is no such URL. */
struct poll *poll_new(const char *url, bool keep, int64_t timeout_ns,
                      const volatile sig_atomic_t *stop, struct error *err);
/* One GET. An answer that `stop` ended has no meaning. */
void poll_once(struct poll *p, struct poll_answer *out);
void poll_free(struct poll *p);

#endif
