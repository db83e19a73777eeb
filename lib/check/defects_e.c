/* Sections E and F of the catalogue: after the exit, and the platform's side. */
#include "check/defects.h"

const struct defect defects_after[] = {
    {
        .id = "exit-code-ambiguous",
        .title = "the exit status after a clean drain is not 0",
        .section = 'E',
        .severity = SEVERITY_LOW,
        .seen = "Nothing was lost and nothing dragged on, and the process ends with another status "
                "than 0, or by a signal.",
        .why = "systemd, batch schedulers and alerts take it for a crash. Death by the signal, and "
               "128 plus its number, are conventions of their own, and only a remark here.",
        .reference = "exit(3); systemd.service(5) SuccessExitStatus=",
        .unit = "runs",
        .fine = "it exits with 0 after a clean drain",
        .find = find_exit_code,
        .fixes = {{"any", "exit with 0 after a clean drain, and with another status after one that "
                          "was cut short"},
                  {"Go", "http.ErrServerClosed is not an error: no log.Fatal on it"},
                  {"Java", "143 is the JVM's way; SuccessExitStatus=143 in the unit"},
                  {"Ruby", "Puma dies of SIGTERM on purpose: raise_exception_on_sigterm false"},
                  {"Python", "uvicorn (0.29 and later) dies of the signal on purpose: "
                             "SuccessExitStatus=SIGTERM in the unit"}},
    },
    {
        .id = "workers-orphaned",
        .title = "processes are left behind",
        .section = 'E',
        .severity = SEVERITY_HIGH,
        .seen = "The process has exited, and others that it started are still there, or answer "
                "requests well after its end.",
        .why = "Workers without their master may hold the port and answer with old code; the next "
               "start fails, or two versions serve at once.",
        .reference = "wait(2), prctl(2) PR_SET_PDEATHSIG",
        .unit = "runs",
        .fine = "no process is left behind",
        .find = find_workers_orphaned,
        .fixes = {{"any", "end and wait for every child before the exit; let children end when "
                          "their parent does (PR_SET_PDEATHSIG)"},
                  {"Node", "child.kill() in the shutdown, and wait for 'exit'"},
                  {"Python", "multiprocessing: daemon=True, or terminate() and join()"},
                  {"Go", "exec.CommandContext, and cmd.Wait"},
                  {"systemd", "KillMode=control-group or mixed, never process"}},
    },
    {
        .id = "listener-fd-leaked",
        .title = "another process keeps the listening socket",
        .section = 'E',
        .severity = SEVERITY_HIGH,
        .seen = "After the exit connect() still succeeds, nobody answers, and an unrelated process "
                "holds the socket.",
        .why = "Clients hang instead of being refused, and the next start fails with \"address "
               "already in use\".",
        .reference = "open(2) O_CLOEXEC, socket(2) SOCK_CLOEXEC, execve(2)",
        .unit = "runs",
        .fine = "nobody listens on the port after the exit",
        .covers = "workers-orphaned",
        .find = find_listener_leaked,
        .fixes = {{"any", "open the listener with SOCK_CLOEXEC, and end helpers before the exit"},
                  {"Python",
                   "subprocess with close_fds=True (the default); socket.set_inheritable(False)"},
                  {"PHP", "php-fpm: no long-running exec() from a request"}},
    },
    {
        .id = "stale-socket-file",
        .title = "a socket or pid file is left behind",
        .section = 'E',
        .severity = SEVERITY_LOW,
        .seen = "A file that the server made is still there after the exit.",
        .why = "bind() on the old socket file fails, or the pid file names a stranger: the next "
               "start, or the next signal, goes wrong.",
        .reference = "unix(7)",
        .unit = "runs",
        .fine = NULL,
        .find = find_leftover_file,
        .fixes = {{"any", "unlink it on the way out, and before bind() as well"},
                  {"nginx", "1.19.1 and later remove it on QUIT"}},
    },
    {0},
};

const struct defect defects_platform[] = {
    {
        .id = "endpoint-lag",
        .title = "the platform still sends requests when the listener is closed",
        .section = 'F',
        .severity = SEVERITY_MEDIUM,
        .seen = "New connections are refused during the time in which, on this platform, they go "
                "on arriving after the signal.",
        .why = "The server does nothing wrong, and users still see errors at each deploy: load "
               "balancers learn of the end later than the process.",
        .reference = "Kubernetes, Pod Lifecycle, Termination of Pods; KEP-3960",
        .unit = "new connections after the signal",
        .fine = "new connections were served as long as the platform may send them",
        .find = find_endpoint_lag,
        .fixes =
            {{"any",
              "fail readiness at the signal, go on serving for the lag, then close the listener"},
             {"Kubernetes",
              "lifecycle.preStop.sleep: {seconds: 5} (1.30 and later), or exec sleep"},
             {"Go", "time.Sleep(5 * time.Second) between readiness and Shutdown"},
             {"Node", "setTimeout between readiness and server.close()"},
             {"Java", "a preStop sleep; Spring Boot closes the listener at once"}},
    },
    {
        .id = "prestop-eats-grace",
        .title = "the hook before the signal leaves too little time",
        .section = 'F',
        .severity = SEVERITY_MEDIUM,
        .seen =
            "Requests in flight are killed when what the pre-stop hook leaves of the platform's "
            "grace is over.",
        .why = "The grace period runs from the beginning of the hook, so the kill comes in the "
               "middle of the drain.",
        .reference = "Kubernetes, Pod Lifecycle, Termination of Pods",
        .unit = "requests in flight",
        .fine = "the hook and the drain fit into the platform's grace",
        .covers = "exit-never silent-conn-stalls stream-stalls-drain idle-after-close-stalls",
        .find = find_prestop,
        .fixes = {{"any", "hook + drain < grace: shorten the hook, or raise the grace"},
                  {"Kubernetes",
                   "terminationGracePeriodSeconds = hook + the server's limit + a few seconds"}},
    },
    {
        .id = "nonidempotent-not-retried",
        .title = "a loss that only a POST can show",
        .section = 'F',
        .severity = SEVERITY_HIGH,
        .seen = "All the GET requests in flight were answered, and POST requests beside them were "
                "cut without a byte.",
        .why = "Clients and proxies repeat a GET silently, and must not repeat a POST: tests with "
               "GET alone report no loss.",
        .reference = "RFC 9110 section 9.2.2; RFC 9112 section 9.3.1",
        .unit = "POST requests in flight",
        .fine = "{n} of {n} POST requests in flight were answered too",
        .covers = "inflight-killed-at-signal main-exits-early",
        .find = find_post_lost,
        .fixes = {{"any", "drain POST as GET; let clients send an Idempotency-Key, so that a "
                          "repeat does no harm"}},
    },
    {0},
};
