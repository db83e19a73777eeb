/* The words of docs/design.md, each list once: enum, word and sentence come from the same row. */
#ifndef WORDS_WORDS_H
#define WORDS_WORDS_H

#include <stdbool.h>

/* phase of an attempt at an instant; the last column: how much of it is under way then */
#define PHASE_MAP(X)                                                                               \
    X(NOT_STARTED, "not-started", "no attempt yet: it started after that instant", NONE)           \
    X(CONNECTING, "connecting", "the connection was being made", OPEN)                             \
    X(SENDING, "sending", "connected, and the request was not yet sent to its last byte",          \
      IN_FLIGHT)                                                                                   \
    X(WAITING, "waiting", "the whole request was sent, and no byte of the answer had come",        \
      IN_FLIGHT)                                                                                   \
    X(RECEIVING, "receiving", "the answer had begun and was not complete", IN_FLIGHT)              \
    X(IDLE, "idle", "a kept-alive connection between two requests; the next one was used later",   \
      OPEN)                                                                                        \
    X(DONE, "done", "over before that instant", NONE)

/* outcome of an attempt, exactly one; the last column: did its client go without what it wanted?
 * One that was told to go elsewhere, or gave up on purpose, did not lose anything. */
#define OUTCOME_MAP(X)                                                                             \
    X(COMPLETED, "completed",                                                                      \
      "a whole response, as framed, that is neither a refusal nor a "                              \
      "server failure",                                                                            \
      NO_LOSS)                                                                                     \
    X(REFUSED, "refused", "told clearly, before any work was done, to go elsewhere", NO_LOSS)      \
    X(CUT_OFF, "cut-off",                                                                          \
      "the server had the request, or may have, and the client did not get "                       \
      "the whole answer",                                                                          \
      LOSS)                                                                                        \
    X(FAILED, "failed", "a whole answer that reports a failure, or no HTTP at all", LOSS)          \
    X(TIMED_OUT, "timed-out", "the client's own deadline passed", LOSS)                            \
    X(ABORTED, "aborted", "the client gave up on purpose", NO_LOSS)                                \
    X(UNFINISHED, "unfinished", "still open when the run ended", LOSS)                             \
    X(CLIENT_LIMIT, "client-limit", "the tool or its machine, not the target, was at its limit",   \
      LOSS)

/* reason: why the attempt has this outcome. `status-NNN` stands for every status code. */
#define REASON_MAP(X)                                                                              \
    X(STATUS, "status-NNN", "a whole answer with this status code (RFC 9110 section 15)")          \
    X(CONNECT_REFUSED, "connect-refused", "no process listened there any more: ECONNREFUSED")      \
    X(H2_GOAWAY, "h2-goaway", "the stream was above the last one the server took")                 \
    X(H2_REFUSED_STREAM, "h2-refused-stream", "the server refused the stream unprocessed")         \
    X(CLOSED_BEFORE_SENT, "closed-before-sent",                                                    \
      "the server closed an idle connection before a "                                             \
      "byte of this request was written")                                                          \
    X(NEVER_ACCEPTED, "never-accepted",                                                            \
      "connected, but still in the listener's queue when it "                                      \
      "closed")                                                                                    \
    X(KEEPALIVE_RACE, "keepalive-race",                                                            \
      "written to a reused connection that the server was "                                        \
      "closing; no byte of answer")                                                                \
    X(RESET_WHILE_SENDING, "reset-while-sending", "reset before the request was fully sent")       \
    X(RESET_BEFORE_RESPONSE, "reset-before-response", "reset before the first byte of the answer") \
    X(CLOSED_BEFORE_RESPONSE, "closed-before-response",                                            \
      "closed before the first byte of the "                                                       \
      "answer")                                                                                    \
    X(RESET_MID_RESPONSE, "reset-mid-response", "reset in the middle of the answer")               \
    X(CLOSED_MID_RESPONSE, "closed-mid-response", "closed in the middle of the answer")            \
    X(TRUNCATED, "truncated",                                                                      \
      "looks complete, and is shorter than the same request's answer "                             \
      "before the signal")                                                                         \
    X(PREFLIGHT_REFUSED, "preflight-refused",                                                      \
      "the browser asked first, by OPTIONS, and was not allowed: "                                 \
      "the request itself was never sent")                                                         \
    X(CORS_BLOCKED, "cors-blocked",                                                                \
      "a whole answer came, and the browser keeps it from the page: it does not name its origin")  \
    X(STREAM_RESET, "stream-reset", "the server reset the stream")                                 \
    X(BAD_RESPONSE, "bad-response", "what came back was not HTTP")                                 \
    X(TLS_ERROR, "tls-error", "the TLS handshake or record layer failed")                          \
    X(CONNECT_TIMEOUT, "connect-timeout", "no connection within the client's deadline")            \
    X(RESPONSE_TIMEOUT, "response-timeout", "no whole answer within the client's deadline")        \
    X(CLIENT_ABORT, "client-abort", "the client gave up on purpose")                               \
    X(RUN_ENDED, "run-ended", "the run ended first")                                               \
    X(WAITS_IN_QUEUE, "waits-in-queue",                                                            \
      "connected, and waits in the queue of a listening socket that drainctl holds, for the next " \
      "start of the server")                                                                       \
    X(NO_PORT, "no-port", "the client's machine had no free port left: EADDRNOTAVAIL")             \
    X(NO_FD, "no-fd", "the client was out of file descriptors: EMFILE")                            \
    X(NO_MEMORY, "no-memory", "the client was out of memory")                                      \
    X(DNS, "dns", "the target's name could not be resolved")

/* what a person saw of an intention, best to worst: of several the worst counts */
#define SAW_MAP(X)                                                                                 \
    X(FINE, "fine", "the answer came as usual")                                                    \
    X(LATE, "late", "the answer came more than a second later than usual")                         \
    X(STALE, "stale",                                                                              \
      "a page was shown from the cache, since the network failed or was not asked")                \
    X(QUEUED, "queued", "a form was kept in the page, marked as unsent, to be delivered later")    \
    X(ERROR_SHOWN, "error-shown", "an error was shown, whatever became of the wish later")         \
    X(LOST, "lost",                                                                                \
      "the input is gone: given up or even acknowledged, and the server has no order of it")       \
    X(DOUBLED, "doubled", "one intention, and two orders at the server")

#define WORDS_ENUM_PHASE(id, word, sentence, under_way) PHASE_##id,
#define WORDS_ENUM_OUTCOME(id, word, sentence, loss)    OUTCOME_##id,
#define WORDS_ENUM_REASON(id, word, sentence)           REASON_##id,
#define WORDS_ENUM_SAW(id, word, sentence)              SAW_##id,
enum saw { SAW_MAP(WORDS_ENUM_SAW) SAW_COUNT };
enum phase { PHASE_MAP(WORDS_ENUM_PHASE) PHASE_COUNT };
enum outcome { OUTCOME_MAP(WORDS_ENUM_OUTCOME) OUTCOME_COUNT };
enum reason { REASON_MAP(WORDS_ENUM_REASON) REASON_COUNT };

struct word {
    const char *word;
    const char *sentence;
};
extern const struct word phase_words[PHASE_COUNT];
extern const struct word outcome_words[OUTCOME_COUNT];
extern const struct word reason_words[REASON_COUNT];
extern const struct word saw_words[SAW_COUNT];

/* The server has the request, or a part of it, and owes an answer. */
bool phase_is_in_flight(enum phase phase);
/* In flight, or on a connection that is being made or waits for its next request. */
bool phase_is_open(enum phase phase);
/* The client went without what it wanted. To be refused clearly is no loss, since that is how a
 * server should say that it is going. */
bool outcome_is_loss(enum outcome outcome);

/* Index of `word` in a table of `count`, or -1. '_' and '-' are the same here, as JSON keys are
 * written cut_off and reports say cut-off. */
int word_find(const struct word *table, int count, const char *word);

#endif
