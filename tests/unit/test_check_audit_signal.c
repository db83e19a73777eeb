/* Sections A, B and E of the catalogue: the process, the signal, and what is left. */
#include "audit_rows.h"

/* --- section A and E --- */
static void pid1(void)
{
    set_killed(&b, "check-pid1", 3000);
    disposition("check-pid1", DISPOSITION_DEFAULT);
}
static void pid1_near(void)
{
    disposition("check-pid1", DISPOSITION_DEFAULT); /* ends all the same */
}
static void shell(void)
{
    wrapper("sh -c node server.js");
    survivor("check-main", 101, 200);
    orphan("check-main", 101, "node server.js");
}
static void shell_near(void)
{
    wrapper("sh -c node server.js"); /* it forwards: nothing is left */
}
static void runner(void)
{
    wrapper("node /usr/bin/npm start");
    survivor("check-main", 101, 200);
}
static void runner_near(void)
{
    wrapper("node /usr/bin/npm start");
}
static void wrapper_leaves(void)
{
    wrapper("bash run.sh");
    set_exit(&b, "check-main", 5, 143, 0); /* the last answer comes at 1301 */
}
static void wrong_signal(void)
{
    find_event(&b, main_run(), EVENT_TARGET_LISTEN)->text = "nginx: master process";
    cut(&b, "check-main", "waiting", -1, 3, REASON_CLOSED_BEFORE_RESPONSE);
}
static void wrong_signal_near(void)
{
    find_event(&b, main_run(), EVENT_TARGET_LISTEN)->text = "nginx: master process";
}
static void reload(void)
{
    served_on();
    cut(&b, "check-main", "waiting", -1, 3, REASON_CLOSED_BEFORE_RESPONSE);
}
static void reload_gently(void)
{
    served_on();
    at("check-main", EVENT_PROCESS, -700, "nginx: worker")->pid = 101;
    at("check-main", EVENT_PROCESS, 20, "nginx: worker")->pid = 102;
    at("check-main", EVENT_PROCESS_GONE, 1400, NULL)->pid = 101;
}
static void unrelated(void)
{
    size_t run = begin_run(&b, "check-unrelated-signal");

    b.fakes[run].sent[0].signo = SIGWINCH;
}
static void unrelated_near(void)
{
    size_t run = begin_run(&b, "check-unrelated-signal");

    b.fakes[run].sent[0].signo = SIGWINCH;
    find_event(&b, run, EVENT_LISTENER)->sockets = 1;
    set_killed(&b, "check-unrelated-signal", 3000);
}
static void startup(void)
{
    set_killed(&b, "check-startup", 3000);
}
static void startup_near(void)
{
    set_exit(&b, "check-startup", 1, 0, SIGTERM); /* no handler yet */
}
static void orphaned(void)
{
    orphan("check-main", 200, "sleep 60");
}
static void leaked(void)
{
    survivor("check-main", 200, -1);
    orphan("check-main", 200, "sleep 60");
}
static void leaked_near(void)
{
    survivor("check-main", 200, 0);
}
static void leftover(void)
{
    at("check-main", EVENT_LEFTOVER, 1600, "/run/app.sock")->leftover = LEFTOVER_SOCKET;
}
static void exit_code(void)
{
    set_exit(&b, "check-main", 1502, 3, 0);
}
static void exit_code_near(void)
{
    /* a drain that something held up until its limit may say so */
    set_exit(&b, "check-main", 9000, 1, 0);
}

/* --- section B --- */
static void killed(void)
{
    cut(&b, "check-main", "kept", -1, 4, REASON_RESET_BEFORE_RESPONSE);
}
static void killed_near(void)
{
    cut(&b, "check-main", "kept", -1, 800, REASON_RESET_BEFORE_RESPONSE); /* a limit, too short */
}
static void stream_cut(void)
{
    cut(&b, "check-main", "streaming", -1, 4, REASON_RESET_MID_RESPONSE);
}
static void stream_cut_near(void)
{
    killed(); /* then they are lost with the rest */
    stream_cut();
}
static void exits_early(void)
{
    size_t run = main_run();

    for (size_t i = 0; i < b.runs[run].n_attempts; i++) {
        struct attempt *a = &b.runs[run].attempts[i];

        if (a->end_ns <= T0 + MS(100))
            continue;
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_CLOSED_BEFORE_RESPONSE;
        a->answer.whole = false;
        a->end_ns = T0 + MS(100);
        a->first_ns = a->first_ns > T0 ? 0 : a->first_ns;
    }
    set_exit(&b, "check-main", 101, 0, 0);
}
static void cancelled(void)
{
    fail_with("waiting", 500, 4);
}
static void cancelled_near(void)
{
    struct attempt *a = nth(&b, "check-control", "waiting", 0);

    a->outcome = OUTCOME_FAILED;
    a->status = 500;
    fail_with("waiting", 500, 4);
}
static void queue(void)
{
    cut(&b, "check-accept-queue", "frozen", 19, 3, REASON_NEVER_ACCEPTED);
}
static void handshake(void)
{
    struct attempt *a = nth(&b, "check-main", "arrivals", 10);

    cut(&b, "check-main", "arrivals", 0, 0, REASON_RESET_WHILE_SENDING);
    *a = *nth(&b, "check-main", "arrivals", 11);
    a->outcome = OUTCOME_CUT_OFF;
    a->reason = REASON_RESET_WHILE_SENDING;
    ((struct event *)(uintptr_t)a->end)->os_errno = 104;
}
static void accept_race(void)
{
    struct attempt *a = nth(&b, "check-main", "arrivals", 11);

    a->outcome = OUTCOME_CUT_OFF;
    a->reason = REASON_CLOSED_BEFORE_RESPONSE;
    a->connected_ns = a->sent_ns = a->start_ns + 1000;
}
static void keepalive(void)
{
    cut(&b, "check-keepalive-race", "frozen", 3, 2, REASON_KEEPALIVE_RACE);
}
static void lose_idle(const char *load, int count)
{
    struct attempt *a;

    for (int i = 0; i < count && (a = nth(&b, "check-main", load, i)); i++) {
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_KEEPALIVE_RACE;
        a->connected_ns = a->sent_ns = a->start_ns + 1;
    }
}
static void keepalive_free(void)
{
    lose_idle("idle-5", 1);
    lose_idle("idle-100", 1);
}
/* The server closed after each answer: the second round came on new connections. */
static void keepalive_not_kept(void)
{
    cut(&b, "check-keepalive-race", "frozen", 3, 2, REASON_NEVER_ACCEPTED);
    for (int i = 0; i < 20; i++)
        nth(&b, "check-keepalive-race", "frozen", i)->conn.reused = false;
}
static void keepalive_near(void)
{
    lose_idle("idle-1", 1); /* one coincidence */
}
static void unread(void)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, "check-main", "upload", i)); i++) {
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_RESET_MID_RESPONSE;
        a->answer.whole = false;
        a->first_ns = T0 + MS(3);
        a->end_ns = T0 + MS(4);
    }
}
static void upload(void)
{
    cut(&b, "check-main", "upload", -1, 4, REASON_RESET_WHILE_SENDING);
}
static void upload_near(void)
{
    fail_with("upload", 413, 30); /* an answer is an answer */
    nth(&b, "check-main", "upload", 0)->outcome = OUTCOME_COMPLETED;
}
static void half_head(void)
{
    cut(&b, "check-main", "partial-head", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
}
static void half_head_late(void)
{
    cut(&b, "check-main", "partial-head-late", -1, 104, REASON_CLOSED_BEFORE_RESPONSE);
}
static void expect(void)
{
    cut(&b, "check-main", "expect", -1, 1400, REASON_CLOSED_BEFORE_RESPONSE);
}
static void pipelined(void)
{
    struct attempt *a = nth(&b, "check-main", "pipelined", 1);

    a->first_ns = 0;
    a->outcome = OUTCOME_CUT_OFF;
    a->reason = REASON_CLOSED_BEFORE_RESPONSE;
    a->answer.whole = false;
}
static void pipelined_near(void)
{
    cut(&b, "check-main", "pipelined", -1, 4, REASON_CLOSED_BEFORE_RESPONSE); /* not the pair's */
}
/* Killed before anything could be done: but the listener was closed at the signal. */
static void deadlock_near(void)
{
    set_killed(&b, "check-main", 1000);
    for (size_t i = 0; i < b.runs[main_run()].n_attempts; i++) {
        struct attempt *a = &b.runs[main_run()].attempts[i];

        if (a->end_ns < T0 + MS(90))
            continue;
        a->outcome = OUTCOME_CUT_OFF;
        a->answer.whole = false;
        a->end_ns = T0 + MS(1001);
    }
}
static void second(void)
{
    cut(&b, "check-second-term-100", "waiting", -1, 102, REASON_CLOSED_BEFORE_RESPONSE);
    set_exit(&b, "check-second-term-100", 103, 1, 0);
}
static void group(void)
{
    cut(&b, "check-group", "waiting", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
    set_exit(&b, "check-group", 6, 0, 0);
}
static void helpers(void)
{
    group();
    at("check-group", EVENT_LOADS_START, -650, NULL);
    at("check-group", EVENT_PROCESS, -190, "sh -c convert")->pid = 300;
    at("check-group", EVENT_PROCESS_GONE, 3, NULL)->pid = 300;
}
static void helpers_near(void) /* a worker has died as well */
{
    helpers();
    at("check-group", EVENT_PROCESS, -700, "server: worker")->pid = 301;
    at("check-group", EVENT_PROCESS_GONE, 3, NULL)->pid = 301;
}
static void sigint(void)
{
    cut(&b, "check-int", "waiting", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
}
static void sigint_near(void)
{
    cut(&b, "check-second-int-100", "waiting", -1, 104, REASON_CLOSED_BEFORE_RESPONSE);
}
static void deadlock(void)
{
    size_t run = main_run();

    set_killed(&b, "check-main", 6000);
    for (size_t i = 0; i < b.runs[run].n_attempts; i++) {
        struct attempt *a = &b.runs[run].attempts[i];

        if (a->end_ns <= T0)
            continue;
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_CLOSED_BEFORE_RESPONSE;
        a->answer.whole = false;
        a->first_ns = a->first_ns > T0 ? 0 : a->first_ns;
        a->end_ns = T0 + MS(6001);
    }
}
static void reuseport(void)
{
    size_t run = run_of(&b, "check-accept-queue");

    fake_event(&b, run, EVENT_LISTENER, -500)->sockets = 2;
    cut(&b, "check-accept-queue", "frozen", 9, 3, REASON_NEVER_ACCEPTED);
}
static void ghost(void)
{
    struct attempt *a = nth(&b, "check-main", "silent", 0);

    a->outcome = OUTCOME_UNFINISHED;
    a->reason = REASON_RUN_ENDED;
    a->end_ns = T0 + MS(3000);
    fake_event(&b, main_run(), EVENT_RUN_END, 3000);
}

static const struct row rows[] = {
    {"pid1-no-handler", pid1, "", pid1_near},
    {"shell-wrapper-swallows", shell, "", shell_near},
    {"runner-swallows", runner, "", runner_near},
    {"wrapper-leaves-early", wrapper_leaves, "", shell_near},
    {"wrong-signal-fast-stop", wrong_signal, "", wrong_signal_near},
    {"term-means-reload", reload, "", served_on},
    {"term-means-reload", reload_gently, "", served_on},
    {"signal-ignored", served_on, "", reload_gently},
    {"signal-ignored", served_on, "", served_on_once},
    {"unrelated-signal-stops", unrelated, "", unrelated_near},
    {"signal-during-startup", startup, "", startup_near},
    {"workers-orphaned", orphaned, "", NULL},
    {"listener-fd-leaked", leaked, "", leaked_near},
    {"stale-socket-file", leftover, "", NULL},
    {"exit-code-ambiguous", exit_code, "", exit_code_near},
    {"inflight-killed-at-signal", killed, "", killed_near},
    {"stream-cut-at-signal", stream_cut, "", stream_cut_near},
    {"main-exits-early", exits_early, "", killed},
    {"request-context-cancelled", cancelled, "", cancelled_near},
    {"accept-queue-reset", queue, "", NULL},
    {"held-socket-lost", restart_refuses, "", restart_waits},
    {"handshake-at-close", handshake, "", NULL},
    {"accept-vs-shutdown-race", accept_race, "", handshake},
    {"idle-keepalive-fin-race", keepalive, "", keepalive_not_kept},
    {"idle-keepalive-fin-race", keepalive_free, "", keepalive_near},
    {"unread-request-rst", unread, "", upload},
    {"upload-cut", upload, "", upload_near},
    {"half-head-dropped", half_head, "", NULL},
    {"half-head-dropped", half_head_late, "", NULL},
    {"expect-100-stranded", expect, "", NULL},
    {"pipelined-dropped", pipelined, "", pipelined_near},
    {"platform-double-signal", second, "", NULL},
    {"group-signal-kills-workers", group, "", NULL},
    {"group-signal-kills-helpers", helpers, "", helpers_near},
    {"sigint-not-drained", sigint, "", sigint_near},
    {"signal-handler-deadlock", deadlock, "", served_on},
    {"signal-handler-deadlock", deadlock, "", deadlock_near},
    {"reuseport-group-loss", reuseport, "accept-queue-reset", queue},
    {"defer-accept-ghost", ghost, "", NULL},
};

static const struct row *table(size_t *n, const char **sections)
{
    *n = sizeof rows / sizeof *rows;
    *sections = "ABE";
    return rows;
}

int main(void)
{
    return run_rows();
}
