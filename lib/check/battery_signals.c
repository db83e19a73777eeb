#include "check/battery_signals.h"

#include <signal.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/signame.h"
#include "plan/scenario_out.h"

/* Signals that do nothing by default (signal(7)) and come uncalled: a terminal was resized, urgent
 * data has come, a child has changed. */
static const int unrelated[] = {SIGWINCH, SIGURG, SIGCHLD};

/* A master that still forks its workers has not finished its start. */
static const char still[] = "150ms";

int battery_first_signal(const struct battery_options *o, const struct battery_run *run)
{
    if (run->signals == signals_unrelated)
        return unrelated[o->signo == unrelated[0]];
    return run->signo ? run->signo : o->signo;
}

static void begin_signal(struct json_out *j, int signo, const struct battery_run *run)
{
    json_out_object(j, NULL);
    json_out_string(j, "send", signame_name(signo));
    if (run->to_group)
        json_out_string(j, "to", "group");
}

static void second_signal(struct json_out *j, const struct battery_run *run, int first)
{
    if (!run->second)
        return;
    /* "the same once more" is the platform's own signal, which need not be SIGTERM */
    begin_signal(j, run->signo ? run->second : first, run);
    scenario_after(j, "when", run->after, first);
    json_out_end_object(j);
}

/* When the slow requests are in flight and the target has been still for a moment; without a slow
 * path, when everything else has had time to get into place. */
void signals_in_flight(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run)
{
    int signo = battery_first_signal(o, run);
    begin_signal(j, signo, run);
    json_out_object(j, "when");
    if (o->paths.slow) {
        bool outlasting = run->role == RUN(DEADLINE);
        json_out_string(j, "load", load_name(outlasting ? LOAD(OUTLASTING) : LOAD(WAITING)));
        json_out_int(j, "in_flight", run->role == RUN(MAIN) ? 10 : outlasting ? 3 : 5);
    } else {
        json_out_string(j, "at", "800ms");
    }
    json_out_string(j, "still", still);
    json_out_end_object(j);
    json_out_end_object(j);
    second_signal(j, run, signo);
}

/* When they have been open for a moment. */
void signals_alone(struct json_out *j, const struct battery_options *o,
                   const struct battery_run *run)
{
    begin_signal(j, o->signo, run);
    json_out_object(j, "when");
    json_out_string(j, "at", "500ms");
    json_out_string(j, "still", still);
    json_out_end_object(j);
    json_out_end_object(j);
}

void signals_freeze(struct json_out *j, const struct battery_options *o,
                    const struct battery_run *run)
{
    begin_signal(j, o->signo, run);
    json_out_object(j, "when");
    json_out_string(j, "at", run->role & ANY_TRY_AGAIN ? "50ms" : "300ms");
    json_out_string(j, "still", still);
    json_out_end_object(j);
    json_out_string(j, "freeze", load_name(LOAD(FROZEN)));
    if (run->write)
        json_out_string(j, "write", run->write);
    json_out_end_object(j);
}

/* One after the other, so that it can be said which of them did it. */
void signals_unrelated(struct json_out *j, const struct battery_options *o,
                       const struct battery_run *run)
{
    int first = battery_first_signal(o, run);
    char after[32];
    begin_signal(j, first, run);
    json_out_object(j, "when");
    json_out_string(j, "at", "300ms");
    json_out_string(j, "still", still);
    json_out_end_object(j);
    json_out_end_object(j);
    for (size_t i = 0, n = 1; i < ARRAY_LEN(unrelated); i++) {
        if (unrelated[i] == first || unrelated[i] == o->signo)
            continue;
        begin_signal(j, unrelated[i], run);
        snprintf(after, sizeof after, "%zums", 200 * n++);
        scenario_after(j, "when", after, first);
        json_out_end_object(j);
    }
}

void signals_startup(struct json_out *j, const struct battery_options *o,
                     const struct battery_run *run)
{
    begin_signal(j, o->signo, run);
    json_out_object(j, "when");
    json_out_string(j, "started", run->after);
    json_out_end_object(j);
    json_out_end_object(j);
}
