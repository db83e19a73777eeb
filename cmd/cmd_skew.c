/* drainctl skew: does a page that is open go on after a deploy? */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ending.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "output/outputs.h"
#include "report/skew/skew_report.h"
#include "skew/walk.h"

enum { AGAIN_MS = 200 };

static const char *deploy;
static int64_t request_timeout_ns = 30 * NS_PER_S, ready_ns = 30 * NS_PER_S;
static struct option_list reports;
static int color;
static bool quiet, verbose;

static const char *const format_words[] = {"text", "json", NULL};

static const struct option options[] = {
    OPT_STRING('d', "deploy", &deploy, "COMMAND",
               "what deploys, for /bin/sh; without it, deploy by hand and press Enter"),
    OPT_DURATION(0, "ready", &ready_ns,
                 "after the deploy, wait this long for an answer of the page (30s)"),
    OPT_DURATION(0, "request-timeout", &request_timeout_ns,
                 "give up on a file after this long (30s)"),
    OPT_REPORTS(&reports, format_words, OUTPUTS_FILE_HELP),
    OPT_FLAG('v', "verbose", &verbose, "every file, not the first few"),
    OPT_FLAG('q', "quiet", &quiet, "no remarks, and no progress"),
    OPT_COLOR(&color),
    {0},
};

static volatile sig_atomic_t stopped_by, deploy_pid;

/* What stops drainctl stops the deploy too, at whatever instant it comes. */
static void on_signal(int signo)
{
    stopped_by = signo;
    if (deploy_pid)
        kill((pid_t)deploy_pid, signo);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: waiting ends */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void told(const char *url)
{
    char line[128];
    snprintf(line, sizeof line, "asking for %.100s", url);
    message_progress(quiet ? "" : line);
}

/* --- the deploy --- */

/* What it prints goes to standard error: standard output is the report's. */
static int start_deploy(pid_t *pid, struct error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, mem_strdup(deploy), NULL};
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int errnum = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(argv[2]);
    if (errnum)
        return error_set_errno(err, ERROR_RUN, errnum, "the deploy command could not be started");
    return 0;
}

static int run_deploy(struct error *err)
{
    pid_t pid;
    int status = 0;
    if (start_deploy(&pid, err) < 0)
        return -1;
    deploy_pid = pid;
    if (stopped_by)
        kill(pid, stopped_by);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    deploy_pid = 0;
    if (stopped_by || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return 0;
    char how[ENDING_SIZE];
    return error_set(err, ERROR_RUN, "the deploy command %s",
                     ending_say_status(how, sizeof how, status));
}

static int wait_for_enter(struct error *err)
{
    message_progress("");
    if (isatty(STDIN_FILENO))
        message_note("deploy now, and press Enter when it is done");
    for (char c = 0; !stopped_by && c != '\n';) {
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n == 0) {
            error_set(err, ERROR_USAGE,
                      "standard input ended before anything said that the deploy is done");
            return error_hint(err, "give the command with --deploy, or press Enter");
        }
        if (n < 0 && errno != EINTR)
            return error_set_errno(err, ERROR_RUN, errno, "standard input could not be read");
    }
    return 0;
}

/* A new server may need a while to listen. */
static int wait_for_page(struct skew *s, struct fetch *f, struct error *err)
{
    int64_t ends_ns = clock_ns() + ready_ns;
    while (!skew_page_again(s, f) && !stopped_by) {
        if (clock_ns() >= ends_ns) {
            const struct fetch_facts *page = &s->page.after;
            if (page->status)
                return error_set(err, ERROR_RUN,
                                 "after the deploy the page was answered with status %d",
                                 page->status);
            return error_set(err, ERROR_RUN, "after the deploy the page was not answered: %s",
                             page->problem);
        }
        poll(NULL, 0, AGAIN_MS); /* a signal cuts it short */
    }
    return 0;
}

/* --- all of it --- */

static int watch_deploy(struct skew *s, struct fetch *f, const char *url, struct error *err)
{
    if (skew_walk(s, f, url, &stopped_by, told, err) < 0)
        return -1;
    message_progress("");
    int64_t begun_ns = clock_ns();
    if (!stopped_by && (deploy ? run_deploy(err) : wait_for_enter(err)) < 0)
        return -1;
    s->deploy.command = deploy;
    s->deploy.ns = clock_ns() - begun_ns;
    if (!stopped_by && wait_for_page(s, f, err) < 0)
        return -1;
    skew_files_again(s, f, &stopped_by, told);
    message_progress("");
    return 0;
}

static int write_reports(struct skew *s, const struct outputs *out, struct error *err)
{
    skew_judge(s);
    struct report_input input = {
        .kind = REPORT_SKEW, .skew = s, .quiet = quiet, .verbose = verbose};
    if (outputs_write(out, &input, err) < 0)
        return command_fail(err);
    return s->failed ? EXIT_FAILED : s->inconclusive ? EXIT_INCONCLUSIVE : EXIT_PASSED;
}

static int with_outputs(const char *url, const struct outputs *out, struct error *err)
{
    struct skew s = {0};
    int status = EXIT_INCONCLUSIVE;
    struct fetch *f = fetch_new(request_timeout_ns, &stopped_by, err);
    catch_signals();
    int rc = f ? watch_deploy(&s, f, url, err) : -1;
    if (stopped_by)
        status = 128 + stopped_by;
    else if (rc < 0)
        status = command_fail(err);
    else
        status = write_reports(&s, out, err);
    skew_free(&s);
    fetch_free(f);
    return status;
}

static int run_skew(int argc, char **argv, struct error *err)
{
    struct outputs outputs;
    (void)argc;
    messages_color(color);
    char *url = post_is_address(argv[0]) ? fetch_resolve(argv[0], argv[0]) : NULL;
    if (!url) {
        error_set(err, ERROR_USAGE, "'%.200s' is not an http URL", argv[0]);
        error_hint(err, "write it whole: http://127.0.0.1:8080/");
        return command_fail(err);
    }
    int status = EXIT_USAGE;
    if (request_timeout_ns < NS_PER_MS) {
        error_set(err, ERROR_USAGE, "option '--request-timeout' takes at least 1ms");
        status = command_fail(err);
    } else if (outputs_open_as(&outputs, skew_formats, &reports, err) < 0) {
        status = command_fail(err);
    } else {
        status = with_outputs(url, &outputs, err);
        outputs_close(&outputs);
    }
    free(url);
    return status;
}

extern const struct command cmd_skew;
const struct command cmd_skew = {
    .name = "skew",
    .args = "[OPTIONS] URL",
    .summary = "does a page that is open go on after a deploy?",
    .about =
        "Asks for a page and for all that it needs: its scripts, style sheets and preloads, the "
        "chunks whose names stand in the scripts, and so on. Then it runs the deploy command, or "
        "waits until you press Enter, and asks for every old address again, as a page does that "
        "was open the whole time. A file that is gone is 'chunk-vanished'; a document where a "
        "script was is 'chunk-masked'; other bytes are 'chunk-mutated'.\n"
        "\n"
        "Only the page's own host is asked. Other hosts, and names that are made at run time, are "
        "only listed. What the deploy command prints goes to standard error. A page that is the "
        "same afterwards proves nothing, and does not pass.",
    .examples = "  drainctl skew http://127.0.0.1:8080/ --deploy './deploy.sh'\n"
                "  drainctl skew https://shop.example/ --report json=skew.json\n",
    .options = options,
    .formats = skew_formats,
    .min_args = 1,
    .max_args = 1,
    .arguments = ARGS_FREE,
    .exits = EXITS_SKEW,
    .run = run_skew,
};
