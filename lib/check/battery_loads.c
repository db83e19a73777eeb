#include "check/battery_loads.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "check/battery_rows.h"
#include "check/battery_signals.h"
#include "plan/scenario_out.h"

static const char *path_of(const struct battery_options *o, const struct load_row *row)
{
    const char *paths[] = {
        [PATH_FAST] = o->paths.fast,
        [PATH_SLOW] = o->paths.slow,
        [PATH_STREAM] = o->paths.stream,
        [PATH_UPLOAD] = o->paths.upload,
        [PATH_OUTLAST] = o->paths.outlast,
        [PATH_LARGE] = o->paths.large ? o->paths.large : o->paths.fast,
        [PATH_SUBSCRIPTION] = o->paths.subscription,
    };
    return paths[row->path];
}

static void write_body(struct json_out *j, const struct load_row *row)
{
    json_out_object(j, "body");
    json_out_int(j, "bytes", row->body_bytes);
    if (row->body_over)
        json_out_string(j, "over", row->body_over);
    json_out_end_object(j);
}

static void write_request(struct json_out *j, const struct battery_options *o,
                          const struct load_row *row, const char *path)
{
    json_out_object(j, "request");
    if (row->method)
        json_out_string(j, "method", row->method);
    json_out_string(j, "path", path);
    if (row->then_fast)
        json_out_string(j, "then", o->paths.fast);
    if (row->body_bytes)
        write_body(j, row);
    json_out_end_object(j);
}

static void write_read(struct json_out *j, const struct load_row *row, int signo)
{
    json_out_object(j, "read");
    json_out_int(j, "bytes_per_second", SLOW_BYTES_PER_SECOND);
    scenario_after(j, "until", row->slow_until, signo);
    json_out_end_object(j);
}

/* From the start of a load to the signal, at most. */
static const int64_t before_signal_ns = 15 * NS_PER_S;
static const int64_t usual_timeout_ns = 30 * NS_PER_S; /* what a load has without a word */

/* A client that gave up before the platform does would end the drain itself. */
static void write_timeout(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run, const struct load_row *row)
{
    int64_t timeout_ns = row->grace_long ? o->grace_ns : o->grace_ns + before_signal_ns;

    bool told = run->signals || run->restarts;
    if (row->grace_long || (told && timeout_ns > usual_timeout_ns))
        scenario_duration(j, "timeout", timeout_ns);
}

enum { LATER_MOST = 1000, LATER_LEAST = 50, LATER_PER_SECOND = 100 };

/* Half of the descriptors that the other clients leave. */
static int later_clients(const struct battery_options *o)
{
    int64_t n = o->descriptors > 0 ? (o->descriptors - 600) / 2 : LATER_MOST;

    return n > LATER_MOST ? LATER_MOST : n < LATER_LEAST ? LATER_LEAST : (int)n;
}

/* Thousandths of requests a second, rounded down. */
static int64_t later_rate(const struct battery_options *o)
{
    int64_t rate = later_clients(o) * 1000 / (o->grace_ns / NS_PER_S + 2);

    return rate > LATER_PER_SECOND * 1000 ? LATER_PER_SECOND * 1000 : rate > 0 ? rate : 1;
}

static void write_pace(struct json_out *j, const struct battery_options *o,
                       const struct load_row *row)
{
    char rate[32];

    json_out_int(j, "clients", row->till_gone ? later_clients(o) : row->clients);
    snprintf(rate, sizeof rate, "%.3f/s", (double)later_rate(o) / 1e3);
    if (row->till_gone || row->rate)
        json_out_string(j, "rate", row->till_gone ? rate : row->rate);
}

static void write_stop(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run, const char *after)
{
    if (!run->restarts) {
        scenario_after(j, "stop", after, battery_first_signal(o, run));
        return;
    }
    json_out_object(j, "stop");
    json_out_string(j, "after", after);
    json_out_string(j, "of", "restart target");
    json_out_end_object(j);
}

/* A path that the server was not said to have is left out, not guessed. */
static void write_load(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run, const struct load_row *row)
{
    bool silent = row->shape && strcmp(row->shape, "silent") == 0;
    const char *path = path_of(o, row);
    if (!path && !silent)
        return;
    json_out_object(j, NULL);
    json_out_string(j, "name", load_name(row->role));
    if (row->shape)
        json_out_string(j, "shape", row->shape);
    if (!silent)
        write_request(j, o, row, path);
    write_pace(j, o, row);
    write_timeout(j, o, run, row);
    bool once = row->till_signal && !run->signals; /* the control run has no signal to stop at */
    if (row->each)
        json_out_int(j, "requests", (int64_t)row->clients * (once ? 1 : row->each));
    if (row->fresh)
        json_out_string(j, "connection", "new");
    if (row->start_after)
        scenario_after(j, "start", row->start_after, battery_first_signal(o, run));
    if (row->pause)
        json_out_string(j, "pause", row->pause);
    if (row->start)
        json_out_string(j, "start", row->start);
    if (row->till_signal && !once)
        scenario_after(j, "stop", "0ms", battery_first_signal(o, run));
    if (row->stop_after)
        write_stop(j, o, run, row->stop_after);
    if (row->resume && strcmp(row->resume, "never") == 0)
        json_out_string(j, "resume", "never");
    else if (row->resume_at)
        json_out_string(j, "resume", row->resume_at);
    else if (row->resume)
        scenario_after(j, "resume", row->resume, battery_first_signal(o, run));
    if (row->slow_until)
        write_read(j, row, battery_first_signal(o, run));
    json_out_end_object(j);
}

/* Kinds of clients of the main run, and no other. */
static void loads_of_main(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run, load_set kinds)
{
    for (size_t i = 0; i < ARRAY_LEN(main_loads); i++)
        if (main_loads[i].role & kinds)
            write_load(j, o, run, &main_loads[i]);
}

static void loads_silent(struct json_out *j, const struct battery_options *o,
                         const struct battery_run *run)
{
    loads_of_main(j, o, run, SILENT_LOADS);
}

/* Idle ones prove nothing of a server that had nothing to do. */
static void loads_idle(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run)
{
    loads_of_main(j, o, run, LOAD(IDLE_UNUSED));
    write_load(j, o, run, &waiting_load);
}

static void loads_control(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run)
{
    write_load(j, o, run, &waiting_load);
    write_load(j, o, run, &control_stream_load);
}

static void loads_crowd(struct json_out *j, const struct battery_options *o,
                        const struct battery_run *run)
{
    write_load(j, o, run, &crowd_load);
    write_load(j, o, run, &coming_back_load);
}

static void loads_main(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run)
{
    loads_of_main(j, o, run, ANY_LOAD);
}

#define ONE_LOAD(function, row)                                                                    \
    static void function(struct json_out *j, const struct battery_options *o,                      \
                         const struct battery_run *run)                                            \
    {                                                                                              \
        write_load(j, o, run, &(row));                                                             \
    }

/* With a request on its way, so that a server does not leave at once. */
#define LOAD_BESIDE(function, row)                                                                 \
    static void function(struct json_out *j, const struct battery_options *o,                      \
                         const struct battery_run *run)                                            \
    {                                                                                              \
        write_load(j, o, run, &(row));                                                             \
        write_load(j, o, run, &lasting_load);                                                      \
    }

ONE_LOAD(loads_steady, steady_load)
ONE_LOAD(loads_waiting, waiting_load)
ONE_LOAD(loads_outlasting, outlasting_load)
ONE_LOAD(loads_restarted, restarted_load)
ONE_LOAD(loads_frozen_new, frozen_new_load)
ONE_LOAD(loads_frozen_kept, frozen_kept_load)
LOAD_BESIDE(loads_queue_beside, frozen_new_load)
LOAD_BESIDE(loads_frozen_beside, frozen_kept_load)

static void loads_frozen_working(struct json_out *j, const struct battery_options *o,
                                 const struct battery_run *run)
{
    write_load(j, o, run, &frozen_kept_load);
    write_load(j, o, run, o->paths.slow ? &working_load : &lasting_load);
}

static void loads_none(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run)
{
    (void)j;
    (void)o;
    (void)run;
}

/* Longer than a wait that is a choice (Go's is 5 s), so that the two can be told apart. */
#define SILENCE_NS (8 * NS_PER_S)
/* How long after the signal the clients of a run are still busy: of the main run, and of others. */
#define MAIN_ALONE_NS (600 * NS_PER_MS)
#define RACE_ALONE_NS (300 * NS_PER_MS)
#define AGAIN_NS      (3 * NS_PER_S) /* such a try is not about what holds up an exit */
#define TRY(role_, about_, loads_, write_)                                                         \
    {                                                                                              \
        .role = RUN(role_), .about = about_, .loads = loads_, .signals = signals_freeze,           \
        .write = write_, .alone_ns = RACE_ALONE_NS, .kill_after_ns = AGAIN_NS                      \
    }

/* clang-format off */
const struct battery_run battery_runs[] = {
    {.role = RUN(MAIN),
     .about = "everything at once: every kind of client across one signal",
     .loads = loads_main, .signals = signals_in_flight, .alone_ns = MAIN_ALONE_NS,
     .dependencies = true},
    {.role = RUN(SECOND_START),
     .about = "a start where the run before this one ended: over the socket file that it left",
     .loads = loads_none, .over_socket = true},
    /* these may last as long as the grace: the sooner they begin, the sooner all is over */
    {.role = RUN(DEADLINE), .about = "requests that take longer than the platform waits",
     .loads = loads_outlasting, .signals = signals_in_flight, .needs.outlast = true},
    {.role = RUN(CROWD),
     .about = "many subscriptions: do all end in one instant, and what is a returning client told?",
     .loads = loads_crowd, .signals = signals_alone, .needs.subscription = true,
     .alone_ns = RACE_ALONE_NS},
    {.role = RUN(SILENT_ALONE),
     .about = "silent connections and no others: do they hold up the exit?",
     .loads = loads_silent, .signals = signals_alone, .tells_holder = true,
     .needs.subscription = true, .kill_after_ns = SILENCE_NS},
    {.role = RUN(BARE), .about = "with no client connected: does it exit at once?",
     .loads = loads_none, .signals = signals_alone, .unwatched = true},
    {.role = RUN(ACCEPT_QUEUE),
     .about = "connections that are in the accept queue when the signal comes (frozen)",
     .loads = loads_frozen_new, .signals = signals_freeze, .tells_holder = true,
     .alone_ns = RACE_ALONE_NS},
    {.role = RUN(KEEPALIVE_RACE),
     .about = "requests on kept-alive connections at the instant of the signal (frozen)",
     .loads = loads_frozen_kept, .signals = signals_freeze, .alone_ns = RACE_ALONE_NS},
    TRY(ACCEPT_QUEUE_2, "the accept queue again, with a request on its way", loads_queue_beside,
        NULL),
    TRY(KEEPALIVE_TURNS_1, "requests on kept-alive connections between the steps of the shutdown",
        loads_frozen_kept, "turns"),
    TRY(KEEPALIVE_TURNS_2, "the same, with a request on its way", loads_frozen_beside, "turns"),
    TRY(KEEPALIVE_AFTER_1, "requests on kept-alive connections as the server begins to close",
        loads_frozen_kept, "after"),
    TRY(KEEPALIVE_AFTER_2, "the same, with a request on its way", loads_frozen_beside, "after"),
    TRY(KEEPALIVE_WORKERS_1, "requests on kept-alive connections when workers have the signal",
        loads_frozen_kept, "workers"),
    TRY(KEEPALIVE_WORKERS_2, "the same, with a request on its way", loads_frozen_beside, "workers"),
    TRY(KEEPALIVE_TURNS_3, "between the steps of the shutdown, again", loads_frozen_kept, "turns"),
    TRY(KEEPALIVE_TURNS_4, "the same, while a handler is at work", loads_frozen_working, "turns"),
    TRY(ACCEPT_TURNS_1, "new connections between the steps of the shutdown", loads_frozen_new,
        "turns"),
    TRY(ACCEPT_TURNS_2, "the same, with a request on its way", loads_queue_beside, "turns"),
    TRY(ACCEPT_QUEUE_3, "the accept queue, a third time", loads_frozen_new, NULL),
    {.role = RUN(IDLE_ALONE),
     .about = "idle connections, and nothing silent or endless: do they hold up the exit?",
     .loads = loads_idle, .signals = signals_in_flight, .tells_holder = true,
     .needs.subscription = true, .needs.slow = true},
    {.role = RUN(SECOND_TERM_0), .about = "two SIGTERMs at once",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true,
     .second = SIGTERM, .after = "0ms"},
    {.role = RUN(SECOND_TERM_1), .about = "a second SIGTERM, 1 ms later",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true,
     .second = SIGTERM, .after = "1ms"},
    {.role = RUN(SECOND_TERM_100), .about = "a second SIGTERM, 100 ms later",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true,
     .second = SIGTERM, .after = "100ms"},
    {.role = RUN(INT), .about = "Ctrl-C, as a developer does it",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .signo = SIGINT},
    {.role = RUN(SECOND_INT_0), .about = "Ctrl-C twice, at once",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .signo = SIGINT,
     .second = SIGINT, .after = "0ms"},
    {.role = RUN(SECOND_INT_1), .about = "Ctrl-C twice, 1 ms apart",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .signo = SIGINT,
     .second = SIGINT, .after = "1ms"},
    {.role = RUN(SECOND_INT_100), .about = "Ctrl-C twice, 100 ms apart: the second may force",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .signo = SIGINT,
     .second = SIGINT, .after = "100ms"},
    {.role = RUN(GROUP), .about = "the signal to the whole process group",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .to_group = true},
    {.role = RUN(PID1), .about = "the target as PID 1 of a namespace, as in a container",
     .loads = loads_waiting, .signals = signals_in_flight, .needs.slow = true, .pid1 = true},
    {.role = RUN(STARTUP), .about = "the signal while the target is still starting",
     .loads = loads_none, .signals = signals_startup, .after = "5ms",
     .alone_ns = NS_PER_MS},
    {.role = RUN(STARTUP_30), .about = "the signal when a quick start is half done",
     .loads = loads_none, .signals = signals_startup, .after = "30ms",
     .alone_ns = NS_PER_MS},
    {.role = RUN(STARTUP_150), .about = "the signal when a slow start may still be going on",
     .loads = loads_none, .signals = signals_startup, .after = "150ms",
     .alone_ns = NS_PER_MS},
    {.role = RUN(UNRELATED_SIGNAL),
     .about = "signals that mean something else: a terminal's new size, urgent data, a child",
     .loads = loads_steady, .signals = signals_unrelated, .kill_after_ns = 800 * NS_PER_MS},
    {.role = RUN(CONTROL), .about = "no signal at all: everything must complete",
     .loads = loads_control, .needs.slow = true},
    {.role = RUN(RESTART),
     .about = "new connections while the server is restarted: the held socket loses none",
     .loads = loads_restarted, .restarts = true},
    {.role = RUN(PAGE),
     .about = "a page that is open while the server is restarted: are its files still there?",
     .loads = loads_none, .page = true, .alone_ns = BATTERY_LAST},
    {0},
};
/* clang-format on */
