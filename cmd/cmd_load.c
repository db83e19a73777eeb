/* drainctl load: only the clients. */
#include "base/clock.h"
#include "session/load_live.h"
#include "cli/messages.h"
#include "session/session.h"
#include "plan/clients.h"

enum { MOST_CLIENTS = 1000000, MOST_REQUESTS = 1000000000 };

static struct session_options session_options = SESSION_DEFAULTS;
static struct clients_options clients = {
    .name = "load",
    .body_bytes = -1,
    .request_timeout_ns = 30 * NS_PER_S,
    .within_ns = NS_PER_S,
};
static struct option_list headers;
static const char *const connection_words[] = {"reuse", "new", NULL};
static int connection;
static const char *notify_file;

static const struct option options[] = {
    OPT_INT('c', "clients", &clients.clients, 1, MOST_CLIENTS, "N",
            "how many at a time (1; with --rate at most 1000)"),
    OPT_INT('n', "requests", &clients.requests, 1, MOST_REQUESTS, "N", "how many in all"),
    OPT_DURATION('z', "duration", &clients.duration_ns, "begin no more requests after this time"),
    OPT_STRING(0, "rate", &clients.rate, "N/s",
               "start this number of requests a second, however long the answers take"),
    OPT_STRING('X', "method", &clients.method, "METHOD", "GET; with --body POST"),
    OPT_LIST('H', "header", &headers, "'NAME: VALUE'", "send this field too; repeatable"),
    OPT_INT(0, "body", &clients.body_bytes, 0, INT64_C(1) << 40, "BYTES",
            "send a body of this many bytes"),
    OPT_DURATION(0, "body-over", &clients.body_over_ns, "spread the body over this time"),
    OPT_ENUM(0, "connection", &connection, connection_words, "KIND",
             "reuse: each client keeps its own alive; new: one for each request (reuse)"),
    OPT_DURATION(0, "pause", &clients.pause_ns, "between two requests of a client"),
    OPT_DURATION(0, "request-timeout", &clients.request_timeout_ns,
                 "how long a client waits for a whole answer (30s)"),
    OPT_INT(0, "read", &clients.read_bps, 1, INT64_C(1) << 40, "BYTES",
            "read at most this many bytes of an answer a second"),
    OPT_DURATION(0, "within", &clients.within_ns, "wait this long for a listener there (1s)"),
    OPT_STRING(0, "name", &clients.name, "NAME", "what reports call it (load)"),
    OPT_FILE(0, "notify", &notify_file, "FILE",
             "append a line for each thing that a script may wait for; see above"),
    OPT_INT(0, "seed", &session_options.seed, 0, INT64_C(1) << 53, "N",
            "seed of the random numbers"),
    OPT_DURATION('t', "timeout", &session_options.timeout_ns,
                 "end the run after this long, whatever was planned (a day)"),
    SESSION_OUTPUT_ROWS(session_options),
    {0},
};

static int settle(const char *url, struct error *err)
{
    clients.url = url;
    clients.headers = headers.items;
    clients.n_headers = headers.count;
    clients.fresh = connection == 1;
    if (clients.body_over_ns > 0 && clients.body_bytes < 0) {
        error_set(err, ERROR_USAGE, "option '--body-over' needs a body");
        return error_hint(err, "add --body BYTES");
    }
    return 0;
}

static int carry_out(const struct plan *plan, struct error *err)
{
    struct session s = {.recording = {.file_fd = -1}};
    struct live live;
    int status;
    bool line = messages_have_terminal() && !session_options.quiet;
    if (live_open(&live, clients.name, notify_file, line, err) < 0)
        return command_fail(err);
    if (session_open(&s, &session_options, plan, 1, err) < 0) {
        status = command_fail(err);
    } else {
        s.adapt = live_adapt;
        s.adapt_arg = &live;
        session_carry_out(&s);
        if (live_close(&live, err) < 0) {
            command_fail(err);
            s.incomplete = true;
        }
        status = session_report(&s, &(struct report_input){0}, results_status(&s.results), err);
    }
    session_close(&s);
    live_close(&live, err);
    return status;
}

static int run_load(int argc, char **argv, struct error *err)
{
    (void)argc;
    struct plan plan = {0};
    messages_color(session_options.color);
    if (settle(argv[0], err) < 0 || clients_plan(&clients, &plan, err) < 0)
        return command_fail(err);
    int status = carry_out(&plan, err);
    plan_free(&plan);
    return status;
}

extern const struct command cmd_load;
const struct command cmd_load = {
    .name = "load",
    .args = "[OPTIONS] URL",
    .summary = "only the clients: make requests, and say what became of each",
    .about =
        "Makes requests to a server that runs already, and says what became of each of them. "
        "Meanwhile you stop the server, or do with it what you like. The load ends after "
        "--requests or --duration, or at Ctrl-C: the first one lets what is in flight finish "
        "and begins nothing new, the second ends at once. A client whose connection is "
        "refused waits for 10 to 100 ms before its next attempt.\n\nThe exit status is 0 when "
        "requests were completed, and none was cut off, failed or timed out; being refused is "
        "no loss. It is 1 when one was, or when none was completed; 3 when no server listened, "
        "or the client itself was at a limit; 130 when Ctrl-C ended a load that would have "
        "ended by itself, or came twice.\n\n--notify FILE is for scripts; a FIFO will do. The "
        "lines are 'begin' when a server listens and the requests begin, 'in-flight N' (for N "
        "= 1, 2, 3, ...) when for the first time this number of requests are in flight and "
        "none of them lies in the server's accept queue, 'listener-closed' and 'listener-open' (of "
        "a server on this machine's loopback), and 'end'.",
    .examples = "  drainctl load http://127.0.0.1:8080/report -c 20\n"
                "  drainctl load http://127.0.0.1:8080/ --rate 500/s --duration 30s\n"
                "  drainctl load unix:/run/app.sock:/report -n 100\n"
                "  drainctl load http://127.0.0.1:8080/upload --body 1000000 --body-over 2s\n",
    .options = options,
    .min_args = 1,
    .max_args = 1,
    .run = run_load,
};
