/* drainctl watch: follow a server's status as a frontend does. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "session/watch_print.h"

static int64_t interval_ns = NS_PER_S, request_timeout_ns = 2 * NS_PER_S, timeout_ns;
static int until = -1, connection, color;
static bool json, quiet;

static const char *const connection_words[] = {"reuse", "new", NULL};

static const struct option options[] = {
    OPT_DURATION('i', "interval", &interval_ns, "from one poll's start to the next one's (1s)"),
    OPT_DURATION(0, "request-timeout", &request_timeout_ns,
                 "give up on an answer after this long (2s)"),
    OPT_ENUM(0, "connection", &connection, connection_words, "HOW",
             "reuse: keep it alive between polls; new: a new one each time (reuse)"),
    OPT_ENUM('u', "until", &until, poll_state_words, "STATE",
             "end when this state is seen: up, not-ready, failing, refused, cut-off, no-answer, "
             "unreachable"),
    OPT_DURATION('t', "timeout", &timeout_ns,
                 "end after this long; with --until, that is a failure"),
    OPT_FLAG(0, "json", &json, "one JSON object a line, for programs"),
    OPT_FLAG('q', "quiet", &quiet, "only the summary, and no progress"),
    OPT_COLOR(&color),
    {0},
};

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t stopped_by;

static void on_signal(int signo)
{
    stopped_by = signo;
}

/* The signals come only where they are waited for: no gap between a look and a sleep. */
static void catch_signals(sigset_t *open)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&blocked, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, open);
}

static void wait_until(int64_t due_ns, const sigset_t *open)
{
    int64_t left = due_ns - clock_ns();
    if (left <= 0 || stopped_by)
        return;
    struct timespec t = {.tv_sec = left / NS_PER_S, .tv_nsec = left % NS_PER_S};
    ppoll(NULL, 0, &t, open);
}

static void ask(struct poll *p, struct poll_answer *answer, const sigset_t *open)
{
    sigset_t before;
    sigprocmask(SIG_SETMASK, open, &before);
    poll_once(p, answer);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static int end_status(const struct watching *w)
{
    if (until >= 0 && w->polls && w->last.state == (enum poll_state)until)
        return EXIT_PASSED;
    if (stopped_by)
        return 128 + stopped_by;
    if (until >= 0 && !ferror(stdout)) {
        message_error("the state '%s' was not seen in time", poll_state_words[until]);
        return EXIT_FAILED;
    }
    return EXIT_PASSED;
}

static int follow(struct poll *p, int64_t ends_ns)
{
    struct poll_answer answer;
    struct watching w;
    sigset_t open;
    watching_begin(&w, json, quiet);
    catch_signals(&open);
    while (!stopped_by) {
        ask(p, &answer, &open);
        if (stopped_by)
            break;
        watching_add(&w, &answer);
        bool seen = until >= 0 && answer.state == (enum poll_state)until;
        int64_t next_ns = answer.start_ns + interval_ns;
        if (seen || next_ns >= ends_ns || ferror(stdout))
            break;
        wait_until(next_ns, &open);
    }
    if (until < 0 && !stopped_by && !ferror(stdout))
        wait_until(ends_ns, &open);
    watching_end(&w);
    return end_status(&w);
}

static int run_watch(int argc, char **argv, struct error *err)
{
    (void)argc;
    messages_color(color);
    if (interval_ns < NS_PER_MS || request_timeout_ns < NS_PER_MS) {
        error_set(err, ERROR_USAGE, "an interval or timeout needs at least 1ms");
        return EXIT_USAGE;
    }
    struct poll *p = poll_new(argv[0], connection == 0, request_timeout_ns, &stopped_by, err);
    if (!p)
        return EXIT_USAGE;
    int status = follow(p, timeout_ns ? clock_ns() + timeout_ns : INT64_MAX);
    poll_free(p);
    return status;
}

extern const struct command cmd_watch;
const struct command cmd_watch = {
    .name = "watch",
    .args = "[OPTIONS] URL",
    .summary = "follow a server's status as a frontend does",
    .about = "Polls a URL and prints every change of what a frontend can tell its users: up, "
             "not-ready (503 or 429), failing, refused, cut-off, no-answer, unreachable; with the "
             "status code, Retry-After, and the \"status\" or \"state\" of a JSON answer. When "
             "a connection dies during a poll, that is shown: browsers and libcurl silently ask "
             "again. It goes on until Ctrl-C, --until or --timeout, and then sums up.",
    .examples = "  drainctl watch http://127.0.0.1:8080/ready\n"
                "  drainctl watch --interval 200ms --until refused http://127.0.0.1:8080/health\n"
                "  drainctl watch --until up --timeout 30s -q http://127.0.0.1:8080/ready\n",
    .options = options,
    .min_args = 1,
    .max_args = 1,
    .arguments = ARGS_FREE,
    .exits = EXITS_WATCH,
    .run = run_watch,
};
