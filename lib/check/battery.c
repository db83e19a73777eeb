/* Which runs the battery has, and the order they come in. What each is made of is in
 * battery_loads.c. */
#include "check/battery.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "base/unix_address.h"
#include "check/battery_loads.h"
#include "check/battery_signals.h"
#include "plan/scenario_out.h"

static const int64_t outlast_by_ns = 5 * NS_PER_S;

/* Also without such paths: "early" is what has the target's processes and files looked at. */
static void write_health(struct json_out *j, const struct battery_options *o,
                         const struct battery_run *run)
{
    json_out_object(j, "health");
    if (o->paths.ready && !run->unwatched)
        json_out_string(j, "ready", o->paths.ready);
    if (o->paths.live && !run->unwatched)
        json_out_string(j, "live", o->paths.live);
    json_out_bool(j, "early", true);
    json_out_end_object(j);
}

/* One path of a Unix socket for all runs: none can run beside another, and one that was killed
 * leaves its file to the next. */
static bool shares_socket(const struct battery_options *o)
{
    return o->pid <= 0 && !o->socket_activation && o->url && unix_address_is(o->url) &&
           !strstr(o->url, "${port}");
}

void battery_write_target(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run)
{
    json_out_object(j, "target");
    if (o->pid > 0) {
        json_out_object(j, "attach");
        json_out_int(j, "pid", o->pid);
        json_out_end_object(j);
    } else if (o->command) {
        scenario_command(j, o->command);
    } else {
        json_out_object(j, "reference");
        if (o->fault)
            json_out_string(j, "fault", o->fault);
        json_out_end_object(j);
    }
    if (o->url)
        json_out_string(j, "url", o->url);
    scenario_ready(j, &(struct scenario_ready){.notify = o->notify,
                                               .log = o->ready_log,
                                               .path = o->paths.ready,
                                               .within_ns = o->within_ns});
    write_health(j, o, run);
    if (o->socket_activation)
        json_out_bool(j, "socket_activation", true);
    if (run->dependencies)
        json_out_bool(j, "dependencies", true);
    if (run->pid1)
        json_out_bool(j, "pid1", true);
    bool keeps_socket = run->over_socket || (run->role == RUN(MAIN) && !o->quick);
    if (shares_socket(o) && !keeps_socket)
        json_out_bool(j, "clear_socket", true);
    json_out_end_object(j);
}

/* The first signal, and the platform's SIGKILL when its patience ends. */
static void write_signals(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run)
{
    int64_t kill_ns =
        run->kill_after_ns && run->kill_after_ns < o->grace_ns ? run->kill_after_ns : o->grace_ns;
    json_out_array(j, "signals");
    run->signals(j, o, run);
    if (o->pid <= 0) /* what we did not start is not ours to kill */
        scenario_kill(j, kill_ns, battery_first_signal(o, run));
    json_out_end_array(j);
}

/* The first process is told by the platform's signal, and the next one is there when it has exited:
 * when it has been at rest, or when the page was read; then what deploys runs in between. */
static void write_restart(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run)
{
    json_out_array(j, "actions");
    json_out_object(j, NULL);
    json_out_string(j, "restart", "target");
    json_out_string(j, "signal", signame_name(o->signo));
    if (run->page && o->deploy) {
        json_out_array(j, "deploy");
        json_out_string(j, NULL, "/bin/sh");
        json_out_string(j, NULL, "-c");
        json_out_string(j, NULL, o->deploy);
        json_out_end_array(j);
    }
    json_out_object(j, "when");
    if (run->page) {
        json_out_string(j, "page", o->paths.page);
    } else {
        json_out_string(j, "at", "500ms");
        json_out_string(j, "still", "150ms");
    }
    json_out_end_object(j);
    json_out_end_object(j);
    json_out_end_array(j);
}

/* A build may take minutes. */
static const int64_t spare_ns = 20 * NS_PER_S, deploy_ns = 600 * NS_PER_S;

static int64_t timeout_of(const struct battery_options *o, const struct battery_run *run)
{
    int64_t ns = o->grace_ns + o->within_ns + spare_ns;
    if (run->page)
        ns += o->within_ns + (o->deploy ? deploy_ns : 0);
    return ns;
}

static void write_platform(struct json_out *j, const struct battery_options *o)
{
    if (o->profile)
        json_out_string(j, "profile", o->profile->name);
    if (o->pre_stop_ns)
        scenario_duration(j, "pre_stop", o->pre_stop_ns);
}

static int build_run(const struct battery_options *o, const struct battery_run *run,
                     struct plan *plan, struct error *err)
{
    struct scenario_out s;
    scenario_begin(&s, run_name(run->role));
    json_out_string(&s.j, "about", run->about);
    json_out_bool(&s.j, "audit", true);
    write_platform(&s.j, o);
    scenario_duration(&s.j, "timeout", timeout_of(o, run));
    battery_write_target(&s.j, o, run);
    json_out_array(&s.j, "loads");
    run->loads(&s.j, o, run);
    json_out_end_array(&s.j);
    if (run->signals)
        write_signals(&s.j, o, run);
    if (run->restarts || run->page)
        write_restart(&s.j, o, run);
    return scenario_end(&s, run_name(run->role), plan, err);
}

/* "/report?ms=1500" with a number of milliseconds that outlasts the grace, or NULL. What stands for
 * time in another server's path is not for us to guess, but ms is common. */
static char *outlasting_path(const struct battery_options *o)
{
    static const char key[] = "ms=";
    const char *at = o->paths.slow ? strstr(o->paths.slow, key) : NULL;
    if (!at || at == o->paths.slow || !strchr("?&", at[-1]))
        return NULL;
    at += strlen(key);
    size_t digits = strspn(at, "0123456789");
    int64_t ms = (o->grace_ns + outlast_by_ns) / NS_PER_MS;
    return digits ? mem_printf("%.*s%" PRId64 "%s", (int)(at - o->paths.slow), o->paths.slow, ms,
                               at + digits)
                  : NULL;
}

static bool applies(const struct battery_run *run, const struct battery_options *o)
{
    if (o->pid > 0 && run != battery_runs)
        return false;
    if (run->page) /* with --quick too: the user asked for it */
        return o->paths.page != NULL;
    if (o->quick && run != battery_runs && !(o->paths.subscription && run->tells_holder))
        return false;
    return (shares_socket(o) || !run->over_socket) && (o->socket_activation || !run->restarts) &&
           (o->paths.slow || !run->needs.slow) && (o->paths.outlast || !run->needs.outlast) &&
           (o->paths.subscription || !run->needs.subscription);
}

static void make_room(struct battery *battery, size_t *cap)
{
    if (battery->count < *cap)
        return;
    *cap = *cap ? 2 * *cap : 16;
    battery->plans = mem_resize(battery->plans, *cap, sizeof *battery->plans);
    battery->alone_ns = mem_resize(battery->alone_ns, *cap, sizeof *battery->alone_ns);
}

static int build_all(const struct battery_options *o, struct battery *battery, struct error *err)
{
    *battery = (struct battery){0};
    size_t cap = 0;
    for (const struct battery_run *run = battery_runs; run->role; run++) {
        if (!applies(run, o))
            continue;
        make_room(battery, &cap);
        battery->alone_ns[battery->count] = run->alone_ns;
        if (build_run(o, run, &battery->plans[battery->count], err) < 0) {
            battery_free(battery);
            return -1;
        }
        battery->count++;
    }
    return 0;
}

int battery_build(const struct battery_options *options, struct battery *battery, struct error *err)
{
    struct battery_options o = *options;
    *battery = (struct battery){0};
    if (battery_check_options(options, err) < 0)
        return -1;
    char *outlast = o.paths.outlast ? NULL : outlasting_path(options);
    if (outlast)
        o.paths.outlast = outlast;
    int rc = build_all(&o, battery, err);
    free(outlast);
    return rc;
}

void battery_free(struct battery *battery)
{
    for (size_t i = 0; i < battery->count; i++)
        plan_free(&battery->plans[i]);
    free(battery->plans);
    free(battery->alone_ns);
    *battery = (struct battery){0};
}
