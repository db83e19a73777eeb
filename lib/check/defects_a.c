/* Section A of the catalogue: what is wrong before the signal comes. */
#include "check/defects.h"

const struct defect defects_before[] = {
    {
        .id = "pid1-no-handler",
        .title = "as PID 1 it never sees the signal",
        .section = 'A',
        .severity = SEVERITY_HIGH,
        .seen = "Run as PID 1 of a PID namespace, as in a container, it goes on as if nothing had "
                "happened until it is killed; outside of one the same binary dies of the signal at "
                "once.",
        .why = "The kernel discards a signal that the first process of a PID namespace has no "
               "handler for. Every stop of the container lasts its whole grace period, and then "
               "SIGKILL cuts off all requests in flight.",
        .reference = "pid_namespaces(7), signal(7)",
        .unit = "runs as PID 1",
        .fine = "it obeys the signal as PID 1 of a container too",
        .find = find_pid1_no_handler,
        .fixes =
            {{"any", "install a handler for the signal, or start the server under an init that "
                     "forwards signals (docker run --init, tini, dumb-init)"},
             {"Node", "process.on('SIGTERM', …) with server.close(), or start with --init; Node "
                      "has no handler of its own"},
             {"Go", "signal.NotifyContext(ctx, syscall.SIGTERM) and srv.Shutdown"},
             {"Python",
              "signal.signal(signal.SIGTERM, …), or a server that has one (gunicorn, uvicorn)"},
             {"Docker", "ENTRYPOINT [\"tini\", \"--\", …], or `init: true` in compose"}},
    },
    {
        .id = "shell-wrapper-swallows",
        .title = "a shell takes the signal, and the server does not get it",
        .section = 'A',
        .severity = SEVERITY_HIGH,
        .seen = "The process that was signalled is a shell; another one owns the port and goes on "
                "serving after the shell has gone, or never ends.",
        .why = "The platform believes that the service has stopped while it still answers and "
               "holds the port; it is then killed with everything that it is doing.",
        .reference = "signal(7); POSIX shell, `exec`",
        .unit = "runs",
        .fine = NULL,
        .covers = "group-signal-kills-workers sigint-not-drained platform-double-signal "
                  "runner-swallows signal-ignored term-means-reload workers-orphaned "
                  "listener-fd-leaked inflight-killed-at-signal main-exits-early "
                  "deadline-exceeds-platform exit-never exit-late exit-code-ambiguous "
                  "listener-open-nobody-accepts pid1-no-handler signal-during-startup no-deadline "
                  "keepalive-served-forever no-connection-close signal-handler-deadlock",
        .find = find_shell_wrapper,
        .fixes =
            {{"any",
              "end the script with `exec server …`, so that the server takes the shell's place"},
             {"Docker", "use the exec form, CMD [\"server\", \"arg\"]; the form CMD server arg "
                        "runs it under /bin/sh -c"},
             {"shell", "if the script must stay: trap 'kill -TERM $pid; wait $pid' TERM; server & "
                       "pid=$!; wait $pid"}},
    },
    {
        .id = "runner-swallows",
        .title = "a package runner takes the signal, and the server does not get it",
        .section = 'A',
        .severity = SEVERITY_HIGH,
        .seen = "The process that was signalled is npm, yarn, go run or the like; another one owns "
                "the port and outlives it, or never ends.",
        .why =
            "Runners forward signals differently from version to version, and may leave before the "
            "server has finished. Requests in flight are then cut, or the server is left behind.",
        .reference = "signal(7)",
        .unit = "runs",
        .fine = NULL,
        .covers = "group-signal-kills-workers sigint-not-drained platform-double-signal "
                  "signal-ignored term-means-reload workers-orphaned listener-fd-leaked "
                  "inflight-killed-at-signal main-exits-early deadline-exceeds-platform exit-never "
                  "exit-late exit-code-ambiguous listener-open-nobody-accepts pid1-no-handler "
                  "signal-during-startup no-deadline keepalive-served-forever no-connection-close "
                  "signal-handler-deadlock",
        .find = find_runner,
        .fixes = {{"any", "start the server itself, not its runner"},
                  {"Node", "node server.js instead of npm start; CMD [\"node\", \"server.js\"]"},
                  {"Go", "go build, and start the binary; go run does not pass signals on"},
                  {"Python", "exec gunicorn …, not through poetry run or pipenv run"},
                  {"Java", "java -jar app.jar, not through mvn or gradle"}},
    },
    {
        .id = "wrong-signal-fast-stop",
        .title = "this signal is the server's fast stop",
        .section = 'A',
        .severity = SEVERITY_CRITICAL,
        .seen = "A server that is known to have a graceful signal got another one, and cut off the "
                "requests in flight within milliseconds.",
        .why = "The platform's default, SIGTERM, means \"stop now\" to nginx, HAProxy, Unicorn, "
               "Apache, lighttpd and php-fpm. Each stop loses everything in flight although the "
               "server could drain.",
        .reference = "the server's manual; Dockerfile STOPSIGNAL, systemd.kill(5) KillSignal=",
        .unit = "requests in flight",
        .fine = NULL,
        .covers = "inflight-killed-at-signal main-exits-early accept-queue-reset "
                  "idle-keepalive-fin-race deadline-result-hidden " LOST_WITH_PROCESS,
        .find = find_wrong_signal,
        .fixes =
            {{"any", "send the server's graceful signal: STOPSIGNAL in the Dockerfile, KillSignal= "
                     "in the unit"},
             {"nginx", "STOPSIGNAL SIGQUIT, and worker_shutdown_timeout as its limit"},
             {"HAProxy", "STOPSIGNAL SIGUSR1, and hard-stop-after as its limit"},
             {"Apache", "STOPSIGNAL SIGWINCH, and GracefulShutdownTimeout as its limit"},
             {"lighttpd", "STOPSIGNAL SIGINT, and server.graceful-shutdown-timeout as its limit"},
             {"Ruby", "Unicorn: STOPSIGNAL SIGQUIT"},
             {"PHP",
              "php-fpm: STOPSIGNAL SIGQUIT, and process_control_timeout above its default of 0"}},
    },
    {
        .id = "term-means-reload",
        .title = "the signal reloads the server instead of ending it",
        .section = 'A',
        .severity = SEVERITY_CRITICAL,
        .seen = "Requests in flight are cut at the signal, new connections are served again "
                "shortly after, and the process never ends.",
        .why = "Every request in flight is lost, and the platform must kill the process at its "
               "deadline, which loses the next ones.",
        .reference = "signal(7)",
        .unit = "runs",
        .covers = "stream-stalls-drain silent-conn-stalls idle-after-close-stalls deadline-ignored "
                  "inflight-killed-at-signal main-exits-early exit-never no-connection-close "
                  "keepalive-served-forever health-still-200 no-deadline deadline-exceeds-platform "
                  "signal-during-startup pid1-no-handler " LOST_WITH_PROCESS,
        .find = find_term_means_reload,
        .fixes = {{"any", "make the signal end the server, or send the one that does"},
                  {"Python", "uWSGI: die-on-term = true, and hook-master-start = unix_signal:15 "
                             "gracefully_kill_them_all"}},
    },
    {
        .id = "signal-ignored",
        .title = "the signal changes nothing",
        .section = 'A',
        .severity = SEVERITY_HIGH,
        .seen = "Long after the signal new connections are served as before, and the process does "
                "not end.",
        .why = "Each deploy waits for the whole grace period, and then SIGKILL cuts off whatever "
               "is in flight.",
        .reference = "signal(7): SIG_IGN, and masks, are inherited through execve(2)",
        .unit = "runs",
        .fine = "it obeys the signal",
        .covers = "deadline-ignored "
                  "exit-never no-connection-close keepalive-served-forever health-still-200 "
                  "no-deadline deadline-exceeds-platform signal-during-startup pid1-no-handler "
                  "stream-stalls-drain silent-conn-stalls idle-after-close-stalls",
        .find = find_signal_ignored,
        .fixes = {{"any", "install a handler; see /proc/PID/status (SigIgn, SigBlk) whether a "
                          "parent has left the signal ignored or blocked"},
                  {"Go", "signal.Notify alone only takes the signal: something must receive it and "
                         "call srv.Shutdown"},
                  {"Node", "a process.on('SIGTERM') handler replaces the default exit: it must end "
                           "the server itself"},
                  {"Python", "a handler that only sets a flag needs a loop that looks at it"}},
    },
    {
        .id = "unrelated-signal-stops",
        .title = "a signal that means something else stops it",
        .section = 'A',
        .severity = SEVERITY_MEDIUM,
        .seen = "After a signal that does nothing by default (SIGWINCH, SIGURG, SIGCHLD) the "
                "listener closes or the process ends.",
        .why =
            "A terminal that is resized, or a tool that signals for another purpose, takes the "
            "service down. Where the manual calls the signal a graceful stop (Apache), it is only "
            "a remark.",
        .reference = "signal(7)",
        .unit = "signals",
        .fine = "a signal with another meaning does not stop it",
        .find = find_unrelated_signal,
        .fixes = {{"any", "let only the documented stop signals stop it"},
                  {"Apache",
                   "run it without a terminal (no docker run -t): SIGWINCH is its graceful stop"}},
    },
    {
        .id = "signal-during-startup",
        .title = "a signal during the start is forgotten",
        .section = 'A',
        .severity = SEVERITY_HIGH,
        .seen = "The signal comes before the server is ready; it goes on starting, listens, and "
                "never ends.",
        .why = "A deploy that is rolled back at once, or a crash loop, leaves servers that must be "
               "killed, with whatever they then serve.",
        .reference = "signal(7); signal-safety(7)",
        .unit = "starts",
        .fine = "a signal during the start ends it",
        .find = find_startup_signal,
        .fixes = {{"any", "install the handler first thing, and look at its flag before listening"},
                  {"Go", "take the context from signal.NotifyContext before anything else, and "
                         "check ctx.Err() before ListenAndServe"},
                  {"Node", "register process.on('SIGTERM') at the top of the entry file, and check "
                           "its flag in the listen callback"},
                  {"Java", "Runtime.addShutdownHook before the server is started"}},
    },
    {0},
};
