/* drainctl signal: signal a server that runs, and follow its drain until the exit. */
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "base/whole.h"
#include "cli/messages.h"
#include "plan/scenario_out.h"
#include "session/session.h"
#include "process/find.h"
#include "process/proc_info.h"

enum { MAX_PORTS = 16 };

static struct session_options session_options = SESSION_DEFAULTS;
static const char *url, *ready, *live;
static int64_t port, follow_ns = 60 * NS_PER_S, kill_after_ns;
static int to = TO_PROCESS, signo = SIGTERM;

static const char *const to_words[] = {"process", "group", "tree", "listener", NULL};

static const struct option options[] = {
    OPT_SIGNAL('s', "signal", &signo, "what to send (SIGTERM)"),
    OPT_INT('p', "port", &port, 1, 65535, "N",
            "the process that listens on this port of this machine"),
    OPT_ENUM(0, "to", &to, to_words, "WHOM", "process, group, tree or listener (process)"),
    OPT_DURATION(0, "kill-after", &kill_after_ns,
                 "send SIGKILL when it has not exited by then, as a platform does"),
    OPT_DURATION('t', "timeout", &follow_ns, "how long to follow it (60s)"),
    OPT_STRING(0, "url", &url, "URL", "where it listens (found by itself on this machine)"),
    OPT_STRING(0, "ready", &ready, "PATH", "readiness path to poll meanwhile"),
    OPT_STRING(0, "live", &live, "PATH", "liveness path to poll meanwhile"),
    SESSION_OUTPUT_ROWS(session_options),
    {0},
};

/* What is signalled and followed. */
struct subject {
    pid_t pid;
    char name[32];
    char *url; /* NULL: it listens nowhere */
    int signo;
};

static bool is_number(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static int find_pid(struct subject *s, int argc, char **argv, struct error *err)
{
    if (argc == 0 && port)
        return find_by_port((int)port, &s->pid, err);
    if (argc == 0) {
        error_set(err, ERROR_USAGE, "expected a pid, a name, or --port N");
        return error_hint(err, "drainctl signal --port 8080");
    }
    if (!is_number(argv[0]))
        return find_by_name(argv[0], &s->pid, err);
    int64_t n;
    if (!whole_parse(argv[0], 1, INT_MAX, &n))
        return error_set(err, ERROR_USAGE, "'%s' is not the pid of a process", argv[0]);
    s->pid = (pid_t)n;
    return 0;
}

/* The port to follow: the one that was named, or the lowest that it listens on. */
static int find_url(struct subject *s, struct error *err)
{
    struct found_port ports[MAX_PORTS];
    int n = find_ports(s->pid, (int)port, ports, MAX_PORTS);
    if (port && n == 0)
        return error_set(err, ERROR_RUN, "process %d (%s) does not listen on port %d", (int)s->pid,
                         s->name, (int)port);
    if (url || n == 0) {
        s->url = url ? mem_strdup(url) : NULL;
    } else {
        s->url = mem_printf("http://%s:%d", ports[0].host, ports[0].port);
    }
    if (!s->url && (ready || live)) {
        error_set(err, ERROR_RUN, "process %d (%s) listens on no TCP port", (int)s->pid, s->name);
        return error_hint(err, "--url URL says where its paths can be asked for");
    }
    if (!s->url)
        message_note("process %d (%s) listens on no TCP port: only its exit is followed",
                     (int)s->pid, s->name);
    else if (n > 1 && !port && !url)
        message_note("it listens on %d ports; port %d is followed, --port N names another", n,
                     ports[0].port);
    return 0;
}

static int find_subject(struct subject *s, int argc, char **argv, struct error *err)
{
    s->signo = signo;
    if (find_pid(s, argc, argv, err) < 0)
        return -1;
    proc_name(s->pid, s->name, sizeof s->name);
    return find_url(s, err);
}

/* --- the plan: an ordinary scenario without loads --- */

static void write_target(struct json_out *j, const struct subject *s)
{
    json_out_object(j, "target");
    json_out_object(j, "attach");
    json_out_int(j, "pid", s->pid);
    json_out_end_object(j);
    if (s->url)
        json_out_string(j, "url", s->url);
    if (ready || live) {
        json_out_object(j, "health");
        if (ready)
            json_out_string(j, "ready", ready);
        if (live)
            json_out_string(j, "live", live);
        json_out_end_object(j);
    }
    json_out_end_object(j);
}

static void write_signals(struct json_out *j, int first)
{
    json_out_array(j, "signals");
    json_out_object(j, NULL);
    json_out_string(j, "send", signame_name(first));
    json_out_string(j, "to", to_words[to]);
    json_out_object(j, "when");
    scenario_duration(j, "at", 0);
    json_out_end_object(j);
    json_out_end_object(j);
    if (kill_after_ns)
        scenario_kill(j, kill_after_ns, first);
    json_out_end_array(j);
}

static void write_expectation(struct json_out *j)
{
    json_out_array(j, "expect");
    json_out_object(j, NULL);
    json_out_string(j, "target", "exit");
    scenario_duration(j, "within",
                      kill_after_ns && kill_after_ns < follow_ns ? kill_after_ns : follow_ns);
    json_out_end_object(j);
    json_out_end_array(j);
}

static int build_plan(const struct subject *s, struct plan *plan, struct error *err)
{
    struct scenario_out out;
    char name[96];
    snprintf(name, sizeof name, "%s to %d (%s)", signame_name(s->signo), (int)s->pid, s->name);
    scenario_begin(&out, name);
    scenario_duration(&out.j, "timeout", follow_ns);
    write_target(&out.j, s);
    json_out_raw(&out.j, "loads", "[]");
    write_signals(&out.j, s->signo);
    write_expectation(&out.j);
    return scenario_end(&out, "", plan, err);
}

static int run_signal(int argc, char **argv, struct error *err)
{
    struct subject subject = {0};
    struct plan plan = {0};
    struct session s = {.recording = {.file_fd = -1}};
    int status;
    messages_color(session_options.color);
    if (find_subject(&subject, argc, argv, err) < 0 || build_plan(&subject, &plan, err) < 0 ||
        session_open(&s, &session_options, &plan, 1, err) < 0) {
        status = command_fail(err);
    } else {
        session_carry_out(&s);
        status = session_report(&s, &(struct report_input){0}, results_status(&s.results), err);
    }
    session_close(&s);
    plan_free(&plan);
    free(subject.url);
    return status;
}

extern const struct command cmd_signal;
const struct command cmd_signal = {
    .name = "signal",
    .args = "[OPTIONS] PID|NAME|--port N",
    .summary = "signal a running server and watch it drain",
    .about =
        "Sends a shutdown signal to a running process, which you name by its pid, its name or the "
        "port that it listens on. drainctl then follows the drain until the exit: when readiness "
        "turned, when the listener closed and how many connections were in its queue, and when the "
        "process was gone. It passes if the process exited in time. It sends no request of its own "
        "('drainctl load' does), and signals only what you name.",
    .examples = "  drainctl signal --port 8080\n"
                "  drainctl signal nginx --signal QUIT --ready /healthz\n"
                "  drainctl signal 4711 --kill-after 10s --report json\n",
    .options = options,
    .min_args = 0,
    .max_args = 1,
    .arguments = ARGS_FREE,
    .run = run_signal,
};
