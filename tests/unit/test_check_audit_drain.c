/* Sections C, D and F of the catalogue: the drain, the deadline, the platform. */
#include "audit_rows.h"
#include "audit_crowd.h"

/* --- section C --- */
static void hang(int count)
{
    struct attempt *a;

    for (int i = 15; i < 15 + count && (a = nth(&b, "check-main", "arrivals", i)); i++) {
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_NEVER_ACCEPTED;
        a->connected_ns = a->sent_ns = a->start_ns + 1000;
        a->end_ns = T0 + MS(1502);
    }
}
static void nobody(void)
{
    hang(20);
}
static void nobody_near(void)
{
    hang(2); /* another defect, if any */
}
static void untell(const char *load)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, "check-main", load, i)); i++)
        a->answer.told_to_close = false;
}
static void no_close(void)
{
    untell("kept");
}
static void no_close_near(void)
{
    untell("streaming"); /* its head was written before the signal */
    untell("expect");
    for (int i = 0; i < 2; i++)
        ((struct event *)(uintptr_t)nth(&b, "check-main", "expect", i)->end)->framing =
            FRAMING_CLOSE;
}
static void forever(void)
{
    for (int ms = 10; ms < 1400; ms += 20) {
        struct attempt *a = add_attempt(&b, main_run(), "steady", ms, ms + 1, ms + 1.2);

        a->conn.reused = true;
        a->answer.told_to_close = false;
    }
}
static void forever_near(void)
{
    /* a lame-duck delay: all is served as before until the listener closes */
    find_event(&b, main_run(), EVENT_LISTENER)->t_ns = T0 + MS(1490);
    forever();
}
static void shed(void)
{
    fail_with("steady", 503, 5);
    untell("steady");
}
static void shed_near(void)
{
    fail_with("steady", 503, 5);
    for (int i = 0; i < 7; i++)
        nth(&b, "check-main", "steady", i)->answer.told_to_close = true;
}
static struct event *health(const char *path, int64_t status, double ms)
{
    struct event *e = at("check-main", EVENT_HEALTH, ms, path);

    e->status = status;
    e->at = e->t_ns - MS(1); /* when it was asked */
    return e;
}
static void lame_duck(void)
{
    find_event(&b, main_run(), EVENT_LISTENER)->t_ns = T0 + MS(600);
}
static void ready_stays(void)
{
    lame_duck();
    health("/ready", 200, 13);
    health("/ready", 200, 260);
}
static void ready_near(void)
{
    lame_duck();
    health("/ready", 200, 13);
    health("/ready", 503, 60);
}
static void ready_busy(void)
{
    lame_duck();
    health("/ready", 200, 700)->at = T0 + MS(400); /* a machine that is this slow proves nothing */
}
static void live_fails(void)
{
    health("/live", 503, 8);
}
static void live_near(void)
{
    health("/live", 0, 8); /* refused: the listener is closed */
}
static void deps(void)
{
    fail_with("waiting", 500, 1300);
}
static void not_flushed(void)
{
    struct attempt *a = nth(&b, "check-main", "waiting", 0);

    a->outcome = OUTCOME_CUT_OFF;
    a->reason = REASON_CLOSED_MID_RESPONSE;
    a->answer.whole = false;
}
/* What a slow reader has half of at the signal. */
static struct attempt *large(double ms, int64_t bytes)
{
    struct attempt *a = add_attempt(&b, main_run(), "large", -200, -190, ms);
    struct event *e = (struct event *)(uintptr_t)a->end;

    a->answer.told_to_close = false;
    e->length = 1000000;
    e->body_bytes = bytes;
    if (bytes < e->length) {
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_CLOSED_MID_RESPONSE;
        a->answer.whole = false;
    }
    return a;
}
static void half_sent(void)
{
    large(5, 250000);
}
static void half_sent_near(void)
{
    large(30, 1000000);
    large(4000, 250000); /* at the server's limit: a slow reader's own fault */
}
static void stall(double from, double to)
{
    fake_event(&b, main_run(), EVENT_STALL, to)->at = T0 + (int64_t)(from * 1e6);
}
/* Written before the signal, and read late because drainctl was held up. */
static void no_close_stalled(void)
{
    stall(10, 250);
    add_attempt(&b, main_run(), "steady", -5, 180, 180.2)->answer.told_to_close = false;
}
static void nobody_stalled(void)
{
    stall(30, 700);
    hang(20);
    for (int i = 15; i < 35; i++)
        nth(&b, "check-main", "arrivals", i)->end_ns = T0 + MS(710);
}
static void recycle(void)
{
    struct attempt *a = nth(&b, "check-control", "waiting", 0);

    a->outcome = OUTCOME_CUT_OFF;
    a->reason = REASON_CLOSED_BEFORE_RESPONSE;
    a->answer.whole = false;
}
static void idle_stalls(void)
{
    set_exit(&b, "check-main", 6300, 0, 0);
}
static void silent_hold(double ms)
{
    for (int i = 0; i < 3; i++)
        nth(&b, "check-main", "silent", i)->end_ns = T0 + (int64_t)(ms * 1e6);
    set_exit(&b, "check-main", ms + 1, 0, 0);
}
static void silent_stalls(void)
{
    silent_hold(6500);
}
static void silent_near(void)
{
    silent_hold(1900); /* held a little, less than a second */
}
/* Workers that wait in silent connections: nobody is answered, before the signal or after it. */
static void workers_held(void)
{
    size_t run = main_run();

    set_killed(&b, "check-main", 6000);
    for (size_t i = 0; i < b.runs[run].n_attempts; i++) {
        struct attempt *a = &b.runs[run].attempts[i];

        if (a->end_ns < T0 - MS(450))
            continue;
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = REASON_CLOSED_BEFORE_RESPONSE;
        a->answer.whole = a->answer.told_to_close = false;
        a->first_ns = 0;
        a->end_ns = T0 + MS(6001);
        a->phase = a->phase == PHASE_DONE ? PHASE_WAITING : a->phase;
    }
}
static void late(void)
{
    set_exit(&b, "check-group", 4000, 0, 0);
}
static void late_near(void)
{
    /* still in service: the listener closed just before the exit */
    find_event(&b, run_of(&b, "check-group"), EVENT_LISTENER)->t_ns = T0 + MS(3990);
    set_exit(&b, "check-group", 4000, 0, 0);
}
static void never(void)
{
    static const char *const runs[] = {"check-main", "check-group", "check-second-term-1",
                                       "check-second-term-100", "check-accept-queue"};

    for (size_t i = 0; i < 5; i++)
        set_killed(&b, runs[i], 6000);
}

/* --- sections D and F --- */
static void outlast(void)
{
    set_killed(&b, "check-deadline", 10000);
    cut(&b, "check-deadline", "outlasting", -1, 10000.5, REASON_CLOSED_BEFORE_RESPONSE);
}
static void outlast_near(void)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, "check-deadline", "outlasting", i)); i++) {
        a->outcome = OUTCOME_COMPLETED; /* the path is not slow enough */
        a->answer.whole = true;
    }
    set_exit(&b, "check-deadline", 2002, 0, 0);
}
static void exceeds(void)
{
    outlast();
    b.profile = profile_find("docker");
}
static void exceeds_near(void)
{
    b.profile = profile_find("docker");
}
static void too_short(void)
{
    cut(&b, "check-main", "waiting", -1, 800, REASON_CLOSED_BEFORE_RESPONSE);
}
static void limit_ignored(void)
{
    silent_hold(5000);
}
static void hidden(void)
{
    set_exit(&b, "check-deadline", 2002, 0, 0);
    find_event(&b, run_of(&b, "check-deadline"), EVENT_TARGET_OUTPUT)->text = "bye";
}
static void hidden_near(void)
{
    set_exit(&b, "check-deadline", 2002, 0, 0); /* the log says it */
}
/* Every answer of the path is as long as the control's, but for one in the drain. */
static void one_answer_of(int64_t bytes, enum framing framing)
{
    for (size_t i = 0; i < b.n; i++)
        for (size_t k = 0; k < b.runs[i].n_attempts; k++)
            if (b.runs[i].attempts[k].end)
                ((struct event *)(uintptr_t)b.runs[i].attempts[k].end)->body_bytes = 1000;
    struct event *end = (struct event *)(uintptr_t)nth(&b, "check-main", "waiting", 0)->end;
    end->body_bytes = bytes;
    end->framing = framing;
}
static void half_of_it(void)
{
    one_answer_of(500, FRAMING_LENGTH);
}
static void a_digit_less(void)
{
    one_answer_of(999, FRAMING_LENGTH);
}
static void unframed_less(void)
{
    one_answer_of(999, FRAMING_CLOSE);
}
static void header_cut(void)
{
    struct attempt *a = nth(&b, "check-main", "waiting", 0);

    not_flushed();
    ((struct event *)(uintptr_t)a->end)->header_done = 0;
}
static void lag(void)
{
    b.profile = profile_find("kubernetes");
}
static void lag_near(void)
{
    b.profile = profile_find("systemd");
}
/* A hook of nine seconds leaves one of the grace of ten. */
static void hook(void)
{
    struct plan *plan = &b.runs[main_run()].plan;

    b.profile = profile_find("docker");
    plan->platform.pre_stop_ns = MS(9000);
    plan->signals[plan->n_signals++] = (struct plan_signal){
        .signo = SIGKILL, .when = {.kind = WHEN_AFTER, .at_ns = MS(1000), .of = 0}};
}
static void prestop(void)
{
    hook();
    set_killed(&b, "check-main", 1000);
    cut(&b, "check-main", "waiting", -1, 1001, REASON_CLOSED_BEFORE_RESPONSE);
}
static void prestop_near(void)
{
    hook();
    set_exit(&b, "check-main", 900, 0, 0);
}
/* The endpoints are gone when the hook is over. */
static void lag_hook(void)
{
    b.profile = profile_find("kubernetes");
    b.runs[main_run()].plan.platform.pre_stop_ns = MS(6000);
}
static void post(void)
{
    cut(&b, "check-main", "waiting-post", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
}

static void cancelled(void)
{
    fail_with("waiting", 500, 4);
}
static void killed(void)
{
    cut(&b, "check-main", "kept", -1, 4, REASON_RESET_BEFORE_RESPONSE);
}

static const struct row rows[] = {
    {"listener-open-nobody-accepts", nobody, "accept-queue-reset", nobody_near},
    {"listener-open-nobody-accepts", nobody, "accept-queue-reset", nobody_stalled},
    {"no-connection-close", no_close, "", no_close_near},
    {"no-connection-close", no_close, "", no_close_stalled},
    {"keepalive-served-forever", forever, "no-connection-close", forever_near},
    {"shed-503-loop", shed, "", shed_near},
    {"health-still-200", ready_stays, "", ready_near},
    {"health-still-200", ready_stays, "", ready_busy},
    {"liveness-fails-in-drain", live_fails, "", live_near},
    {"deps-closed-first", deps, "", cancelled},
    {"response-not-flushed", not_flushed, "", NULL},
    {"response-not-flushed", half_sent, "", half_sent_near},
    {"worker-recycle-drop", recycle, "", NULL},
    {"idle-after-close-stalls", idle_stalls, "deadline-ignored", silent_stalls},
    {"silent-conn-stalls", silent_stalls, "deadline-ignored", silent_near},
    {"silent-conn-stalls", workers_held, "deadline-ignored accept-queue-reset", NULL},
    {"stream-stalls-drain", stream_stalls, "", NULL},
    {"close-storm", storm, "", storm_near},
    {"eventsource-503", turned_away, "", turned_away_near},
    {"exit-late", late, "", late_near},
    {"exit-never", never, "deadline-ignored", NULL},
    {"no-deadline", outlast, "", exceeds},
    {"no-deadline", outlast, "", outlast_near},
    {"deadline-ignored", limit_ignored, "silent-conn-stalls", silent_near},
    {"deadline-exceeds-platform", exceeds, "", exceeds_near},
    {"deadline-exceeds-platform", too_short, "", killed},
    {"deadline-result-hidden", hidden, "", hidden_near},
    {"truncation-looks-complete", truncated, "", NULL},
    {"truncation-looks-complete", half_of_it, "", a_digit_less},
    {"truncation-looks-complete", unframed_less, "", a_digit_less},
    {"header-cut-looks-200", header_cut, "", not_flushed},
    {"endpoint-lag", lag, "", lag_near},
    {"endpoint-lag", lag, "", lag_hook},
    {"prestop-eats-grace", prestop, "", prestop_near},
    {"nonidempotent-not-retried", post, "", killed},
};

static const struct row *table(size_t *n, const char **sections)
{
    *n = sizeof rows / sizeof *rows;
    *sections = "CDF";
    return rows;
}

int main(void)
{
    return run_rows();
}
