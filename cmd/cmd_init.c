/* drainctl init: try a server once, and write a first scenario for it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/signame.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "output/new_file.h"
#include "cli/platform.h"
#include "init/look.h"
#include "plan/builtin.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

static const int64_t default_grace_ns = 10 * NS_PER_S;
static const char default_file[] = "drain.json", schema_file[] = "scenario.schema.json";

static struct trial_options trial = {.within_ns = 10 * NS_PER_S};
static const char *output = default_file;
static bool force, with_schema;
static int color;

static const struct option options[] = {
    OPT_FILE('o', "output", &output, "FILE",
             "where to write it (drain.json); '-' is standard output"),
    OPT_FLAG('f', "force", &force, "write over a file that is there already"),
    OPT_FLAG(0, "schema", &with_schema,
             "write scenario.schema.json beside it, for completion in an editor"),
    OPT_STRING(0, "slow", &trial.slow, "PATH", "a path whose answer takes a while"),
    OPT_STRING(0, "path", &trial.path, "PATH",
               "an ordinary, fast path (the best of those that answer)"),
    OPT_STRING(0, "ready", &trial.ready, "PATH", "the readiness path (looked for)"),
    OPT_STRING(0, "live", &trial.live, "PATH", "the liveness path (looked for)"),
    OPT_STRING(0, "ready-log", &trial.ready_log, "REGEX", "ready when a line of output matches"),
    OPT_DURATION(0, "within", &trial.within_ns, "how long it may take to become ready (10s)"),
    OPT_STRING(0, "url", &trial.url, "URL", "where it listens (http://127.0.0.1:${port})"),
    OPT_SIGNAL(0, "signal", &trial.signo, "the shutdown signal (SIGTERM)"),
    OPT_DURATION(0, "grace", &trial.grace_ns, "from the signal to SIGKILL (10s)"),
    OPT_PROFILE(0, "profile", &trial.profile,
                "play this platform's shutdown; see 'drainctl profiles'"),
    OPT_COLOR(&color),
    {0},
};

/* --- before anything runs --- */

/* What the platform does, where the command line says nothing of its own. */
static void settle_signal(void)
{
    if (!trial.signo)
        trial.signo = trial.profile ? trial.profile->signo : SIGTERM;
    if (!trial.grace_ns)
        trial.grace_ns = trial.profile ? trial.profile->grace_ns : default_grace_ns;
}

static bool to_stdout(void)
{
    return strcmp(output, "-") == 0;
}

static int settle_files(char *schema_path, struct error *err)
{
    if (to_stdout() && with_schema)
        return error_set(err, ERROR_USAGE, "--schema writes beside a file, not standard output");
    if (!to_stdout() && new_file_try(output, force, err) < 0)
        return -1;
    return with_schema ? new_file_try(schema_path, force, err) : 0;
}

/* --- what is said, and what is written --- */

static void say_paths(const struct trial_findings *f)
{
    struct buf b;
    int nowhere = 404;
    buf_init(&b, 8192);
    for (size_t i = 0; i < f->n_paths; i++)
        if (f->paths[i].role == TRIAL_NOWHERE)
            nowhere = f->paths[i].status;
    for (size_t i = 0; i < f->n_paths; i++) {
        const struct trial_path *p = &f->paths[i];
        if (p->role == TRIAL_NOWHERE || p->role == TRIAL_MANY || !p->status ||
            (p->status == nowhere && !p->given && p != f->fast))
            continue;
        buf_addf(&b, "%s%s answers %d", b.len ? ", " : "", p->path, p->status);
    }
    message_note("%s%s", b.data, f->everywhere ? ", as it does for any path" : "");
    buf_free(&b);
}

static void say_slow(const struct trial_findings *f)
{
    char took[32];
    duration_human(f->many->took_ns, took, sizeof took);
    if (!trial.slow)
        message_note("no slow path was named: the scenario freezes the server instead, so that "
                     "requests are surely on their way");
    else if (!f->slow)
        message_note("'%s' takes %s, too short to be in flight for sure: the scenario freezes the "
                     "server instead",
                     trial.slow, took);
    else
        message_note("'%s' takes %s, %d at a time", trial.slow, took, (int)f->many->together);
}

static void say_end(const struct trial_findings *f)
{
    char after[32], how[ENDING_SIZE];
    const char *signal = signame_name(trial.signo);
    duration_human(f->exit_ns, after, sizeof after);
    if (f->end == TRIAL_KILLED)
        message_note("%s: it was still there after %s, and was killed%s", signal, after,
                     f->ignored ? "; it ignores that signal" : "");
    else
        message_note("%s: it %s after %s%s", signal,
                     ending_say(how, sizeof how, f->exit_code, f->exit_signal), after,
                     f->end == TRIAL_DIED && !f->handled ? "; it has no handler, so it dies at once"
                                                         : "");
}

static void say_findings(const struct trial_findings *f)
{
    char after[32];
    message_note("ready %s after its start", duration_human(f->ready_ns, after, sizeof after));
    say_paths(f);
    say_slow(f);
    say_end(f);
}

static int write_files(const struct buf *text, const char *schema_path, struct error *err)
{
    if (to_stdout()) {
        fwrite(text->data, 1, text->len, stdout); /* main sees whether it arrived */
        return 0;
    }
    if (with_schema &&
        new_file_write(schema_path, scenario_schema->text, scenario_schema->len, force, err) < 0)
        return -1;
    if (new_file_write(output, text->data, text->len, force, err) < 0)
        return -1;
    message_note("wrote '%s'", output);
    message_hint("'drainctl plan %s' shows what it will do, 'drainctl scenario %s' does it", output,
                 output);
    return 0;
}

/* The file must be good: it is read as `drainctl scenario` will read it before the user has it. */
static int check_written(const struct buf *text, struct error *err)
{
    struct plan plan;
    if (text->overflow)
        return error_set(err, ERROR_USAGE, "the command is too long for a scenario");
    if (plan_parse_text(output, text->data, text->len, &plan, err) < 0)
        return -1;
    plan_free(&plan);
    return 0;
}

static int try_and_write(const char *schema_path, struct error *err)
{
    struct trial_findings findings;
    int rc = trial_run(&findings, &trial, err);
    if (rc > 0) {
        message_error("interrupted by %s: nothing was written", signame_name(rc));
        return 128 + rc;
    }
    if (rc < 0)
        return command_fail(err);
    struct buf text;
    buf_init(&text, FILE_MAX);
    trial_write(&findings, &trial, with_schema ? "./scenario.schema.json" : NULL, &text);
    rc = check_written(&text, err);
    if (rc == 0) {
        say_findings(&findings);
        rc = write_files(&text, schema_path, err);
    }
    buf_free(&text);
    return rc < 0 ? command_fail(err) : EXIT_PASSED;
}

static int run_init(int argc, char **argv, struct error *err)
{
    messages_color(color);
    argv[argc] = NULL; /* the option parser leaves what it took behind the arguments */
    trial.command = argv;
    if (argc == 0) {
        error_set(err, ERROR_USAGE, "expected the command that starts your server");
        error_hint(err, "drainctl init --slow '/report?ms=1500' -- node server.js");
        return command_fail(err);
    }
    char *schema_path = new_file_beside(output, schema_file);
    int status;
    settle_signal();
    if (trial_check(&trial, err) < 0 || settle_files(schema_path, err) < 0)
        status = command_fail(err);
    else
        status = try_and_write(schema_path, err);
    free(schema_path);
    return status;
}

extern const struct command cmd_init;
const struct command cmd_init = {
    .name = "init",
    .args = "[OPTIONS] -- COMMAND [ARG]...",
    .summary = "write a first scenario for your server, after trying it once",
    .about =
        "Starts your server twice, asks it with GET for '/', for the usual health paths and for "
        "what you name, and stops it. Then it writes a commented scenario (drain.json), which "
        "expects what should hold: no client loses an answer. What was seen stands in its comments "
        "and on standard error. ${port} in the command is a free port, which is in the environment "
        "as PORT too. If the server cannot be tried, drainctl says why and writes no file.",
    .examples = "  drainctl init --slow '/report?ms=1500' -- node server.js\n"
                "  drainctl init -o tests/drain/deploy.json --schema -- ./server -p ':${port}'\n"
                "  drainctl init --profile kubernetes --output - -- gunicorn app:app\n",
    .options = options,
    .min_args = 0,
    .max_args = -1,
    .arguments = ARGS_COMMAND_LINE,
    .exits = EXITS_INIT,
    .run = run_init,
};
