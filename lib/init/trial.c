/* The two plans of a trial, and what to make of the first one's answers. */
#include "init/trial.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "plan/scenario_out.h"

enum { STEP_MS = 10, REST_MS = 100 };

static const int64_t answer_ns = 5 * NS_PER_S, slow_answer_ns = 60 * NS_PER_S;
/* A request of at least this length is surely in flight when a signal is sent. */
static const int64_t long_enough_ns = 100 * NS_PER_MS;

/* What is asked for when the user names nothing; within a role the first that answers is taken. */
static const struct {
    const char *path;
    enum trial_role role;
} guesses[] = {
    {"/", TRIAL_FAST},
    {"/ready", TRIAL_READY},
    {"/readyz", TRIAL_READY},
    {"/health/ready", TRIAL_READY},
    {"/actuator/health/readiness", TRIAL_READY},
    {"/-/ready", TRIAL_READY},
    {"/health", TRIAL_HEALTH},
    {"/healthz", TRIAL_HEALTH},
    {"/actuator/health", TRIAL_HEALTH},
    {"/live", TRIAL_LIVE},
    {"/livez", TRIAL_LIVE},
    {"/health/live", TRIAL_LIVE},
    {"/actuator/health/liveness", TRIAL_LIVE},
    {"/-/healthy", TRIAL_LIVE},
    {"/no-such-path-of-any-server", TRIAL_NOWHERE},
};

static void add_path(struct trial_findings *f, const char *path, enum trial_role role, bool given)
{
    f->paths[f->n_paths++] = (struct trial_path){.path = path, .role = role, .given = given};
}

/* What the user named is asked for instead of what we would guess. */
void trial_begin(struct trial_findings *f, const struct trial_options *o)
{
    const char *const given[] = {
        [TRIAL_FAST] = o->path, [TRIAL_READY] = o->ready, [TRIAL_HEALTH] = o->ready,
        [TRIAL_LIVE] = o->live, [TRIAL_NOWHERE] = NULL,
    };
    *f = (struct trial_findings){0};
    if (o->path)
        add_path(f, o->path, TRIAL_FAST, true);
    if (o->ready)
        add_path(f, o->ready, TRIAL_READY, true);
    if (o->live)
        add_path(f, o->live, TRIAL_LIVE, true);
    for (size_t i = 0; i < ARRAY_LEN(guesses); i++)
        if (!given[guesses[i].role])
            add_path(f, guesses[i].path, guesses[i].role, false);
    const char *many = o->slow ? o->slow : o->path ? o->path : "/";
    add_path(f, many, TRIAL_MANY, o->slow != NULL);
}

/* --- writing the plans --- */

static void out_target(struct json_out *j, const struct trial_options *o, const char *ready)
{
    json_out_object(j, "target");
    scenario_command(j, o->command);
    if (o->url)
        json_out_string(j, "url", o->url);
    scenario_ready(
        j, &(struct scenario_ready){.log = o->ready_log, .path = ready, .within_ns = o->within_ns});
    json_out_end_object(j);
}

static void begin_plan(struct scenario_out *s, const char *name, const struct trial_options *o,
                       int64_t timeout_ns)
{
    scenario_begin(s, name);
    json_out_bool(&s->j, "audit", true);
    scenario_duration(&s->j, "timeout", o->within_ns + timeout_ns);
}

/* One request each, one after the other; then many at a time. Those of an ordinary path keep their
 * connection for a while, so that a server that has no room for ten shows it. */
static void out_look(struct json_out *j, const struct trial_path *p, size_t index)
{
    bool many = p->role == TRIAL_MANY;
    char *name = mem_printf("%zu", index);
    json_out_object(j, NULL);
    json_out_string(j, "name", name);
    scenario_request(j, p->path);
    json_out_int(j, "clients", many ? TRIAL_CLIENTS : 1);
    json_out_int(j, "requests", !many ? 1 : p->given ? TRIAL_CLIENTS : 2 * TRIAL_CLIENTS);
    if (many && !p->given)
        scenario_duration(j, "pause", 300 * NS_PER_MS);
    else
        json_out_string(j, "connection", "new");
    scenario_duration(j, "start", (int64_t)(index * STEP_MS + (many ? REST_MS : 0)) * NS_PER_MS);
    scenario_duration(j, "timeout", many ? slow_answer_ns : answer_ns);
    json_out_end_object(j);
    free(name);
}

int trial_plan_look(const struct trial_findings *f, const struct trial_options *o,
                    struct plan *plan, struct error *err)
{
    struct scenario_out s;
    begin_plan(&s, "first-look", o, slow_answer_ns + 2 * answer_ns);
    out_target(&s.j, o, o->ready);
    json_out_array(&s.j, "loads");
    for (size_t i = 0; i < f->n_paths; i++)
        out_look(&s.j, &f->paths[i], i);
    json_out_end_array(&s.j);
    return scenario_end(&s, "first-look", plan, err);
}

static void out_one(struct json_out *j, const char *path)
{
    json_out_array(j, "loads");
    json_out_object(j, NULL);
    json_out_string(j, "name", "one");
    scenario_request(j, path);
    json_out_int(j, "requests", 1);
    json_out_string(j, "connection", "new");
    scenario_duration(j, "timeout", answer_ns);
    json_out_end_object(j);
    json_out_end_array(j);
}

int trial_plan_stop(const struct trial_findings *f, const struct trial_options *o,
                    struct plan *plan, struct error *err)
{
    struct scenario_out s;
    begin_plan(&s, "first-stop", o, o->grace_ns + 2 * answer_ns);
    out_target(&s.j, o, f->ready ? f->ready->path : NULL);
    out_one(&s.j, f->fast->path);
    json_out_array(&s.j, "signals");
    json_out_object(&s.j, NULL);
    json_out_string(&s.j, "send", signame_name(o->signo));
    json_out_object(&s.j, "when");
    json_out_string(&s.j, "load", "one");
    json_out_int(&s.j, "request", 1);
    json_out_string(&s.j, "phase", "done");
    json_out_end_object(&s.j);
    json_out_end_object(&s.j);
    scenario_kill(&s.j, o->grace_ns, o->signo);
    json_out_end_array(&s.j);
    return scenario_end(&s, "first-stop", plan, err);
}

/* --- what to make of the answers --- */

/* How much an answer is worth as one that users get: 2xx, 3xx, 4xx, and nothing else. */
static int worth(const struct trial_path *p)
{
    return p->status >= 200 && p->status < 500 ? 5 - p->status / 100 : 0;
}

/* Among equal ones, what users ask for comes before what only platforms do, readiness last. */
static const struct trial_path *best_answer(const struct trial_findings *f)
{
    const struct trial_path *best = NULL;
    for (size_t i = 0; i < f->n_paths; i++) {
        const struct trial_path *p = &f->paths[i];
        if (p->role >= TRIAL_NOWHERE || !worth(p))
            continue;
        int better = best ? worth(p) - worth(best) : 1;
        if (better > 0 || (better == 0 && p->role < best->role))
            best = p;
        if (p->role == TRIAL_FAST && p->given)
            return p;
    }
    return best;
}

/* The first of a role that answers 200, or (a readiness path that is not ready yet) 503. */
static const struct trial_path *first_healthy(const struct trial_findings *f, enum trial_role role)
{
    for (size_t i = 0; i < f->n_paths; i++) {
        const struct trial_path *p = &f->paths[i];
        bool yet = role != TRIAL_LIVE && p->status == 503;
        if (p->role == role && (p->given || (!f->everywhere && (p->status == 200 || yet))))
            return p;
    }
    return NULL;
}

static const struct trial_path *of_role(const struct trial_findings *f, enum trial_role role)
{
    for (size_t i = 0; i < f->n_paths; i++)
        if (f->paths[i].role == role)
            return &f->paths[i];
    return NULL;
}

static int no_answer(const struct trial_findings *f, struct error *err)
{
    const struct trial_path *p = &f->paths[0];
    if (p->not_http) {
        error_set(err, ERROR_RUN, "what answers on its port does not speak HTTP");
        return error_hint(err,
                          "drainctl uses HTTP/1.1; is this the port for TLS, or of a database?");
    }
    if (p->status)
        error_set(err, ERROR_RUN,
                  "no path that was tried gave an answer for users: '%s' answered %d", p->path,
                  p->status);
    else
        error_set(err, ERROR_RUN,
                  "no path that was tried gave an answer for users: '%s' gave none within 5 s",
                  p->path);
    return error_hint(err, "name a path that your server answers: --path /products");
}

/* What the user named has to be right: a scenario on a path that is not there proves nothing. */
static int check_slow(const struct trial_path *p, struct error *err)
{
    if (p->status >= 200 && p->status < 400)
        return 0;
    if (p->status)
        error_set(err, ERROR_RUN, "the slow path '%s' answered %d", p->path, p->status);
    else
        error_set(err, ERROR_RUN, "the slow path '%s' gave no whole answer within 60 s", p->path);
    return error_hint(err,
                      "--slow takes a path whose answer takes a while: --slow '/report?ms=1500'");
}

int trial_choose(struct trial_findings *f, const struct trial_options *o, struct error *err)
{
    const struct trial_path *nowhere = of_role(f, TRIAL_NOWHERE);
    f->many = of_role(f, TRIAL_MANY);
    f->everywhere = nowhere && nowhere->status >= 200 && nowhere->status < 300;
    f->fast = best_answer(f);
    if (!f->fast)
        return no_answer(f, err);
    if (o->slow && check_slow(f->many, err) < 0)
        return -1;
    f->slow = o->slow && f->many->took_ns >= long_enough_ns;
    f->ready = first_healthy(f, TRIAL_READY);
    if (!f->ready)
        f->ready = first_healthy(f, TRIAL_HEALTH);
    if (o->ready_log)
        f->ready = NULL;
    f->live = first_healthy(f, TRIAL_LIVE);
    return 0;
}

int64_t trial_ready_within(const struct trial_findings *f, const struct trial_options *o)
{
    int64_t seconds = (3 * f->ready_ns + NS_PER_S - 1) / NS_PER_S;
    return seconds * NS_PER_S > o->within_ns ? seconds * NS_PER_S : o->within_ns;
}
