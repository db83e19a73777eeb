/* What can be expected, each once: the parser's tables and the words of `drainctl explain` come
 * from the same rows, so that no expectation lacks an explanation. An example is a whole element of
 * "expect". */
#ifndef PLAN_EXPECT_MAP_H
#define PLAN_EXPECT_MAP_H

/* X(key, reader, required, sentence, example): of a load, beside the outcomes */
#define EXPECT_LOAD_MAP(X)                                                                         \
    X("load", expect_load, true,                                                                   \
      "whose attempts are counted: a load's name, or \"*\" for all of them together",              \
      "{\"load\": \"*\", \"failed\": 0}")                                                          \
    X("phase", expect_phase, false,                                                                \
      "count only the attempts that were in this phase at the first signal",                       \
      "{\"load\": \"long\", \"phase\": \"waiting\", \"completed\": \"100%\"}")                     \
    X("told_to_close", expect_told_to_close, false,                                                \
      "this number of the whole answers that the server began when it knew of the signal said "    \
      "Connection: close (RFC 9112 section 9.6)",                                                  \
      "{\"load\": \"long\", \"told_to_close\": \"100%\"}")                                         \
    X("by_proxy", expect_by_proxy, false,                                                          \
      "this number of attempts got their answer from the proxy in front of the servers, and from " \
      "no server (a service with \"use\")",                                                        \
      "{\"load\": \"orders\", \"by_proxy\": 0}")                                                   \
    X("processed", expect_processed, false,                                                        \
      "this number of attempts are known to have been processed, by the reference server's own "   \
      "ledger or the kernel's queues",                                                             \
      "{\"load\": \"orders\", \"processed\": \"100%\"}")                                           \
    X("reasons", expect_reasons, false,                                                            \
      "this number of attempts ended for this reason; any reason, and status-NNN for a status "    \
      "code",                                                                                      \
      "{\"load\": \"steady\", \"reasons\": {\"keepalive-race\": 0, \"status-503\": \"<= 5\"}}")    \
    X("latency", expect_latency, false,                                                            \
      "a quantile of the whole answers took this time at most, counted from when each request "    \
      "should have started",                                                                       \
      "{\"load\": \"steady\", \"latency\": {\"p99\": \"<= 200ms\"}}")                              \
    X("saw", expect_saw, false,                                                                    \
      "this number of intentions of a load with a frontend were seen by their person as: fine, "   \
      "late, stale, queued, error-shown, lost or doubled, the worst that applies",                 \
      "{\"load\": \"*\", \"saw\": {\"lost\": 0, \"doubled\": 0}}")                                 \
    X("user_seconds_lost", expect_user_seconds, false,                                             \
      "the seconds that all people of a load with a frontend together waited longer than usual, "  \
      "or in vain",                                                                                \
      "{\"load\": \"*\", \"user_seconds_lost\": \"<= 5\"}")                                        \
    X("orders", expect_orders, false,                                                              \
      "this number of orders were lost though the page was told that all was well, doubled, "      \
      "reordered (one page's, against the order in which it wanted them), resurrected (the page "  \
      "had given them up), or had two different replies to one key (other_reply), by the list "    \
      "that is the load's witness; for a process, of all loads that go to it",                     \
      "{\"load\": \"*\", \"orders\": {\"lost\": 0, \"reordered\": 0}}")                            \
    X("peak", expect_peak, false,                                                                  \
      "at most this number of attempts come in any 100 ms after an outage: times the normal rate " \
      "(3x), or a number",                                                                         \
      "{\"load\": \"*\", \"peak\": \"<= 3x\"}")

/* X(key, sentence, example): quantiles */
#define EXPECT_LATENCY_MAP(X)                                                                      \
    X("p50", "half of the whole answers took no longer",                                           \
      "{\"load\": \"steady\", \"latency\": {\"p50\": \"<= 20ms\"}}")                               \
    X("p90", "nine of ten whole answers took no longer",                                           \
      "{\"load\": \"steady\", \"latency\": {\"p90\": \"<= 50ms\"}}")                               \
    X("p99", "99 of 100 whole answers took no longer",                                             \
      "{\"load\": \"steady\", \"latency\": {\"p99\": \"<= 200ms\"}}")                              \
    X("max", "no whole answer took longer",                                                        \
      "{\"load\": \"steady\", \"latency\": {\"max\": \"<= 2s\"}}")

/* X(word, kind, sentence, example, keys...): events of the target, and the keys that each may have.
 * The first three are those that "before" can name. */
#define EXPECT_EVENT_MAP(X)                                                                        \
    X("exit", EXPECT_EXIT, "the target exits, with this status and in time",                       \
      "{\"target\": \"exit\", \"code\": 0, \"within\": \"2s\"}", "code", "signal", "within",       \
      "not_before", "life")                                                                        \
    X("listener-closed", EXPECT_LISTENER, "the target's port has no listener any more",            \
      "{\"target\": \"listener-closed\", \"within\": \"1s\", \"queue_lost\": 0}", "within",        \
      "not_before", "before", "queue_lost", "life")                                                \
    X("not-ready", EXPECT_NOT_READY,                                                               \
      "the readiness path stops answering with its status, or at all",                             \
      "{\"target\": \"not-ready\", \"before\": \"listener-closed\"}", "within", "not_before",      \
      "before", "life")                                                                            \
    X("live", EXPECT_LIVE, "every answer of the liveness path is 200", "{\"target\": \"live\"}",   \
      "life")                                                                                      \
    X("orphans", EXPECT_ORPHANS, "the target leaves this number of processes behind",              \
      "{\"target\": \"orphans\", \"count\": 0}", "count")                                          \
    X("output", EXPECT_OUTPUT, "a line of the target's output matches, or none does",              \
      "{\"target\": \"output\", \"absent\": \"panic\"}", "matches", "absent")                      \
    X("checklist", EXPECT_CHECKLIST,                                                               \
      "no row of the shutdown checklist is broken, and this number are seen to be fine",           \
      "{\"target\": \"checklist\", \"fine\": 8}", "fine")

/* X(key, sentence, example): what is said of a named process */
#define EXPECT_PROCESS_MAP(X)                                                                      \
    X("steps",                                                                                     \
      "its shutdown takes these steps in this order: signal, not-ready, listener-closed and exit " \
      "are seen from outside; of the reference server also requests-finished, consumer-stopped, "  \
      "upstreams-closed, pool-closed, registry-left and logs-flushed; of any, a line of its "      \
      "output, {\"log\": REGEX}",                                                                  \
      "{\"target\": \"target\", \"steps\": [\"not-ready\", \"listener-closed\", \"exit\"]}")       \
    X("ledger",                                                                                    \
      "the reference server's own ledger has this number of requests that it accepted, read, "     \
      "answered, wrote or cut",                                                                    \
      "{\"target\": \"a\", \"ledger\": {\"read\": \">= 50\", \"cut\": 0}}")                        \
    X("pool",                                                                                      \
      "at the end of the run its pool has this number of connections (size), idle ones, busy "     \
      "ones, waiting queries, and calls to the upstream under way",                                \
      "{\"target\": \"a\", \"pool\": {\"busy\": 0, \"upstream_calls\": 0}}")                       \
    X("queue",                                                                                     \
      "at the end of the run this number of its jobs are done, were done more than once, or are "  \
      "left",                                                                                      \
      "{\"target\": \"a\", \"queue\": {\"doubled\": 0, \"left\": 0}}")                             \
    X("registry",                                                                                  \
      "its entry in the registry is marked as draining, and gone, this time after it was told to " \
      "go",                                                                                        \
      "{\"target\": \"a\", \"registry\": {\"draining\": \"<= 100ms\", \"gone\": \"<= 5s\"}}")

/* X(key, reader, required, sentence, example): what is said of an event */
#define EXPECT_TARGET_MAP(X)                                                                       \
    X("target", expect_target, true, "the event of the target that is meant",                      \
      "{\"target\": \"exit\", \"code\": 0}")                                                       \
    X("of", expect_of, false, "which target or service is meant, when it is not the first target", \
      "{\"target\": \"exit\", \"of\": \"target\", \"code\": 0}")                                   \
    X("life", expect_life, false,                                                                  \
      "which life of a process that is started more than once: 0 is the first; by default each "   \
      "that was told to go other than by SIGKILL, with \"every\" those too",                       \
      "{\"target\": \"exit\", \"code\": 0, \"life\": \"every\"}")                                  \
    X("code", expect_code, false, "it exits with this status",                                     \
      "{\"target\": \"exit\", \"code\": 0}")                                                       \
    X("signal", expect_signal, false, "it dies of this signal",                                    \
      "{\"target\": \"exit\", \"signal\": \"SIGTERM\"}")                                           \
    X("within", expect_within, false, "no later than this after the first signal",                 \
      "{\"target\": \"exit\", \"within\": \"2s\"}")                                                \
    X("not_before", expect_not_before, false, "no sooner than this after the first signal",        \
      "{\"target\": \"listener-closed\", \"not_before\": \"1s\"}")                                 \
    X("before", expect_before, false,                                                              \
      "sooner than that event: exit, listener-closed or not-ready",                                \
      "{\"target\": \"not-ready\", \"before\": \"listener-closed\"}")                              \
    X("queue_lost", expect_queue_lost, false,                                                      \
      "at most this number of connections were reset in the accept queue when it closed",          \
      "{\"target\": \"listener-closed\", \"queue_lost\": 0}")                                      \
    X("count", expect_count, false, "exactly this number",                                         \
      "{\"target\": \"orphans\", \"count\": 0}")                                                   \
    X("matches", expect_matches, false, "a line matches this POSIX extended regular expression",   \
      "{\"target\": \"output\", \"matches\": \"drained\"}")                                        \
    X("absent", expect_absent, false, "no line matches this regular expression",                   \
      "{\"target\": \"output\", \"absent\": \"panic\"}")                                           \
    X("fine", expect_fine, false,                                                                  \
      "at least this number of rows of the checklist are seen to be fine",                         \
      "{\"target\": \"checklist\", \"fine\": 8}")

#endif
