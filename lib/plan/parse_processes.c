/* "targets" and "services": the named processes of a scenario that has more than one. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "plan/expect_map.h"
#include "plan/parse.h"

enum { MAX_PROCESSES = 100, MAX_NAME = 32 };

struct plan_process *plan_add_process(struct plan *plan, const char *name)
{
    plan->others.at = mem_resize(plan->others.at, plan->others.n + 1, sizeof *plan->others.at);
    struct plan_process *p = &plan->others.at[plan->others.n++];
    *p = (struct plan_process){.name = mem_strdup(name)};
    return p;
}

/* --- names --- */

#define EVENT_NAME(word, ...) word,
/* Words that would be read as something else where a name may stand. */
static const char *const reserved[] = {EXPECT_EVENT_MAP(EVENT_NAME) "port", "dir"};

static bool is_name(const char *s)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t len = strlen(s);
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strcmp(s, reserved[i]) == 0)
            return false;
    return len && len <= MAX_NAME && strchr(first, s[0]) &&
           strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == len;
}

static int check_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                      struct error *err)
{
    if (!is_name(node->string)) {
        json_error(doc, node, err, "'%.60s' cannot be the name of a process", node->string);
        return error_hint(err, "a letter, then letters, digits, '-' and '_'; no word of 'expect'");
    }
    for (size_t i = 0; i < plan_process_count(plan); i++)
        if (plan_process_name(plan, i) && strcmp(plan_process_name(plan, i), node->string) == 0)
            return json_error(doc, node, err, "there is already a process '%s'", node->string);
    return 0;
}

/* --- the objects --- */

static int parse_members(const struct json_doc *doc, const cJSON *node, bool service, bool loads,
                         struct plan *plan, struct error *err)
{
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    int n = cJSON_GetArraySize(node);
    if (n == 0 && !service)
        return json_error(doc, node, err, "expected at least one target, this is empty");
    if (n > MAX_PROCESSES)
        return json_error(doc, node, err, "%d is too many, %d are the most", n, MAX_PROCESSES);
    for (const cJSON *child = node->child; child; child = child->next) {
        if (check_name(doc, child, plan, err) < 0)
            return -1;
        bool first = !service && !plan->target_name;
        if (first)
            plan->target_name = mem_strdup(child->string);
        struct plan_process *p = first ? NULL : plan_add_process(plan, child->string);
        struct plan_target *t = first ? &plan->target : &p->target;
        if (p)
            p->service = service;
        if ((service ? parse_service(doc, child, plan, p, err)
                     : parse_target(doc, child, t, loads, err)) < 0)
            return -1;
        if (t->kind >= TARGET_ATTACH)
            return json_error(doc, child, err,
                              "of several targets each is started: 'reference' or 'command'");
    }
    return 0;
}

/* Two files of one name in the run's folder would be one. */
static int check_files(const struct json_doc *doc, const cJSON *services, const struct plan *plan,
                       struct error *err)
{
    for (size_t i = 0; i < plan->others.n; i++)
        for (size_t k = 0; k < plan->others.at[i].n_files; k++)
            for (size_t j = 0; j < i; j++)
                for (size_t l = 0; l < plan->others.at[j].n_files; l++)
                    if (strcmp(plan->others.at[i].files[k].name,
                               plan->others.at[j].files[l].name) == 0)
                        return json_error(doc, services, err,
                                          "'%s' and '%s' both write a file '%s'",
                                          plan->others.at[j].name, plan->others.at[i].name,
                                          plan->others.at[i].files[k].name);
    return 0;
}

int parse_processes(const struct json_doc *doc, const cJSON *targets, const cJSON *services,
                    bool loads, struct plan *plan, struct error *err)
{
    if (targets && parse_members(doc, targets, false, loads, plan, err) < 0)
        return -1;
    if (!targets)
        plan->target_name = mem_strdup("target");
    if (!services)
        return 0;
    if (parse_members(doc, services, true, loads, plan, err) < 0)
        return -1;
    return check_files(doc, services, plan, err);
}

/* --- ${NAME.port} --- */

static int check_text(const struct json_doc *doc, const struct plan *plan, const char *of,
                      const char *text, struct error *err)
{
    char *name = text ? plan_unknown_name(plan, text) : NULL;
    if (!name)
        return 0;
    json_error(doc, doc->root, err, "'%s' uses ${%s.port}, and there is no target or service '%s'",
               of, name, name);
    free(name);
    return -1;
}

static int check_process(const struct json_doc *doc, const struct plan *plan, size_t index,
                         struct error *err)
{
    const struct plan_target *t = plan_process(plan, index);
    const char *of = plan_process_name(plan, index);
    int rc = check_text(doc, plan, of, t->url, err);
    for (char **arg = t->argv; rc == 0 && arg && *arg; arg++)
        rc = check_text(doc, plan, of, *arg, err);
    for (size_t i = 0; rc == 0 && i < t->n_env; i++)
        rc = check_text(doc, plan, of, t->env[i].value, err);
    const struct plan_process *p = index ? &plan->others.at[index - 1] : NULL;
    for (size_t i = 0; rc == 0 && p && i < p->n_files; i++)
        rc = check_text(doc, plan, of, p->files[i].value, err);
    return rc;
}

int check_process_names(const struct json_doc *doc, const struct plan *plan, struct error *err)
{
    for (size_t i = 0; plan->names && i < plan_process_count(plan); i++)
        if (check_process(doc, plan, i, err) < 0)
            return -1;
    return 0;
}
