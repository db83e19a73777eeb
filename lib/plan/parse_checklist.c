/* "checklist": what is looked at beside the run for the shutdown checklist, and where. */
#include <string.h>

#include "plan/parse.h"

static int read_url(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    if (read_text(doc, node, out, err) < 0)
        return -1;
    if (strncmp(*out, "http://", 7) == 0 || strncmp(*out, "https://", 8) == 0)
        return 0;
    json_error(doc, node, err, "expected a URL");
    return error_hint(err, "http://127.0.0.1:6060/debug/pprof/goroutine?debug=1, for instance");
}

static int read_metrics(READ_PARAMS)
{
    struct plan_checklist *c = into;
    bool path = cJSON_IsString(node) && node->valuestring[0] == '/';
    return path ? read_path(doc, node, &c->metrics, err) : read_url(doc, node, &c->metrics, err);
}

static int read_registry(READ_PARAMS)
{
    struct plan_checklist *c = into;
    if (read_text(doc, node, &c->registry, err) < 0)
        return -1;
    if (plan_is_registry(c->registry))
        return 0;
    json_error(doc, node, err, "expected a registry, not '%s'", c->registry);
    return error_hint(err, "write file:FOLDER or etcd://HOST:PORT/services/NAME");
}

READ_MEMBER(read_pprof, read_url, struct plan_checklist, pprof)
READ_MEMBER(read_pool_log, read_regex, struct plan_checklist, pool_log)

const struct json_field checklist_fields[] = {
    {"pprof", read_pprof, false},
    {"metrics", read_metrics, false},
    {"registry", read_registry, false},
    {"pool_log", read_pool_log, false},
    {0},
};

int parse_checklist(const struct json_doc *doc, const cJSON *node, struct plan_checklist *c,
                    struct error *err)
{
    c->asked = true;
    return json_read_object(doc, node, checklist_fields, c, err);
}
