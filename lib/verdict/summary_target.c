/* Reading a JSON verdict back: the target of a run. */
#include "base/signame.h"
#include "verdict/summary_json.h"

int summary_signo(const struct json_doc *doc, const cJSON *node, int *signo, struct error *err)
{
    const char *name = NULL;
    if (json_get_string(doc, node, &name, err) < 0)
        return -1;
    *signo = signame_number(name);
    return *signo ? 0 : json_error(doc, node, err, "there is no signal '%.60s'", name);
}

static int exit_code(READ_PARAMS)
{
    int64_t code = 0;
    int rc = json_get_int(doc, node, -1, 255, &code, err);
    ((struct target_summary *)into)->exit_code = (int)code;
    return rc;
}

static int exit_signal(READ_PARAMS)
{
    return summary_signo(doc, node, &((struct target_summary *)into)->exit_signal, err);
}

NUMBER(exit_after, struct target_summary, exit_after_ms)
static const struct json_field exit_keys[] = {
    {"code", exit_code, false},
    {"signal", exit_signal, false},
    {"after_ms", exit_after, false},
    {0},
};

static int target_exit(READ_PARAMS)
{
    ((struct target_summary *)into)->exited = true;
    return json_read_known(doc, node, exit_keys, into, err);
}

NUMBER(listener_closed, struct target_summary, listener_closed_after_ms)
COUNT(listener_lost, struct target_summary, queue_lost)
static const struct json_field listener_keys[] = {
    {"closed_after_ms", listener_closed, false},
    {"queue_lost", listener_lost, false},
    {0},
};

static int target_listener(READ_PARAMS)
{
    return json_read_known(doc, node, listener_keys, into, err);
}

static int target_orphans(READ_PARAMS)
{
    ((struct target_summary *)into)->orphans = cJSON_GetArraySize(node);
    return json_want_array(doc, node, err);
}

BOOL(target_killed, struct target_summary, killed)
static const struct json_field target_keys[] = {
    {"exit", target_exit, false},
    {"killed", target_killed, false},
    {"listener", target_listener, false},
    {"orphans", target_orphans, false},
    {0},
};

int summary_target(READ_PARAMS)
{
    return json_read_known(doc, node, target_keys, &((struct run_summary *)into)->target, err);
}
