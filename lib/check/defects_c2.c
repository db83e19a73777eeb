/* Section C of the catalogue, second half: what keeps the process from ending. */
#include "check/defects.h"

const struct defect defects_stall[] = {
    {
        .id = "idle-after-close-stalls",
        .title = "an idle kept-alive connection holds up the exit",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "All is answered, and the process stays for another second or more; in runs "
                "without idle connections it leaves at once.",
        .why = "Each deploy waits for the idle timeout of some client. With many clients it is the "
               "whole grace period, and a kill at its end.",
        .reference = "RFC 9112 section 9.5",
        .unit = "runs",
        .fine = NULL,
        .find = find_idle_stalls,
        .fixes =
            {{"any", "close a connection when it becomes idle during the drain, not only those "
                     "that are idle at the signal"},
             {"Node",
              "Node 19 and later close idle connections in server.close(); before that call "
              "server.closeIdleConnections() again until it is done, and send Connection: close"},
             {"Go", "srv.Shutdown does it; hijacked connections need RegisterOnShutdown"},
             {"nginx", "keepalive_timeout and worker_shutdown_timeout"}},
    },
    {
        .id = "silent-conn-stalls",
        .title = "a connection that never sent a request holds up the exit",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "All is answered, and the process stays until a connection is closed that never "
                "carried a request.",
        .why = "Browsers and pools open connections ahead of need, and scanners leave them open: "
               "any one of them delays each deploy, or makes it end with a kill.",
        .reference = "RFC 9112 section 9.5",
        .unit = "silent connections",
        .fine = "{n} silent connections did not hold up the exit",
        .find = find_silent_stalls,
        .fixes = {{"any", "during the drain close connections that have sent nothing, after a "
                          "short wait (Go takes 5 s)"},
                  {"Node", "server.closeIdleConnections() leaves them: track sockets, and destroy "
                           "those without a request; headersTimeout as the limit"},
                  {"nginx", "client_header_timeout and worker_shutdown_timeout"},
                  {"Go", "ReadHeaderTimeout; Shutdown gives new connections 5 s"},
                  {"HAProxy", "timeout http-request, and hard-stop-after"},
                  {"Apache", "RequestReadTimeout (mod_reqtimeout), and GracefulShutdownTimeout"},
                  {"Ruby", "Puma: first_data_timeout, and force_shutdown_after as the limit"},
                  {"Python", "http.server: a timeout in the handler class, or its thread reads for "
                             "ever"}},
    },
    {
        .id = "stream-stalls-drain",
        .title = "a stream that does not end keeps the server from ending",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "Everything but the streaming answers has ended, and the process goes on until it "
                "is killed.",
        .why = "Event streams and long polls never end by themselves: every deploy lasts the whole "
               "grace period and ends with a kill.",
        .reference = "RFC 9112 section 9.6; HTML, server-sent events",
        .unit = "streams",
        .fine = NULL,
        .find = find_stream_stalls,
        .fixes =
            {{"any", "tell streams to end at the signal (a last event, then the end), and give "
                     "them a limit"},
             {"Go", "srv.RegisterOnShutdown to cancel the streams' context"},
             {"Node", "keep a set of open responses, and end() them on the signal"},
             {"Python",
              "uvicorn --timeout-graceful-shutdown; sse-starlette ends its streams by itself"}},
    },
    {
        .id = "exit-late",
        .title = "it exits long after its last answer",
        .section = 'C',
        .severity = SEVERITY_LOW,
        .seen = "No connection is open and nothing is in flight, and the process stays for another "
                "second or more.",
        .why = "Each deploy and each scale-in is slower than it need be, and eats into the "
               "platform's grace period.",
        .reference = "exit(3)",
        .unit = "runs",
        .fine = "it exits as soon as its last answer is out",
        .find = find_exit_late,
        .fixes = {{"any", "exit on the event of the last answer instead of polling or sleeping"},
                  {"Node",
                   "clear timers and close pools (timer.unref()), so that the loop runs empty"},
                  {"Java", "stop executors; a non-daemon thread keeps the JVM alive"},
                  {"Python", "join threads with a limit, or make them daemons"}},
    },
    {
        .id = "exit-never",
        .title = "it never exits",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "All is answered, no connection is open, and the process has to be killed.",
        .why = "Every deploy lasts the whole grace period and ends with SIGKILL; what the process "
               "would still have written or reported is lost.",
        .reference = "exit(3); signal(7)",
        .unit = "runs",
        .fine = NULL,
        .covers = "exit-late no-deadline deadline-exceeds-platform signal-during-startup "
                  "idle-after-close-stalls deadline-ignored",
        .find = find_exit_never,
        .fixes = {{"any", "find what keeps it alive (a thread, a timer, a pool) and end it after "
                          "the drain; bound the whole with a timer"},
                  {"Node", "process.on('SIGTERM') replaces the default exit: leave in "
                           "server.close()'s callback"},
                  {"Java", "non-daemon threads and executors that nobody shuts down"},
                  {"Go", "main waits for a goroutine that nobody tells to end"},
                  {"Python", "non-daemon threads are joined at the exit"}},
    },
    {0},
};
