#include "words/advice.h"

const struct advice outcome_advice[OUTCOME_COUNT] = {
    [OUTCOME_COMPLETED] =
        {
            .sign = "CURLE_OK, the blank line after the headers, and a body as long as promised; "
                    "libcurl's code alone does not tell",
            .cause = "the server answered, before the signal or while it drained",
            .next = "did the answers after the signal say Connection: close? \"told_to_close\" "
                    "asks",
            .source = "RFC 9112 sections 6.3 and 8",
        },
    [OUTCOME_REFUSED] =
        {
            .cause = "the server had closed its listener, or answered 503; nothing was lost, and "
                     "a client may try elsewhere at once, with a POST, too",
            .next = "whether the platform still sent requests then: 'drainctl explain "
                    "endpoint-lag'",
            .source = "RFC 9110 section 15.6.4",
            .defects = "endpoint-lag shed-503-loop",
        },
    [OUTCOME_CUT_OFF] =
        {
            .cause = "the process exited, or closed the connection, before the answer was whole",
            .next = "the reason, and the phase at the signal: waiting and receiving were being "
                    "worked on, idle is the keep-alive race, connecting is the accept queue",
            .source = "RFC 9112 section 9.6; RFC 9110 section 9.2.2",
            .defects = "inflight-killed-at-signal main-exits-early accept-queue-reset "
                       "idle-keepalive-fin-race",
        },
    [OUTCOME_FAILED] =
        {
            .cause = "a handler failed because what it depends on was shut down first, or its "
                     "context was cancelled at the signal",
            .next = "the server's log at that instant; the order in which it closes pools and "
                    "listeners",
            .source = "RFC 9110 section 15.6",
            .defects = "request-context-cancelled deps-closed-first",
        },
    [OUTCOME_TIMED_OUT] =
        {
            .cause =
                "the listener was open and accepted no connection any more, or a worker that had "
                "the request was gone",
            .next = "was the attempt connected? if so, whether the listener outlived the accept "
                    "loop; if not, whether the backlog was full",
            .defects = "listener-open-nobody-accepts idle-after-close-stalls",
        },
    [OUTCOME_ABORTED] =
        {
            .cause = "the scenario made this client give up; the server has done nothing wrong",
            .next = "nothing, unless the scenario did not mean it",
        },
    [OUTCOME_UNFINISHED] =
        {
            .cause = "the run's timeout, the platform's SIGKILL or drainctl's own end of it came "
                     "before the answer",
            .next = "does the target exit at all? give the run more time, or the server a "
                    "deadline",
            .defects = "exit-never no-deadline deadline-ignored",
        },
    [OUTCOME_CLIENT_LIMIT] =
        {
            .cause = "the machine that drainctl runs on; it says nothing about the target, and "
                     "makes the run inconclusive",
            .next = "the reason says which limit; raise it, or ask for fewer clients",
        },
};

const struct advice reason_advice[REASON_COUNT] = {
    [REASON_STATUS] =
        {
            .belongs = "completed; refused with 503, 429 and 408; failed with any other 5xx",
            .sign = "a whole answer",
            .cause = "after a signal: 503 is a server that sheds what is new, 500 and 502 one "
                     "whose dependencies went first",
            .next = "the phase at the signal: a 5xx to a request that was waiting is a loss",
            .source = "RFC 9110 section 15; 429: RFC 6585 section 4",
            .defects = "request-context-cancelled deps-closed-first shed-503-loop",
        },
    [REASON_CONNECT_REFUSED] =
        {
            .belongs = "refused",
            .sign = "connect() failed with ECONNREFUSED (curl 7), and nothing had been sent",
            .cause = "the listener is closed, as it should be; always safe to try again",
            .next = "whether new requests should still have come there at all",
            .source = "connect(2); RFC 9293 section 3.5.2",
            .defects = "endpoint-lag",
        },
    [REASON_H2_GOAWAY] =
        {
            .belongs = "refused",
            .sign = "GOAWAY with a last stream id below this one",
            .cause = "an HTTP/2 server that shuts down gracefully; safe to try again",
            .next = "nothing",
            .source = "RFC 9113 section 6.8",
        },
    [REASON_H2_REFUSED_STREAM] =
        {
            .belongs = "refused",
            .sign = "RST_STREAM with REFUSED_STREAM",
            .cause = "the server had not begun with it; safe to try again",
            .next = "nothing",
            .source = "RFC 9113 section 8.7",
        },
    [REASON_CLOSED_BEFORE_SENT] =
        {
            .belongs = "refused",
            .sign = "FIN or RST on a kept-alive connection before a byte of the request was "
                    "written",
            .cause = "the server closes its idle connections at the signal; the client saw it in "
                     "time, and may repeat anything",
            .next = "nothing; a client that looks a moment later has the keepalive-race",
            .source = "RFC 9112 section 9.5",
            .defects = "idle-keepalive-fin-race",
        },
    [REASON_NEVER_ACCEPTED] =
        {
            .belongs = "cut-off",
            .sign = "connect() succeeded, then ECONNRESET with no byte of answer (curl 56); the "
                    "kernel's queue, or the server's own ledger, shows that it was not accepted",
            .cause = "close() of a listening socket resets every connection in its accept queue; "
                     "the client cannot tell this from a request that was lost at work",
            .next = "fail readiness first and keep accepting, accept until the queue is empty, "
                    "and only then close",
            .source = "listen(2); RFC 9293 section 3.10.4",
            .defects = "accept-queue-reset handshake-at-close reuseport-group-loss",
        },
    [REASON_KEEPALIVE_RACE] =
        {
            .belongs = "cut-off",
            .sign = "written to a reused connection, then FIN or RST with no byte of answer (curl "
                    "52, 55 or 56); libcurl and Go hide it by sending again, a POST as well "
                    "(libcurl)",
            .cause = "the server closed a connection that was idle just as the next request was "
                     "on its way",
            .next = "answer one last request with Connection: close instead of closing idle "
                    "connections at once, and keep the server's idle timeout above the load "
                    "balancer's",
            .source = "RFC 9112 sections 9.3.1, 9.5 and 9.6",
            .defects = "idle-keepalive-fin-race no-connection-close nonidempotent-not-retried",
        },
    [REASON_RESET_WHILE_SENDING] =
        {
            .belongs = "cut-off",
            .sign = "ECONNRESET or EPIPE from send() (curl 55 or 56) before the last byte of the "
                    "request",
            .cause = "an upload was under way when the server closed the connection or exited",
            .next = "does the drain wait for requests whose body is still coming?",
            .source = "RFC 9112 section 9.6",
            .defects = "upload-cut half-head-dropped unread-request-rst",
        },
    [REASON_RESET_BEFORE_RESPONSE] =
        {
            .belongs = "cut-off",
            .sign = "ECONNRESET (curl 56) after the request was sent, no byte of answer",
            .cause = "the process died or closed with input unread; without a witness it may also "
                     "have been a connection that was never accepted",
            .next = "'processed' of the load; if the target exited at that instant, it does not "
                    "wait for what is in flight",
            .source = "RFC 9112 section 9.6; RFC 1122 section 4.2.2.13",
            .defects = "inflight-killed-at-signal main-exits-early accept-queue-reset",
        },
    [REASON_CLOSED_BEFORE_RESPONSE] =
        {
            .belongs = "cut-off",
            .sign = "FIN after the request was sent, no byte of answer (curl 52)",
            .cause = "the server had read the request, and exited or closed before it answered",
            .next = "no signal handler, or one that exits at once; main that returns while "
                    "handlers run",
            .source = "RFC 9112 section 9.6",
            .defects = "inflight-killed-at-signal main-exits-early",
        },
    [REASON_RESET_MID_RESPONSE] =
        {
            .belongs = "cut-off",
            .sign = "ECONNRESET (curl 56) after the first byte of the answer",
            .cause = "the process died while it wrote, or closed with input unread, which makes "
                     "the kernel throw away what it had written",
            .next = "half-close, read to the end, then close; wait for the last write",
            .source = "RFC 9112 section 9.6; RFC 2525 section 2.17",
            .defects = "unread-request-rst response-not-flushed stream-stalls-drain",
        },
    [REASON_CLOSED_MID_RESPONSE] =
        {
            .belongs = "cut-off",
            .sign = "FIN inside the promised body (curl 18), or inside the header block, where "
                    "curl 7.88 says OK",
            .cause = "the server ended a stream or a slow answer at the signal or at its deadline",
            .next = "the drain's deadline against the longest answer; how streams are told to end",
            .source = "RFC 9112 section 8",
            .defects = "inflight-killed-at-signal header-cut-looks-200 response-not-flushed",
        },
    [REASON_TRUNCATED] =
        {
            .belongs = "cut-off",
            .sign = "CURLE_OK and status 200, and fewer bytes than the same request gave before "
                    "the signal",
            .cause = "a body that ends with its connection was cut, and no framing shows it; or "
                     "the server sent a shorter one",
            .next = "send Content-Length or chunks, so that clients can see it",
            .source = "RFC 9112 section 6.3",
            .defects = "truncation-looks-complete",
        },
    [REASON_PREFLIGHT_REFUSED] =
        {
            .belongs = "failed",
            .sign = "a whole answer to OPTIONS without the Access-Control-Allow fields that the "
                    "request needs, or with a status that is not 2xx; the request was not sent",
            .cause = "the 503 of a drain, the 404 or 405 of a server that knows no OPTIONS, or the "
                     "401 of a filter before it; to the page all of these are \"Network Error\"",
            .next = "OPTIONS answered in every state, also while draining, with 204 and "
                    "Access-Control-Allow-Origin, -Methods and -Headers, before anything that may "
                    "refuse; Access-Control-Max-Age, so that few preflights fall into a drain",
            .source = "Fetch Standard, CORS-preflight fetch",
        },
    [REASON_CORS_BLOCKED] =
        {
            .belongs = "failed",
            .sign = "a whole answer without an Access-Control-Allow-Origin that names the page's "
                    "origin",
            .cause = "an answer that does not go through the CORS filter: the 503 of a drain, the "
                     "502 of a proxy, an error page; to the page it is \"Network Error\", and its "
                     "status and Retry-After are hidden",
            .next = "Access-Control-Allow-Origin on every answer, the errors too, and "
                    "Access-Control-Expose-Headers: Retry-After; at the proxy as well ('always' in "
                    "nginx)",
            .source = "Fetch Standard, CORS check",
        },
    [REASON_STREAM_RESET] =
        {
            .belongs = "cut-off",
            .sign = "RST_STREAM, or a broken HTTP/2 connection (curl 92 or 16)",
            .cause = "the server gave up a stream that it had begun",
            .next = "finish the streams up to the last one that GOAWAY names",
            .source = "RFC 9113 sections 6.4 and 6.8",
        },
    [REASON_BAD_RESPONSE] =
        {
            .belongs = "failed",
            .sign = "not HTTP (curl 1 or 8), a malformed chunk, or a code that drainctl does not "
                    "know",
            .cause = "another protocol on that port, or a server that broke off inside a chunk's "
                     "size",
            .next = "the bytes themselves: --verbose, and the journal",
            .source = "RFC 9112 sections 2 and 7.1",
        },
    [REASON_TLS_ERROR] =
        {
            .belongs = "failed",
            .sign = "curl 35 and the other codes of its TLS layer",
            .cause = "closed during the handshake, or a certificate that does not fit",
            .next = "does it happen without a signal as well?",
            .source = "RFC 8446 section 6",
        },
    [REASON_CONNECT_TIMEOUT] =
        {
            .belongs = "timed-out",
            .sign = "no handshake within the deadline (curl 28, or ETIMEDOUT)",
            .cause = "the backlog was full, so that the kernel dropped the SYN; or a firewall",
            .next = "the accept queue in the timeline: does the server still accept?",
            .source = "listen(2); RFC 9293 section 3.8.3",
            .defects = "listener-open-nobody-accepts",
        },
    [REASON_RESPONSE_TIMEOUT] =
        {
            .belongs = "timed-out",
            .sign = "connected, and no whole answer within the deadline (curl 28)",
            .cause = "the request lay in a queue that no worker read, or its worker was gone",
            .next = "the load's timeout against the time an answer takes; then whether the server "
                    "still accepts",
            .defects = "listener-open-nobody-accepts signal-handler-deadlock",
        },
    [REASON_CLIENT_ABORT] =
        {
            .belongs = "aborted",
            .cause = "the scenario's client gave up on purpose",
            .next = "nothing",
        },
    [REASON_RUN_ENDED] =
        {
            .belongs = "unfinished",
            .cause = "drainctl ended the run, or the target, while this attempt was open",
            .next = "a longer timeout of the run; whether the target exits at all",
            .defects = "exit-never",
        },
    [REASON_WAITS_IN_QUEUE] =
        {
            .belongs = "unfinished",
            .cause = "no process of the server was there, and drainctl holds its listening socket "
                     "(socket activation): no client was refused, and none was served",
            .next = "nothing, if the server is to stay down; else start it again: an action "
                    "'start' or 'restart'",
        },
    [REASON_NO_PORT] =
        {
            .belongs = "client-limit",
            .sign = "EADDRNOTAVAIL; one pair of addresses has about 28,000 ports",
            .cause = "more connections than this machine has ports for, or too many of them in "
                     "TIME-WAIT",
            .next = "reuse connections, or ask for fewer clients",
            .source = "ip(7), ip_local_port_range",
        },
    [REASON_NO_FD] =
        {
            .belongs = "client-limit",
            .sign = "EMFILE or ENFILE",
            .cause = "the limit on descriptors of the shell that started drainctl",
            .next = "ulimit -n, or fewer clients",
            .source = "getrlimit(2)",
        },
    [REASON_NO_MEMORY] =
        {
            .belongs = "client-limit",
            .sign = "ENOMEM or ENOBUFS",
            .cause = "this machine, or the cgroup that drainctl runs in",
            .next = "fewer clients, or more memory",
        },
    [REASON_DNS] =
        {
            .belongs = "client-limit",
            .sign = "curl 6",
            .cause = "the target's name does not resolve on this machine",
            .next = "give the address as a number",
        },
};
