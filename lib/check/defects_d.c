/* Section D of the catalogue: the deadline, and answers that break without showing it. */
#include "check/defects.h"

const struct defect defects_deadline[] = {
    {
        .id = "no-deadline",
        .title = "no limit on the drain was seen",
        .section = 'D',
        .severity = SEVERITY_MEDIUM,
        .seen =
            "A request that outlasts the run's deadline keeps the process alive until it is "
            "killed. A limit that is longer than the run's is not seen: '--grace 35s' looks for "
            "one up to there.",
        .why = "One request that never ends makes every deploy end with SIGKILL, which cuts "
               "everything without a word in the log.",
        .reference = "systemd.service(5) TimeoutStopSec=; Kubernetes terminationGracePeriodSeconds",
        .unit = "runs",
        .fine = "the drain has a limit",
        .find = find_no_deadline,
        .fixes = {{"any", "give the drain a limit below the platform's grace, and close what is "
                          "left when it is over"},
                  {"Go", "Shutdown with a context.WithTimeout, then srv.Close()"},
                  {"Node", "setTimeout(() => server.closeAllConnections(), 8000).unref()"},
                  {"Python", "gunicorn --graceful-timeout; uvicorn --timeout-graceful-shutdown "
                             "(its default is no limit)"},
                  {"nginx", "worker_shutdown_timeout 8s"},
                  {"HAProxy", "hard-stop-after 8s"},
                  {"Java", "spring.lifecycle.timeout-per-shutdown-phase=8s"},
                  {"Apache", "GracefulShutdownTimeout 8"},
                  {"Ruby", "Puma: force_shutdown_after 8"}},
    },
    {
        .id = "deadline-ignored",
        .title = "the drain's limit does not hold for every connection",
        .section = 'D',
        .severity = SEVERITY_MEDIUM,
        .seen = "Plain requests are cut at the server's own limit; with idle, silent or half-sent "
                "ones open it takes much longer.",
        .why = "The limit that was configured is not the one that holds, and the platform's kill "
               "comes first.",
        .reference = "the server's manual",
        .unit = "runs",
        .fine = NULL,
        .find = find_deadline_ignored,
        .fixes = {{"any", "when the limit is over close all connections, whatever their state"},
                  {"Go",
                   "srv.Close() after a Shutdown that timed out; hijacked connections by hand"},
                  {"Node", "server.closeAllConnections(), and destroy upgraded sockets"},
                  {"nginx", "worker_shutdown_timeout does not end every kind of tunnel: bound "
                            "those by their own timeouts"}},
    },
    {
        .id = "deadline-exceeds-platform",
        .title = "the drain's limit does not fit",
        .section = 'D',
        .severity = SEVERITY_HIGH,
        .seen = "The process still waits when the platform kills it; or its own limit cuts "
                "requests that it normally serves.",
        .why = "In the first case all that is left dies in one instant with SIGKILL; in the second "
               "ordinary requests are cut at each deploy.",
        .reference =
            "Kubernetes terminationGracePeriodSeconds; docker stop --timeout; `drainctl profiles`",
        .unit = "requests",
        .fine = NULL,
        .covers = "no-deadline",
        .find = find_exceeds_platform,
        .fixes =
            {{"any", "slowest request < the server's limit < the platform's grace minus its "
                     "pre-stop hook"},
             {"Kubernetes", "raise terminationGracePeriodSeconds, or lower the server's limit"},
             {"Docker", "stop_grace_period in compose, or docker stop --timeout"},
             {"Python",
              "gunicorn: --graceful-timeout below the grace, --timeout above the slowest request"},
             {"Node", "the timer that forces the exit must be longer than the slowest request"}},
    },
    {
        .id = "deadline-result-hidden",
        .title = "nobody can tell that the drain was cut short",
        .section = 'D',
        .severity = SEVERITY_LOW,
        .seen =
            "Requests were cut at the limit, the exit status is the one of a clean drain (0, or by "
            "convention the signal's), and no line of output says so.",
        .why = "A forced stop looks exactly like a clean one: the losses never show up in a "
               "dashboard.",
        .reference = "exit(3)",
        .unit = "runs",
        .fine = "a drain that was cut short can be told from a clean one",
        .find = find_result_hidden,
        .fixes = {{"any", "log how many requests were cut, and exit with another status than after "
                          "a clean drain"},
                  {"Go", "Shutdown returns context.DeadlineExceeded: log it, and os.Exit(1)"},
                  {"Node", "process.exitCode = 1 in the timer that forces the exit"}},
    },
    {
        .id = "truncation-looks-complete",
        .title = "cut answers look complete",
        .section = 'D',
        .severity = SEVERITY_CRITICAL,
        .seen = "An answer is shorter than the same request's answer before the signal, and no "
                "client can tell: its framing is whole, or its end is the connection's end.",
        .why = "Half a document is stored, cached or acted upon as if it were all of it.",
        .reference = "RFC 9112 sections 6.3 and 8",
        .unit = "answers",
        .fine = "{n} answers: none was cut and looked complete",
        .covers = "response-not-flushed",
        .find = find_truncated,
        .fixes = {{"any", "frame every answer (Content-Length or chunked); when an answer must be "
                          "cut, leave its framing broken, so that it shows"},
                  {"Node", "res.destroy(), not res.end(), for an answer that is not complete"},
                  {"Go", "panic(http.ErrAbortHandler) breaks the answer visibly; returning from "
                         "the handler ends it as if it were whole"},
                  {"Python",
                   "raise in the generator instead of returning, and answer HTTP/1.1, not 1.0"}},
    },
    {
        .id = "header-cut-looks-200",
        .title = "an answer is cut inside its head",
        .section = 'D',
        .severity = SEVERITY_CRITICAL,
        .seen =
            "The connection ends after the status line, before the blank line that ends the head.",
        .why = "Some clients (libcurl 7.88 among them) report status 200 with an empty body: a "
               "loss that looks like a success.",
        .reference = "RFC 9112 section 8",
        .unit = "requests in flight",
        .fine = NULL,
        .covers = "response-not-flushed",
        .find = find_header_cut,
        .fixes = {{"any", "write the head in one piece, and drain until it is written"}},
    },
    {0},
};
