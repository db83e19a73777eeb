/* Section B of the catalogue, first half: requests at the signal, and signals that repeat. */
#include "check/defects.h"

const struct defect defects_signal[] = {
    {
        .id = "inflight-killed-at-signal",
        .title = "requests in flight are cut at the signal",
        .section = 'B',
        .severity = SEVERITY_CRITICAL,
        .seen = "Connections with a request in flight are reset or closed within half a second of "
                "the signal, before or in the middle of the answer.",
        .why = "Users see errors at each deploy. The work may be done or half done, and for a POST "
               "nobody can tell.",
        .reference = "RFC 9112 section 9.6; RFC 9110 section 9.2.2",
        .unit = "requests in flight",
        .fine = "{n} of {n} requests in flight were answered in full",
        .covers = LOST_WITH_PROCESS,
        .find = find_killed_at_signal,
        .fixes = {{"any", "on the signal stop accepting, let running requests finish, and exit "
                          "after the last one"},
                  {"Go", "srv.Shutdown(ctx), not srv.Close() and not os.Exit"},
                  {"Node", FIX_NODE_DRAIN "; closeAllConnections() cuts requests"},
                  {"Python", FIX_PYTHON_DRAIN},
                  {"Java", FIX_JAVA_DRAIN},
                  {"nginx", FIX_NGINX_DRAIN},
                  {"Ruby", FIX_RUBY_DRAIN}},
    },
    {
        .id = "main-exits-early",
        .title = "the process exits while requests are running",
        .section = 'B',
        .severity = SEVERITY_CRITICAL,
        .seen = "The requests in flight are cut at the very instant at which the process exits, by "
                "itself, with an exit status.",
        .why = "To the platform it looks like a clean stop; to the users every request in flight "
               "has failed.",
        .reference = "RFC 9112 section 9.6; exit(3)",
        .unit = "requests in flight",
        .fine = NULL,
        .covers = LOST_WITH_PROCESS,
        .find = find_exits_early,
        .fixes = {{"any", "exit only after the drain has returned"},
                  {"Go", FIX_GO_DRAIN ". no log.Fatal(srv.ListenAndServe())"},
                  {"Node", FIX_NODE_DRAIN},
                  {"Python", "no sys.exit() in the signal handler: shut the server down, and let "
                             "its main loop return"},
                  {"Java", "no System.exit() beside the drain; wait for it in the shutdown hook"}},
    },
    {
        .id = "request-context-cancelled",
        .title = "requests in flight are answered with an error at the signal",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "Requests that began before the signal get a whole answer with a 5xx status right "
                "after it; without a signal they do not fail.",
        .why = "The connection survived and the user did not: the request's context or token is "
               "cancelled as soon as the drain begins.",
        .reference = "RFC 9110 section 15.6",
        .unit = "requests in flight",
        .fine = NULL,
        .find = find_context_cancelled,
        .fixes =
            {{"any", "cancel the requests' context at the deadline, not at the signal"},
             {"Go", "do not make the signal's context the server's BaseContext; give it one that "
                    "is cancelled after Shutdown has timed out"},
             {"Python",
              "asyncio: do not cancel the task group at the signal; let the server wait first"},
             {".NET", "RequestAborted must not be linked to ApplicationStopping"}},
    },
    {
        .id = "upload-cut",
        .title = "uploads are cut in the middle",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "A request whose body is half sent at the signal ends with a reset or a close, "
                "without an answer.",
        .why = "The user has to send everything again, if the client tells them at all.",
        .reference = "RFC 9112 section 9.6; RFC 9110 section 15.5.14",
        .unit = "uploads half sent",
        .fine = "{n} of {n} uploads in the middle were taken and answered",
        .find = find_upload_cut,
        .fixes = {{"any", "a request counts as in flight from its first byte: go on reading the "
                          "body within the deadline"},
                  {"Go", FIX_GO_DRAIN},
                  {"nginx", "client_body_timeout above the longest gap, and QUIT"},
                  {"Java",
                   "Jetty and Undertow: a graceful handler around the one that reads the body"}},
    },
    {
        .id = "half-head-dropped",
        .title = "a request whose head is half sent is dropped",
        .section = 'B',
        .severity = SEVERITY_LOW,
        .seen = "The first half of a request head is sent before the signal and the rest 50 ms "
                "after it; the connection is closed or reset without an answer.",
        .why = "On a slow network many requests are in this state at any time. The client cannot "
               "know that nothing was done.",
        .reference = "RFC 9112 section 9.5",
        .unit = "requests with half a head sent",
        .fine = "{n} of {n} requests whose head was half sent were answered",
        .find = find_half_head,
        .fixes = {{"any", "treat a connection as busy from the first byte of a request, for a "
                          "short bounded time"}},
    },
    {
        .id = "expect-100-stranded",
        .title = "a client that waits for 100 Continue is left waiting",
        .section = 'B',
        .severity = SEVERITY_MEDIUM,
        .seen = "A request with Expect: 100-continue whose head was sent before the signal gets "
                "neither 100 nor a final status.",
        .why = "Both sides wait, or the connection is cut; large uploads, for which clients use "
               "it, fail.",
        .reference = "RFC 9110 section 10.1.1",
        .unit = "requests with Expect: 100-continue",
        .fine = "{n} of {n} requests with Expect: 100-continue got their final answer",
        .find = find_expect_stranded,
        .fixes =
            {{"any",
              "answer with 100 and take the body, or with a final status and Connection: close"},
             {"Node",
              "with a 'checkContinue' listener always call writeContinue() or end the response"}},
    },
    {
        .id = "pipelined-dropped",
        .title = "the second of two pipelined requests is dropped",
        .section = 'B',
        .severity = SEVERITY_MEDIUM,
        .seen = "Two requests are sent in one segment before the signal; the first is answered, "
                "the second is not.",
        .why = "The request was delivered and nobody says what became of it. With Connection: "
               "close on the first answer the client knows that it may repeat it, and the server "
               "must not answer (section 9.6): then this is only a remark.",
        .reference = "RFC 9112 sections 9.3.2 and 9.6",
        .unit = "pipelined pairs",
        .fine = "{n} of {n} pipelined pairs were answered in full",
        .find = find_pipelined,
        .fixes = {{"any", "answer what was read from the connection, and say Connection: close on "
                          "the last answer only"}},
    },
    {
        .id = "platform-double-signal",
        .title = "a second signal aborts the drain",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "With one signal all requests in flight are answered; when it is sent a second "
                "time they are cut.",
        .why = "Platforms send the signal twice without meaning more by it (Heroku says so; "
               "container runtimes beside systemd do), and the drain is lost. A second SIGINT that "
               "forces the exit is a convention, and only a remark.",
        .reference = "signal(7)",
        .unit = "requests in flight",
        .fine = "{n} of {n} requests survived a repeated signal",
        .find = find_second_signal,
        .fixes = {{"any", "let the signal do nothing when it comes again; only a second SIGINT, "
                          "from a person, may force the exit"},
                  {"Go", "do not call the stop function of signal.NotifyContext before Shutdown "
                         "has returned: it brings the default action back"},
                  {"Node", "process.on, not process.once: after once() the second signal has its "
                           "default action; close-with-grace forces the exit at a second one"},
                  {"Python",
                   "let the handler only set a flag: setting it twice does nothing. KillMode=mixed "
                   "keeps systemd from signalling the workers beside their master"}},
    },
    {
        .id = "group-signal-kills-workers",
        .title = "a signal to the whole group kills the workers",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "A signal to the main process alone lets requests finish; the same signal to the "
                "process group cuts them.",
        .why = "systemd's default and Ctrl-C signal every process: workers or helpers die before "
               "the main process can drain them.",
        .reference = "systemd.kill(5) KillMode=; kill(2)",
        .unit = "requests in flight",
        .fine = "{n} of {n} requests survived a signal to the whole group",
        .find = find_group_signal,
        .fixes =
            {{"any", "let workers ignore the signal, or drain on it themselves, and obey the main "
                     "process"},
             {"systemd", "KillMode=mixed"},
             {"Python",
              "multiprocessing workers: signal.signal(SIGINT, SIG_IGN) and the same for SIGTERM"},
             {"Node", "cluster workers need their own SIGTERM handler that drains"}},
    },
    {
        .id = "sigint-not-drained",
        .title = "Ctrl-C cuts requests, the shutdown signal does not",
        .section = 'B',
        .severity = SEVERITY_MEDIUM,
        .seen = "With the shutdown signal all requests in flight are answered; with SIGINT they "
                "are cut.",
        .why = "Nomad, Fly.io and PM2 stop a service with SIGINT, and a developer sees another "
               "shutdown than production does.",
        .reference = "signal(7); `drainctl profiles`",
        .unit = "requests in flight",
        .fine = "{n} of {n} requests survived SIGINT",
        .find = find_sigint,
        .fixes = {{"any", "handle SIGINT as the shutdown signal; only a second SIGINT may force "
                          "the exit"},
                  {"Go", "signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)"},
                  {"Node", "for (const s of ['SIGTERM', 'SIGINT']) process.on(s, shutdown)"},
                  {"Python",
                   "gunicorn: SIGINT is its quick stop; send SIGTERM (KillSignal=, kill_signal)"},
                  {"nginx", "SIGINT is its fast stop, like TERM; send QUIT"},
                  {"Apache", "SIGINT is its fast stop, like TERM; send WINCH"},
                  {"HAProxy", "SIGINT is its fast stop, like TERM; send USR1"},
                  {"Ruby", "Unicorn: SIGINT is its quick stop, like TERM; send QUIT"}},
    },
    {
        .id = "signal-handler-deadlock",
        .title = "the server hangs in its shutdown",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen =
            "From the signal on nobody gets an answer, new or old, and the process does not end.",
        .why = "All requests in flight are lost at the platform's kill, and the port is blocked "
               "until then. A handler that logs, allocates or takes a lock does this now and then.",
        .reference = "signal-safety(7)",
        .unit = "runs",
        .covers = "deadline-ignored listener-open-nobody-accepts exit-never silent-conn-stalls "
                  "stream-stalls-drain "
                  "idle-after-close-stalls no-deadline deadline-exceeds-platform "
                  "expect-100-stranded accept-queue-reset signal-during-startup pid1-no-handler",
        .find = find_handler_deadlock,
        .fixes =
            {{"any",
              "in the handler only set a flag or write to a pipe; do the rest in the main loop"},
             {"Python", "no logging, no lock and no join in a signal handler; "
                        "loop.add_signal_handler runs it safely"},
             {"Java",
              "a shutdown hook that waits for a thread which waits for System.exit never ends"}},
    },
    {0},
};
