/* drainctl serve: the reference server, in the foreground or in the background. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/duration.h"
#include "session/background.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "session/pidfile.h"
#include "server/server.h"

static struct server_options served = SERVER_DEFAULTS;
static int64_t port, control_port = -1, deregister_delay_ns;
static const char *pid_path, *log_path;
static struct option_list gates, notice_steps, commands;
static int log_format;
static const char *const log_formats[] = {[LOG_TEXT] = "text", [LOG_JSON] = "json", NULL};
static bool quiet, background;

static const struct option options[] = {
    OPT_STRING(0, "host", &served.at.host, "ADDRESS", "listen on this address"),
    OPT_INT(0, "port", &port, 0, 65535, "N", "listen on this port; 0 picks a free one"),
    OPT_FILE(0, "unix", &served.at.unix_path, "PATH",
             "listen at this Unix socket instead of a port; its file goes with the listener"),
    OPT_INT(0, "control", &control_port, -1, 65535, "PORT",
            "gates, gauge and ledger on this loopback port; 0 picks one, -1 is off"),
    OPT_DURATION(0, "drain-timeout", &served.drain.timeout_ns,
                 "from the signal to the closing of what is left"),
    OPT_DURATION(0, "drain-delay", &served.drain.delay_ns,
                 "keep accepting for this time after the signal, while not ready"),
    OPT_DURATION(0, "close-spread", &served.drain.close_spread_ns,
                 "end subscriptions and idle connections one after the other over this time (4ms "
                 "for each subscription, when there are more than 20)"),
    OPT_FILE(0, "handover", &served.at.handover, "PATH",
             "take over from the server at this Unix socket, and be there for the next one"),
    OPT_STRING(0, "registry", &served.registry.where, "KIND:WHERE",
               "keep an entry there for clients: file:FOLDER or etcd://HOST:PORT/services/NAME"),
    OPT_STRING(0, "otlp", &served.records.otlp, "URL",
               "send a span of each request, query, call, job and closing step to this collector"),
    OPT_DURATION(0, "registry-ttl", &served.registry.ttl_ns,
                 "an entry that is not renewed for this time has expired"),
    OPT_DURATION(0, "deregister-delay", &deregister_delay_ns,
                 "keep accepting for this time after its entry says 'draining'"),
    OPT_DURATION(0, "notice-default", &served.notice.default_ns,
                 "the notice before the shutdown that SIGUSR1 plans (5m)"),
    OPT_LIST(0, "notice-step", &notice_steps, "STEP=DURATION",
             "move no-sessions (60s), tell-subscriptions (10s) or no-subscriptions (at once)"),
    OPT_DURATION(0, "retry-spread", &served.notice.retry_spread_ns,
                 "the random part of what an event stream is told to wait (2s)"),
    OPT_LIST(0, "on-shutdown", &commands, "NAME=COMMAND",
             "a closing step: run by the shell when the requests are finished"),
    OPT_DURATION(0, "on-shutdown-limit", &served.closing.command_limit_ns,
                 "the time that each of them has (5s)"),
    OPT_LIST(0, "gate", &gates, "NAME=POINT",
             "open a gate at draining, listener-closed or deadline"),
    OPT_FILE(0, "database", &served.database.place, "FILE|URL",
             "orders are kept in this SQLite file, or in postgres://USER:PASSWORD@HOST/NAME"),
    OPT_INT(0, "pool", &served.database.pool_size, 1, 256, "N", "connections to the database"),
    OPT_INT(0, "pool-queue", &served.database.pool_queue, 0, 1 << 20, "N",
            "requests that may wait for one; beyond it they get 503"),
    OPT_INT(0, "consumers", &served.queue.consumers, 0, 64, "N",
            "how many jobs of /api/jobs, and events of --subscribe, are done at a time"),
    OPT_STRING(0, "queue", &served.queue.url, "URL",
               "where the jobs of /api/jobs are: 'database', redis://HOST:PORT/STREAM or "
               "kafka://HOST:PORT/TOPIC"),
    OPT_STRING(0, "publish", &served.queue.publish, "URL",
               "put an event for each order into this queue, from an outbox in the database"),
    OPT_STRING(0, "subscribe", &served.queue.subscribe, "URL",
               "handle the events of this queue, each once: GET /api/events-handled lists them"),
    OPT_DURATION(0, "job-lease", &served.queue.lease_ns,
                 "jobs of a process that was killed are taken over after this"),
    OPT_STRING(0, "upstream", &served.upstream.url, "URL",
               "the service that /api/aggregate and /api/upstream call"),
    OPT_DURATION(0, "request-timeout", &served.upstream.timeout_ns,
                 "the deadline of /api/aggregate; then all that it began is cancelled"),
    OPT_FILE(0, "ledger", &served.records.ledger, "WHERE",
             "write what is seen of each request to a file, or to an open descriptor (fd:3)"),
    OPT_FLAG(0, "ledger-all", &served.records.ledger_all,
             "also write requests without X-Drainctl-Attempt: number, method and target"),
    OPT_DURATION(0, "order-time", &served.database.order_time_ns,
                 "how long the work of each order in /api/orders takes, as a payment does (0)"),
    OPT_FAULT(0, "fault", &served.fault, "ID",
              "stop badly in one known way; 'list' prints the ways"),
    OPT_FLAG(0, "web", &served.web,
             "serve the page too: an order form in a browser, and how it takes a shutdown"),
    OPT_INT(0, "web-build", &served.web_build, 0, 99999, "N",
            "the page as another build has it: new names, and the old ones are gone"),
    OPT_INT(0, "max-header", &served.limits.header_bytes, 256, 1 << 20, "BYTES",
            "largest header section"),
    OPT_INT(0, "max-body", &served.limits.body_bytes, 0, INT64_C(1) << 40, "BYTES", "largest body"),
    OPT_DURATION(0, "header-timeout", &served.limits.header_timeout_ns,
                 "longest time that a header section may take"),
    OPT_DURATION(0, "body-timeout", &served.limits.body_timeout_ns,
                 "longest silence within a body"),
    OPT_DURATION(0, "idle-timeout", &served.limits.idle_timeout_ns,
                 "longest silence between two requests"),
    OPT_FLAG('b', "background", &background,
             "return when it listens, and print its port; 'drainctl stop' stops it"),
    OPT_FILE(0, "pid-file", &pid_path, "FILE",
             "where its pid is kept while it runs (with --background: " PIDFILE_DEFAULT ")"),
    OPT_FILE(0, "log", &log_path, "FILE", "append the log to this file"),
    OPT_ENUM(0, "log-format", &log_format, log_formats, "FORMAT", "text or json"),
    OPT_FLAG('q', "quiet", &quiet, "no log on standard error"),
    {0},
};

#define LEAST_LEASE_NS (100 * NS_PER_MS)

static int check_unix(struct error *err)
{
    const char *other = port                    ? "--port"
                        : served.at.handover    ? "--handover"
                        : served.registry.where ? "--registry"
                                                : NULL;
    if (!served.at.unix_path || !other)
        return 0;
    error_set(err, ERROR_USAGE, "--unix does not go with %s", other);
    return error_hint(err, port ? "a server listens at one of the two"
                                : "it wants a server that listens on a port");
}

/* What one option alone cannot say. */
static int check_options(struct error *err)
{
    char text[32];
    if (check_unix(err) < 0)
        return -1;
    for (int i = 0; i < notice_steps.count; i++)
        if (notice_rules_set(&served.notice.rules, notice_steps.items[i], err) < 0)
            return -1;
    if (served.queue.lease_ns < LEAST_LEASE_NS) {
        error_set(err, ERROR_USAGE, "--job-lease must be at least 100ms, not %s",
                  duration_format(served.queue.lease_ns, text, sizeof text));
        return error_hint(err, "it is renewed three times within it");
    }
    if (served.queue.subscribe && served.queue.consumers == 0) {
        error_set(err, ERROR_USAGE, "--subscribe with --consumers 0 would handle no event");
        return error_hint(err, "--consumers says how many events are handled at a time, too");
    }
    if (deregister_delay_ns > 0 && !served.registry.where) {
        error_set(err, ERROR_USAGE, "--deregister-delay needs a registry");
        return error_hint(err, "add --registry, or use --drain-delay");
    }
    if (served.registry.ttl_ns < 100 * NS_PER_MS) {
        error_set(err, ERROR_USAGE, "--registry-ttl is too short to be renewed in time");
        return error_hint(err, "at least 100ms");
    }
    if (served.drain.close_spread_ns < served.drain.timeout_ns || served.drain.close_spread_ns == 0)
        return 0;
    error_set(err, ERROR_USAGE, "--close-spread %s leaves nothing of the drain timeout",
              duration_format(served.drain.close_spread_ns, text, sizeof text));
    return error_hint(err, "--drain-timeout must be longer, it is %s",
                      duration_format(served.drain.timeout_ns, text, sizeof text));
}

/* The rest of what the server is told, once all options are read. */
static struct server_options *settle(FILE *out, FILE *log)
{
    served.at.port = (int)port;
    served.at.control_port = (int)control_port;
    served.at.out = out;
    if (deregister_delay_ns > served.drain.delay_ns)
        served.drain.delay_ns = deregister_delay_ns;
    served.closing.commands = commands.items;
    served.closing.n_commands = commands.count;
    served.gates = gates.items;
    served.n_gates = gates.count;
    served.records.log_format = (enum log_format)log_format;
    served.records.log = quiet && !log_path ? NULL : log;
    return &served;
}

static int take_pid_file(void *arg, struct error *err)
{
    return pidfile_take(arg, pid_path, err);
}

static void leave_pid_file(void *arg)
{
    pidfile_drop(arg);
}

/* With the pid file held from before it listens until it has stopped, or is handed over. */
static int serve(struct server_options *o, struct error *err)
{
    struct pidfile pid_file = {.fd = -1};
    if (pid_path)
        o->at.turn = (struct server_turn){take_pid_file, leave_pid_file, &pid_file};
    int status = server_run(o, err);
    pidfile_drop(&pid_file);
    return status;
}

static int serve_in_foreground(struct error *err)
{
    FILE *log = log_path ? fopen(log_path, "ae") : stderr;
    if (!log)
        return error_set_errno(err, ERROR_RUN, errno, "cannot write the log '%s'", log_path);
    struct server_options *o = settle(stdout, log);
    int status = serve(o, err);
    if (log_path)
        fclose(log);
    return status;
}

/* The child's whole life; its standard output is not read any more, and nothing waits for it. */
static NORETURN void live_in_background(struct background *b)
{
    struct error err = {0};
    struct server_options *o = settle(b->lines, stderr);
    int status = serve(o, &err);
    if (status < 0)
        background_failed(b, &err);
    _exit(status < 0 ? EXIT_INCONCLUSIVE : status);
}

/* The lines that the server says when it listens end in ":PORT". */
static int print_ports(struct background *b, struct error *err)
{
    char line[256];
    for (int i = 0; i < (control_port >= 0 ? 2 : 1); i++) {
        if (background_line(b, line, sizeof line, err) < 0)
            return -1;
        const char *colon = strrchr(line, ':');
        printf("%s\n", colon ? colon + 1 : line);
        if (!quiet)
            message_note("%s, pid %d, in '%s'", line, (int)b->pid, pid_path);
    }
    return fflush(stdout) == 0
               ? 0
               : error_set_errno(err, ERROR_RUN, errno, "cannot print the server's port");
}

static int serve_in_background(struct error *err)
{
    struct background b;
    if (served.records.ledger && strncmp(served.records.ledger, "fd:", 3) == 0) {
        error_set(err, ERROR_USAGE, "a server in the background keeps no descriptor '%s'",
                  served.records.ledger);
        return error_hint(err, "give the ledger a file: --ledger FILE");
    }
    if (!pid_path)
        pid_path = PIDFILE_DEFAULT;
    if (background_fork(&b, log_path, err) < 0)
        return -1;
    if (b.pid == 0)
        live_in_background(&b);
    if (print_ports(&b, err) < 0) {
        background_end(&b);
        return -1;
    }
    background_leave(&b);
    return 0;
}

static int run(int argc, char **argv, struct error *err)
{
    (void)argc;
    (void)argv;
    if (served.fault && strcmp(served.fault, "list") == 0) {
        server_print_faults(stdout);
        return EXIT_PASSED;
    }
    if (check_options(err) < 0)
        return EXIT_USAGE;
    int status = background ? serve_in_background(err) : serve_in_foreground(err);
    if (status < 0)
        return err->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_INCONCLUSIVE;
    return status;
}

const struct command cmd_serve = {
    .name = "serve",
    .args = "[OPTIONS]",
    .summary = "run the reference server",
    .about =
        "Serves HTTP/1.1 until SIGTERM or SIGINT, and then stops without losing a request: "
        "readiness "
        "turns at once, the listener closes with an empty queue, the requests in flight are "
        "answered, and it exits right after the last answer. It prints the address on standard "
        "output when it listens, and one line for each transition of its life on standard error. "
        "The exit "
        "status is 0 after a whole drain, 1 when the drain timeout cut requests off or a closing "
        "step failed or hung, and 130 after a second SIGINT.\n\nWith --background it returns as "
        "soon as it listens, with the port alone on standard output (and the control port on a "
        "second line), and keeps its pid in a file, by which 'drainctl stop' finds it.\n\nA "
        "shutdown that is planned can be announced: by 'drainctl notice', or with SIGUSR1. "
        "/actuator/health says so from then on, and shortly before it no new client is let in and "
        "event streams are told when to come back.\n\nWith --handover it can be replaced while it "
        "serves: the next process that is started with the same PATH gets its listening socket, "
        "says that it is ready, and only then this one drains. Under systemd it takes its sockets "
        "from LISTEN_FDS and speaks to NOTIFY_SOCKET.\n\nPaths: /api/data?ms=N (GET or POST), "
        "/api/stream?ms=N&chunks=K&bytes=B, /api/upload (POST), /api/report?ms=N, "
        "/api/aggregate?ms=N&timeout=MS, /api/orders and /api/jobs (GET or POST), "
        "/api/events-written, /api/events-handled, /api/upstream, /api/events?every=MS, "
        "/api/session, /metrics, /hold?gate=NAME, /live, /ready, /health, /api/health, "
        "/actuator/health. On the control port: /gates/NAME/open (POST or PUT), /gauge, /ledger, "
        "/notice (GET, POST or DELETE).\n\nWith --web there is a page at / as well: an order form "
        "that shows what a frontend can do for its users while its server goes away and comes "
        "back.",
    .examples = "  drainctl serve --port 8080\n"
                "  drainctl serve --port 8080 --control 8081 --drain-delay 2s\n"
                "  drainctl serve --port 8080 --close-spread 2s --notice-step no-sessions=2m\n"
                "  drainctl serve --unix /run/shop.sock\n"
                "  drainctl serve --port 8080 --fault exit-early\n"
                "  drainctl serve --port 8080 --handover /run/shop.sock\n"
                "  drainctl serve --port 8080 --control 0 --web\n"
                "  drainctl serve --database postgres://shop@db1,db2/shop\n"
                "  port=$(drainctl serve --background -q); drainctl stop\n"
                "  drainctl serve --fault list\n",
    .options = options,
    .min_args = 0,
    .max_args = 0,
    .exits = EXITS_SERVE,
    .run = run,
};
