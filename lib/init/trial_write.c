/* The first scenario, as a person would have written it: what stands in it is what should hold,
 * what was seen stands in the comments. No foreign text goes into a comment. */
#include "init/trial.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/signame.h"
#include "init/commented.h"

static const int64_t patience_ns = 2 * NS_PER_S, usual_timeout_ns = 60 * NS_PER_S;
static const int64_t usual_attempt_ns = 30 * NS_PER_S;

static int64_t whole_seconds(int64_t ns)
{
    return (ns + NS_PER_S - 1) / NS_PER_S * NS_PER_S;
}

/* --- the target --- */

static void write_command(struct buf *b, const struct trial_options *o)
{
    size_t columns = 16;
    for (char *const *arg = o->command; *arg; arg++)
        columns += strlen(*arg) + 4;
    bool one_line = columns <= COMMENTED_WIDTH;
    buf_adds(b, "    \"command\": [");
    for (char *const *arg = o->command; *arg; arg++) {
        bool first = arg == o->command;
        if (one_line)
            buf_adds(b, first ? "" : ", ");
        else
            buf_adds(b, first ? "\n      " : ",\n      ");
        commented_string(b, *arg);
    }
    buf_adds(b, one_line ? "],\n" : "\n    ],\n");
}

static void ready_path(struct buf *b, const char *path)
{
    commented_key(b, "path", path);
    buf_adds(b, ", \"status\": 200");
}

static void write_ready(struct buf *b, const struct trial_findings *f,
                        const struct trial_options *o)
{
    if (o->ready_log)
        commented_note(b, 4,
                       "The clients begin when a line of its output matches this (a POSIX extended "
                       "regular expression). Seen: after %s.",
                       DURATION_HUMAN(f->ready_ns));
    else if (f->ready)
        commented_note(b, 4,
                       "The clients begin when this path answers so. Seen: its port was open %s "
                       "after the start, and the path answered %d.",
                       DURATION_HUMAN(f->ready_ns), f->ready->status);
    else
        commented_note(b, 4,
                       "The clients begin when its port is open: no path was found that tells "
                       "whether it is ready%s. If there is one, it belongs here: \"path\" instead "
                       "of \"port\". Seen: after %s.",
                       f->everywhere ? " (it answers 200 whatever it is asked for)" : "",
                       DURATION_HUMAN(f->ready_ns));
    buf_adds(b, "    \"ready\": { ");
    if (o->ready_log)
        commented_key(b, "log", o->ready_log);
    else if (f->ready)
        ready_path(b, f->ready->path);
    else
        buf_adds(b, "\"port\": true");
    buf_adds(b, ", ");
    commented_duration(b, "within", trial_ready_within(f, o));
    buf_adds(b, " }");
}

static void write_live(struct buf *b, const struct trial_findings *f)
{
    if (!f->live)
        return;
    buf_adds(b, ",\n\n");
    commented_note(b, 4,
                   "Asked every few milliseconds: a process that drains is alive and must say so, "
                   "or the platform kills it.");
    buf_adds(b, "    \"health\": { ");
    commented_key(b, "live", f->live->path);
    buf_adds(b, ", \"early\": true }");
}

static void write_target(struct buf *b, const struct trial_findings *f,
                         const struct trial_options *o)
{
    buf_adds(b, "  \"target\": {\n");
    commented_note(b, 4,
                   "What starts your server: each argument a string of its own. ${port} is a free "
                   "port that every run picks anew; it is in the environment as PORT too.");
    write_command(b, o);
    if (o->url) {
        buf_adds(b, "    ");
        commented_key(b, "url", o->url);
        buf_adds(b, ",\n");
    }
    buf_addc(b, '\n');
    write_ready(b, f, o);
    write_live(b, f);
    buf_adds(b, "\n  },\n\n");
}

/* --- the loads --- */

/* So many of the waiting clients are surely served at a time. */
static int64_t clients_of(const struct trial_findings *f)
{
    return f->many->together > 1 ? f->many->together : 1;
}

static bool has_room(const struct trial_findings *f)
{
    return f->many->together >= TRIAL_CLIENTS;
}

static void load_begin(struct buf *b, const char *name, const char *path)
{
    buf_addf(b, "    {\n      \"name\": \"%s\",\n      \"request\": { ", name);
    commented_key(b, "path", path);
    buf_adds(b, " },\n");
}

static void write_waiting(struct buf *b, const struct trial_findings *f)
{
    int64_t n = clients_of(f), took = f->many->took_ns;
    commented_note(b, 4,
                   "Users who wait for a slow answer when the server is told to stop. Seen: it "
                   "takes %s, and %s.",
                   DURATION_HUMAN(took),
                   has_room(f) ? "all ten that were asked for at a time were worked on together"
                               : "of ten at a time, no more than these were worked on together");
    load_begin(b, "waiting", f->many->path);
    if (took * 2 > usual_attempt_ns) {
        buf_adds(b, "      ");
        commented_duration(b, "timeout", whole_seconds(2 * took));
        buf_adds(b, ",\n");
    }
    buf_addf(b, "      \"clients\": %" PRId64 ",\n      \"requests\": %" PRId64 "%s\n    }", n, n,
             has_room(f) ? ",\n      \"start\": \"200ms\"" : "");
}

/* A health path is for the platform alone. */
static const char *better_path(const struct trial_findings *f)
{
    if (f->fast->given || f->fast->role == TRIAL_FAST)
        return "";
    return " A path that your users ask for is better.";
}

/* Beside requests that fill a server of few workers, no other client gets in. */
static void write_steady(struct buf *b, const struct trial_findings *f)
{
    if (!has_room(f))
        return;
    buf_adds(b, ",\n\n");
    commented_note(
        b, 4,
        "Everyday traffic before, during and after it: each client keeps its connection "
        "and pauses between two requests. (The others start a little later, when this is "
        "under way.) Seen: the path answers %d.%s",
        f->fast->status, better_path(f));
    load_begin(b, "steady", f->fast->path);
    buf_adds(b, "      \"clients\": 5,\n      \"pause\": \"20ms\"\n    }");
}

static void write_frozen(struct buf *b, const struct trial_findings *f, const char *path)
{
    commented_note(
        b, 4,
        "Users whose connections are open. Each makes a first request, and the second one at "
        "the worst instant: it is on its way when the server is told to stop (\"freeze\" "
        "below). Better still, name a path whose answer takes a while: drainctl init --slow "
        "PATH. Seen: this one answers %d%s.",
        path == f->fast->path ? f->fast->status : f->many->status,
        has_room(f) ? "" : ", and no more than these of ten connections were served together");
    load_begin(b, "users", path);
    buf_addf(b, "      \"clients\": %" PRId64 "\n    }", clients_of(f));
}

static void write_loads(struct buf *b, const struct trial_findings *f,
                        const struct trial_options *o)
{
    buf_adds(b, "  \"loads\": [\n");
    if (f->slow) {
        write_waiting(b, f);
        write_steady(b, f);
    } else {
        write_frozen(b, f, o->slow ? f->many->path : f->fast->path);
    }
    buf_adds(b, "\n  ],\n\n");
}

/* --- the signals --- */

static void write_first(struct buf *b, const struct trial_findings *f,
                        const struct trial_options *o)
{
    if (f->slow)
        commented_note(b, 4,
                       "Sent when all of them are being worked on, not after some time: no run "
                       "depends on how fast the machine is.");
    else
        commented_note(b, 4,
                       "The server is stopped for an instant (SIGSTOP), the users write their "
                       "requests, the signal is queued, and the server goes on: what is luck in "
                       "production is certain here.");
    buf_addf(b, "    { \"send\": \"%s\", ", signame_name(o->signo));
    if (o->profile && o->profile->to != TO_PROCESS)
        buf_addf(b, "\"to\": \"%s\", ", o->profile->to == TO_GROUP ? "group" : "tree");
    if (f->slow)
        buf_addf(b, "\"when\": { \"load\": \"waiting\", \"in_flight\": %" PRId64 " } }",
                 clients_of(f));
    else
        buf_adds(b, "\"when\": { \"at\": \"100ms\" }, \"freeze\": \"users\" }");
}

static void write_kill(struct buf *b, const struct trial_options *o)
{
    if (o->profile || o->signo == SIGKILL)
        return; /* the platform's own kill is part of the profile */
    buf_adds(b, ",\n\n");
    commented_note(b, 4,
                   "The platform's patience: Docker waits 10 s, Kubernetes 30 s. Instead of this "
                   "line, \"profile\": \"kubernetes\" at the top plays one ('drainctl profiles').");
    buf_addf(b, "    { \"send\": \"SIGKILL\", \"to\": \"tree\", \"when\": { ");
    commented_duration(b, "after", o->grace_ns);
    buf_addf(b, ", \"of\": \"%s\" } }", signame_name(o->signo));
}

/* --- the expectations --- */

static void expect_answers(struct buf *b, const struct trial_findings *f)
{
    commented_note(b, 4, "No client that is being served may lose its answer.");
    buf_addf(b, "    { \"load\": \"%s\", \"completed\": \"100%%\" },\n",
             f->slow ? "waiting" : "users");
    if (f->slow && has_room(f)) {
        commented_note(b, 4,
                       "A client that comes later may be refused, which it or a proxy can see and "
                       "repeat elsewhere, but not cut off in the middle.");
        buf_adds(b, "    { \"load\": \"steady\", \"cut_off\": 0, \"failed\": 0 },\n");
    }
    buf_addc(b, '\n');
    commented_note(b, 4, "It stops listening, and serves every client that had connected by then.");
    buf_adds(b, "    { \"target\": \"listener-closed\", \"queue_lost\": 0 },\n\n");
}

/* What was seen of the exit, for the comment. */
static const char *how_it_ended(const struct trial_findings *f, const char *signal, char *out,
                                size_t size)
{
    char how[ENDING_SIZE];
    if (f->end == TRIAL_KILLED)
        snprintf(out, size, "idle, it was still there %s after %s%s, and was killed",
                 DURATION_HUMAN(f->exit_ns), signal, f->ignored ? ", which it ignores" : "");
    else
        snprintf(out, size, "idle, it %s, %s after %s%s",
                 ending_say(how, sizeof how, f->exit_code, f->exit_signal),
                 DURATION_HUMAN(f->exit_ns), signal,
                 f->end != TRIAL_DIED ? ""
                 : f->handled         ? ", which it handles and then passes on"
                                      : ", which it does not handle");
    return out;
}

static void write_exit(struct buf *b, const struct trial_findings *f, const struct trial_options *o)
{
    char seen[256];
    int64_t within = patience_ns + (f->slow ? f->many->took_ns : 0);
    if (f->end != TRIAL_KILLED)
        within += 2 * f->exit_ns;
    within = whole_seconds(within);
    if (within > o->grace_ns)
        within = o->grace_ns;
    bool by_signal = f->end == TRIAL_DIED && f->handled && f->exit_signal == o->signo;
    /* 128 + N is how a JVM says that it was told to stop, and did so in order */
    bool like_shell = f->end == TRIAL_EXITED && f->exit_code == 128 + o->signo;
    commented_note(
        b, 4, "It exits by itself, well before the platform's patience ends. Seen: %s.%s",
        how_it_ended(f, signame_name(o->signo), seen, sizeof seen),
        like_shell ? " That code says 'told to stop' as well; write 0 if yours should." : "");
    buf_adds(b, "    { \"target\": \"exit\", ");
    if (by_signal)
        commented_key(b, "signal", signame_name(o->signo));
    else
        buf_addf(b, "\"code\": %d", like_shell ? f->exit_code : 0);
    buf_adds(b, ", ");
    commented_duration(b, "within", within);
    buf_adds(b, " },\n\n");
}

static void write_expect(struct buf *b, const struct trial_findings *f,
                         const struct trial_options *o)
{
    buf_adds(b, "  \"expect\": [\n");
    expect_answers(b, f);
    write_exit(b, f, o);
    commented_note(b, 4, "No process of it is left behind.");
    buf_adds(b, "    { \"target\": \"orphans\", \"count\": 0 }\n\n");
    commented_note(
        b, 4,
        "What a good drain does besides. To expect one, take its // away and put a comma "
        "behind the line above:");
    if (f->ready)
        commented_note(b, 4, "{ \"target\": \"not-ready\", \"before\": \"listener-closed\" }");
    if (f->live)
        commented_note(b, 4, "{ \"target\": \"live\" }");
    commented_note(b, 4, "{ \"load\": \"*\", \"told_to_close\": \"100%%\" }");
    commented_note(b, 4, "{ \"load\": \"*\", \"latency\": { \"max\": \"<= 5s\" } }");
    buf_adds(b, "  ]\n");
}

/* --- the whole --- */

static void write_limits(struct buf *b, const struct trial_findings *f,
                         const struct trial_options *o)
{
    int64_t need = trial_ready_within(f, o) + f->many->took_ns + o->grace_ns + 10 * NS_PER_S;
    if (o->profile) {
        char grace[32];
        commented_note(b, 2,
                       "How this platform stops a service: the signal, and SIGKILL after its "
                       "grace of %s.",
                       duration_format(o->profile->grace_ns, grace, sizeof grace));
        buf_adds(b, "  ");
        commented_key(b, "profile", o->profile->name);
        buf_adds(b, ",\n");
    }
    if (need > usual_timeout_ns) {
        commented_note(b, 2, "The run is ended after this long, whatever happens.");
        buf_adds(b, "  ");
        commented_duration(b, "timeout", whole_seconds(need));
        buf_adds(b, ",\n");
    }
    buf_addc(b, '\n');
}

void trial_write(const struct trial_findings *f, const struct trial_options *o, const char *schema,
                 struct buf *out)
{
    commented_note(out, 0,
                   "A first scenario, written by drainctl " DRAINCTL_VERSION " after trying the "
                   "server once. Run it with 'drainctl scenario', look at what it will do with "
                   "'drainctl plan', and change what is not true of yours: what stands here is "
                   "what should hold, not what was seen.");
    if (!schema)
        commented_note(out, 0,
                       "Completion in an editor: 'drainctl plan --schema >scenario.schema.json' "
                       "beside this file, and \"$schema\": \"./scenario.schema.json\" in it.");
    buf_adds(out, "{\n");
    if (schema) {
        buf_adds(out, "  ");
        commented_key(out, "$schema", schema);
        buf_adds(out, ",\n");
    }
    buf_adds(out, "  \"name\": \"deploy-loses-nobody\",\n"
                  "  \"about\": \"The server is told to stop while people use it; no answer may "
                  "be lost.\",\n");
    write_limits(out, f, o);
    write_target(out, f, o);
    write_loads(out, f, o);
    buf_adds(out, "  \"signals\": [\n");
    write_first(out, f, o);
    write_kill(out, o);
    buf_adds(out, "\n  ],\n\n");
    write_expect(out, f, o);
    buf_adds(out, "}\n");
}
