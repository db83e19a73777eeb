/* drainctl check: audit any server, with no scenario file. */
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/fds.h"
#include "base/signame.h"
#include "base/unix_address.h"
#include "session/check_verdict.h"
#include "cli/messages.h"
#include "output/same_file.h"
#include "cli/platform.h"
#include "session/session.h"
#include "check/checklist.h"

/* Without a platform: longer than the ten seconds that many servers set themselves as a limit. */
static const int64_t default_grace_ns = 12 * NS_PER_S;

enum { MOST_PIDS = 4194304 }; /* PID_MAX_LIMIT, proc(5) */

/* Most runs at a time; how many are at work depends on the processors (session/places.h). */
enum { MOST_JOBS = 16 };

static struct session_options session_options = SESSION_DEFAULTS_WITH(MOST_JOBS);
static struct battery_options battery_options = {.paths.fast = "/", .within_ns = 10 * NS_PER_S};
static struct checklist_options checklist;
static bool with_checklist;
static const char *baseline_file;
static int fail_on = SEVERITY_MEDIUM;

static const struct option options[] = {
    OPT_STRING(0, "slow", &battery_options.paths.slow, "PATH",
               "a path that takes a second or two; the requests that matter most"),
    OPT_STRING(0, "outlast", &battery_options.paths.outlast, "PATH",
               "a path that takes longer than the grace (made from ms=N in --slow)"),
    OPT_STRING(0, "path", &battery_options.paths.fast, "PATH", "a path that answers at once (/)"),
    OPT_STRING(0, "stream", &battery_options.paths.stream, "PATH",
               "a path whose answer comes in parts and must be finished (a report)"),
    OPT_STRING(0, "subscription", &battery_options.paths.subscription, "PATH",
               "a path whose answer never ends by itself (events); it must be ended"),
    OPT_STRING(0, "large", &battery_options.paths.large, "PATH",
               "a path with an answer of a megabyte or more (tried with --path, if that has one)"),
    OPT_STRING(0, "upload", &battery_options.paths.upload, "PATH",
               "a path that reads the body of a POST"),
    OPT_STRING(0, "page", &battery_options.paths.page, "PATH",
               "a page with scripts: are its files still there after a restart?"),
    OPT_STRING(0, "deploy", &battery_options.deploy, "COMMAND",
               "with --page: what deploys a new build while the server is down, for /bin/sh"),
    OPT_STRING(0, "ready", &battery_options.paths.ready, "PATH", "the readiness path"),
    OPT_STRING(0, "live", &battery_options.paths.live, "PATH", "the liveness path"),
    OPT_STRING(0, "ready-log", &battery_options.ready_log, "REGEX",
               "ready when a line of output matches"),
    OPT_FLAG(0, "notify", &battery_options.notify,
             "give it a NOTIFY_SOCKET, as systemd does; it is ready when it says READY=1"),
    OPT_FLAG(0, "socket-activation", &battery_options.socket_activation,
             "hold its listening socket and pass it as descriptor 3 (LISTEN_FDS), as systemd does"),
    OPT_DURATION(0, "within", &battery_options.within_ns,
                 "how long it may take to become ready (10s)"),
    OPT_STRING(0, "url", &battery_options.url, "URL",
               "where it listens, a port or unix:PATH (http://127.0.0.1:${port})"),
    OPT_INT(0, "pid", &battery_options.pid, 2, MOST_PIDS, "PID",
            "check this running process instead of a command; needs --url"),
    OPT_SIGNAL(0, "signal", &battery_options.signo, "the shutdown signal (SIGTERM)"),
    OPT_DURATION(0, "grace", &battery_options.grace_ns,
                 "from the signal (or the hook before it) to SIGKILL (12s, or the platform's)"),
    OPT_PROFILE(0, "profile", &battery_options.profile,
                "play this platform's shutdown; see 'drainctl profiles'"),
    OPT_DURATION(0, "pre-stop", &battery_options.pre_stop_ns,
                 "the platform's hook before the signal takes this long of the grace"),
    OPT_FLAG(0, "quick", &battery_options.quick, "only the first and largest run"),
    OPT_FLAG(0, "checklist", &with_checklist,
             "instead: one run, judged row by row as people verify a shutdown"),
    OPT_STRING(0, "pprof", &checklist.pprof, "URL",
               "with --checklist: Go's goroutine profile, with debug=1"),
    OPT_STRING(0, "metrics", &checklist.metrics, "PATH",
               "with --checklist: the path or URL of the metrics, for Prometheus"),
    OPT_STRING(0, "registry", &checklist.registry, "URL",
               "with --checklist: the registry it enters itself in (file:FOLDER or "
               "etcd://HOST:PORT/PREFIX)"),
    OPT_STRING(0, "pool-log", &checklist.pool_log, "REGEX",
               "with --checklist: the line of output that says that the pool is closed"),
    OPT_ENUM(0, "fail-on", &fail_on, severity_words, "SEVERITY",
             "fail for defects at least this severe (medium): info, low, medium, high, critical"),
    OPT_FILE(0, "baseline", &baseline_file, "FILE",
             "a JSON list of defects that are known and do not fail the check"),
    SESSION_OPTION_ROWS(session_options),
    {0},
};

/* The hook takes its time out of the grace: what is left of that is the server's. */
static int settle_pre_stop(struct error *err)
{
    struct battery_options *o = &battery_options;
    char grace[32];
    if (!o->pre_stop_ns && o->profile)
        o->pre_stop_ns = o->profile->pre_stop_ns;
    if (!o->pre_stop_ns)
        return 0;
    if (!o->profile) {
        error_set(err, ERROR_USAGE, "--pre-stop needs a platform whose grace it takes from");
        return error_hint(err, "add --profile kubernetes, for instance");
    }
    if (o->pre_stop_ns >= o->grace_ns) {
        error_set(err, ERROR_USAGE, "--pre-stop leaves nothing of the grace of %s",
                  duration_format(o->grace_ns, grace, sizeof grace));
        return error_hint(err, "the platform would kill the server during the hook: shorten that, "
                               "or give the grace that is set for it with --grace");
    }
    o->grace_ns -= o->pre_stop_ns;
    return 0;
}

/* The page is read at an address, and its server started twice. */
static int settle_page(struct error *err)
{
    const struct battery_options *o = &battery_options;
    if (o->deploy && !o->paths.page) {
        error_set(err, ERROR_USAGE, "--deploy needs --page: whose files must outlast the deploy?");
        return error_hint(err, "drainctl check --page / --deploy './build.sh' -- node server.js");
    }
    if (!o->paths.page)
        return 0;
    if (o->pid > 0) {
        error_set(err, ERROR_USAGE, "--page does not go with --pid");
        return error_hint(err, "a process that drainctl did not start cannot be started again; "
                               "'drainctl skew URL' asks before and after your own deploy");
    }
    if (o->url && unix_address_is(o->url)) {
        error_set(err, ERROR_USAGE, "--page needs an http address, not '%.200s'", o->url);
        return error_hint(err, "let the server listen at http://127.0.0.1:${port}");
    }
    return 0;
}

/* What the platform does, where the command line says nothing of its own. */
static int settle(int argc, char **argv, struct error *err)
{
    argv[argc] = NULL; /* the option parser leaves what it took behind the arguments */
    battery_options.command = argc > 0 ? argv : NULL;
    if ((argc > 0) == (battery_options.pid > 0)) {
        error_set(err, ERROR_USAGE,
                  argc > 0 ? "expected a command or --pid, not both"
                           : "expected the command that starts your server");
        return error_hint(err, "drainctl check --slow '/report?ms=1500' -- node server.js");
    }
    if (battery_options.pid > 0 && !battery_options.url) {
        error_set(err, ERROR_USAGE, "--pid needs --url: where does that process listen?");
        return error_hint(err, "drainctl check --pid %lld --url http://127.0.0.1:8080",
                          (long long)battery_options.pid);
    }
    if (battery_options.notify && (battery_options.pid > 0 || battery_options.ready_log)) {
        error_set(err, ERROR_USAGE, "--notify does not go with %s",
                  battery_options.pid > 0 ? "--pid" : "--ready-log");
        return error_hint(err, battery_options.pid > 0
                                   ? "a running process has its environment already"
                                   : "with --notify, it is ready when it says READY=1");
    }
    if (battery_options.socket_activation && battery_options.pid > 0) {
        error_set(err, ERROR_USAGE, "--socket-activation does not go with --pid");
        return error_hint(err, "a running process has its sockets already");
    }
    if (!battery_options.signo)
        battery_options.signo = battery_options.profile ? battery_options.profile->signo : SIGTERM;
    battery_options.descriptors = fds_raise_limit();
    if (!battery_options.grace_ns)
        battery_options.grace_ns =
            battery_options.profile ? battery_options.profile->grace_ns : default_grace_ns;
    return settle_page(err) < 0 ? -1 : settle_pre_stop(err);
}

/* A second target cannot have the same port. */
static void settle_jobs(const struct battery *battery)
{
    const char *url = battery->plans[0].target.url;
    if (session_options.jobs <= 1 || battery->count <= 1 || !url || strstr(url, "${port}"))
        return;
    session_options.jobs = 1;
    if (!session_options.quiet)
        message_note("the runs go one after the other, as every server would listen at '%s'", url);
}

/* What is only for one of the two ways. */
static int settle_checklist(struct error *err)
{
    const struct checklist_options *c = &checklist;
    if (!with_checklist && (c->pprof || c->metrics || c->registry || c->pool_log)) {
        error_set(err, ERROR_USAGE, "'%s' is looked at for the checklist only",
                  c->pprof      ? "--pprof"
                  : c->metrics  ? "--metrics"
                  : c->registry ? "--registry"
                                : "--pool-log");
        return error_hint(err, "add --checklist");
    }
    if (with_checklist && battery_options.paths.page) {
        error_set(err, ERROR_USAGE, "a checklist looks at no page");
        return error_hint(err, "leave out --page, or --checklist");
    }
    if (with_checklist && baseline_file) {
        error_set(err, ERROR_USAGE, "a checklist has no defects that '--baseline' could know");
        return error_hint(err, "leave out --baseline, or --checklist");
    }
    return 0;
}

static int build(struct battery *battery, struct error *err)
{
    return with_checklist ? checklist_build(&battery_options, &checklist, battery, err)
                          : battery_build(&battery_options, battery, err);
}

/* The checklist is a scenario of its own, and its verdict that of its runs. */
static int report_checklist(struct session *s, struct error *err)
{
    static const int statuses[] = {
        [VERDICT_PASSED] = EXIT_PASSED,
        [VERDICT_FAILED] = EXIT_FAILED,
        [VERDICT_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
    };
    enum verdict_value verdict = judge_overall(s->results.runs, s->results.count);
    return session_report(s, &(struct report_input){0}, statuses[verdict], err);
}

static int report(struct session *s, struct error *err)
{
    struct check_verdict a;
    if (with_checklist)
        return report_checklist(s, err);
    if (s->results.count == 0) /* interrupted, or nothing could be recorded: it was said */
        return session_report(s, &(struct report_input){0}, EXIT_INCONCLUSIVE, err);
    if (check_verdict_open(&a, &s->results, fail_on, baseline_file, err) < 0)
        return command_fail(err);
    int status = session_report(s, &a.report, a.status, err);
    check_verdict_close(&a);
    return status;
}

static int run_check(int argc, char **argv, struct error *err)
{
    struct battery battery = {0};
    struct session s = {.recording = {.file_fd = -1}};
    int status;
    messages_color(session_options.color);
    int rc = settle(argc, argv, err);
    if (rc == 0)
        rc = check_verdict_try_baseline(baseline_file, err);
    if (rc == 0)
        rc = settle_checklist(err);
    if (rc == 0)
        rc = build(&battery, err);
    if (rc == 0)
        settle_jobs(&battery);
    if (rc < 0 ||
        places_differ("journal", session_options.journal_file, "the baseline", baseline_file, err) <
            0 ||
        session_open(&s, &session_options, battery.plans, battery.count, err) < 0 ||
        outputs_spare(&s.outputs, "the baseline", baseline_file, err) < 0) {
        status = command_fail(err);
    } else {
        session_battery(&s, battery.alone_ns);
        session_carry_out(&s);
        status = report(&s, err);
    }
    session_close(&s);
    battery_free(&battery);
    return status;
}

extern const struct command cmd_check;
const struct command cmd_check = {
    .name = "check",
    .args = "[OPTIONS] -- COMMAND [ARG]...",
    .summary = "audit your own server, with no scenario file",
    .about =
        "Starts your server, uses it in every way that a shutdown can hurt, and tells it to stop. "
        "The card says which requests it loses, why, and what to change. ${port} in the command is "
        "a free port, which is in the environment as PORT too. Give it a slow path: without one, "
        "only what a slow client can see is checked. Every run of the battery is an ordinary "
        "scenario. Runs that mostly wait go side by side, each with a server and a port of its "
        "own; those that look for a race go alone. With --jobs 1 all go one after the other, for a "
        "server that cannot run beside another of its kind. With --page, a last run asks for a "
        "page and its files, starts the server again, and asks for the old files once more.",
    .examples = "  drainctl check --slow '/report?ms=1500' -- node server.js\n"
                "  drainctl check --quick --ready /healthz -- ./server -listen ':${port}'\n"
                "  drainctl check --checklist --slow '/report?ms=500' --ready /ready -- ./server\n"
                "  drainctl check --page / --deploy './build.sh' -- node server.js\n"
                "  drainctl check --profile kubernetes --fail-on high -- gunicorn app:app\n",
    .options = options,
    .min_args = 0,
    .max_args = -1,
    .arguments = ARGS_COMMAND_LINE,
    .run = run_check,
};
