/* The run of the checklist. Each client asks for the slow path twice, with a pause between: the
 * first time makes what a server makes at its first use (a pool, threads), the pause shows what it
 * holds at rest, and the signal comes when all of them wait for the second answer. */
#include "check/checklist.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "check/battery_loads.h"
#include "plan/scenario_out.h"

enum { CLIENTS = 4 };

static const char name[] = "shutdown-checklist";
static const char about[] =
    "What people verify of a shutdown, row by row, as far as it can be seen";

static void write_options(struct json_out *j, const struct checklist_options *c)
{
    json_out_object(j, "checklist");
    if (c->pprof)
        json_out_string(j, "pprof", c->pprof);
    if (c->metrics)
        json_out_string(j, "metrics", c->metrics);
    if (c->registry)
        json_out_string(j, "registry", c->registry);
    if (c->pool_log)
        json_out_string(j, "pool_log", c->pool_log);
    json_out_end_object(j);
}

static void write_loads(struct json_out *j, const struct battery_options *o)
{
    json_out_array(j, "loads");
    json_out_object(j, NULL);
    json_out_string(j, "name", "in-hand");
    scenario_request(j, o->paths.slow ? o->paths.slow : o->paths.fast);
    json_out_int(j, "clients", CLIENTS);
    json_out_int(j, "requests", 2 * CLIENTS);
    json_out_string(j, "connection", "new");
    json_out_string(j, "pause", "300ms");
    json_out_end_object(j);
    json_out_object(j, NULL);
    json_out_string(j, "name", "arrivals");
    scenario_request(j, o->paths.fast);
    json_out_string(j, "rate", "50/s");
    json_out_string(j, "connection", "new");
    scenario_after(j, "start", "1ms", o->signo);
    json_out_end_object(j);
    json_out_end_array(j);
}

static void write_signals(struct json_out *j, const struct battery_options *o)
{
    json_out_array(j, "signals");
    json_out_object(j, NULL);
    json_out_string(j, "send", signame_name(o->signo));
    json_out_object(j, "when");
    json_out_string(j, "load", "in-hand");
    json_out_int(j, "request", 2 * CLIENTS);
    json_out_string(j, "phase", "waiting");
    json_out_string(j, "still", "20ms"); /* and the server has taken it */
    json_out_end_object(j);
    json_out_end_object(j);
    if (o->pid <= 0) /* what we did not start is not ours to kill */
        scenario_kill(j, o->grace_ns, o->signo);
    json_out_end_array(j);
}

static void write_scenario(struct json_out *j, const struct battery_options *o,
                           const struct checklist_options *c)
{
    json_out_string(j, "about", about);
    scenario_duration(j, "timeout", o->grace_ns + o->within_ns + 30 * NS_PER_S);
    battery_write_target(j, o, &(struct battery_run){0});
    write_options(j, c);
    write_loads(j, o);
    write_signals(j, o);
    json_out_array(j, "expect");
    json_out_object(j, NULL);
    json_out_string(j, "target", "checklist");
    json_out_end_object(j);
    json_out_end_array(j);
}

int checklist_build(const struct battery_options *o, const struct checklist_options *c,
                    struct battery *battery, struct error *err)
{
    struct scenario_out s;
    *battery = (struct battery){0};
    if (battery_check_options(o, err) < 0)
        return -1;
    battery->plans = mem_zero(1, sizeof *battery->plans);
    battery->alone_ns = mem_zero(1, sizeof *battery->alone_ns);
    battery->alone_ns[0] = o->grace_ns; /* what it looks at must not be another run's doing */
    battery->count = 1;
    scenario_begin(&s, name);
    write_scenario(&s.j, o, c);
    int rc = scenario_end(&s, name, battery->plans, err);
    if (rc < 0)
        battery_free(battery);
    return rc;
}
