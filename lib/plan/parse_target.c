/* "target": the reference server, a command, or a process that runs already. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "plan/https.h"
#include "plan/parse.h"

enum { MAX_ARGS = 1000 };

static const char default_url[] = "http://127.0.0.1:${port}";

struct arg_list {
    char **items;
    size_t count, cap;
};

/* A target of two kinds at a time is refused once all of it is read; until then the last one
 * counts. */
static void take_args(struct plan_target *t, char **items)
{
    for (char **arg = t->argv; arg && *arg; arg++)
        free(*arg);
    free(t->argv);
    t->argv = items;
}

static void add_arg(struct arg_list *list, char *arg)
{
    while (list->count + 1 >= list->cap) {
        list->cap = list->cap ? list->cap * 2 : 8;
        list->items = mem_resize(list->items, list->cap, sizeof *list->items);
    }
    list->items[list->count++] = arg;
    list->items[list->count] = NULL;
}

/* --- "reference": each key is an option of `drainctl serve` --- */

static void add_option(struct arg_list *list, const char *key, char *value)
{
    char *option = mem_printf("--%s", key);
    for (char *p = option; *p; p++)
        if (*p == '_')
            *p = '-';
    add_arg(list, option);
    add_arg(list, value);
}

static int reference_duration(READ_PARAMS)
{
    int64_t ns;
    if (json_get_duration(doc, node, &ns, err) < 0)
        return -1;
    add_option(into, node->string, mem_strdup(node->valuestring));
    return 0;
}

static int reference_size(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 0, INT64_C(1) << 40, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_count(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 1, 256, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_queue(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 0, INT64_C(1) << 20, &n, err) < 0)
        return -1;
    add_option(into, node->string, mem_printf("%" PRId64, n));
    return 0;
}

static int reference_text(READ_PARAMS)
{
    char *text = NULL;
    if (read_text(doc, node, &text, err) < 0)
        return -1;
    add_option(into, node->string, text);
    return 0;
}

/* Where in the drain a gate opens by itself. */
static const char *const gate_points[] = {"draining", "listener-closed", "deadline", NULL};

static int reference_gates(READ_PARAMS)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *gate = node->child; gate; gate = gate->next) {
        int point;
        if (!*gate->string || gate->string[strspn(gate->string, letters)])
            return json_error(doc, gate, err,
                              "a gate's name is made of letters, digits, '-', '_' and '.'");
        if (read_choice(doc, gate, "point of the drain", gate_points, &point, err) < 0)
            return -1;
        add_option(into, "gate", mem_printf("%s=%s", gate->string, gate_points[point]));
    }
    return 0;
}

const struct json_field reference_fields[] = {
    {"drain_timeout", reference_duration, false},
    {"drain_delay", reference_duration, false},
    {"header_timeout", reference_duration, false},
    {"idle_timeout", reference_duration, false},
    {"max_body", reference_size, false},
    {"pool", reference_count, false},
    {"pool_queue", reference_queue, false},
    {"close_spread", reference_duration, false},
    {"fault", reference_text, false},
    {"gates", reference_gates, false},
    {0},
};

static int read_reference(READ_PARAMS)
{
    struct plan_target *t = into;
    struct arg_list list = {0};
    t->kind = TARGET_REFERENCE;
    int rc = json_read_object(doc, node, reference_fields, &list, err);
    take_args(t, list.items ? list.items : mem_zero(1, sizeof *t->argv));
    return rc;
}

/* --- "command" and "attach" --- */

static int read_arg(const struct json_doc *doc, const cJSON *node, int index, void *into,
                    struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    if (index == 0 && !*s)
        return json_error(doc, node, err, "expected the name of a program, this is empty");
    add_arg(into, mem_strdup(s));
    return 0;
}

static int read_command(READ_PARAMS)
{
    struct plan_target *t = into;
    struct arg_list list = {0};
    t->kind = TARGET_COMMAND;
    int rc = read_array(doc, node, 1, MAX_ARGS, read_arg, &list, err);
    take_args(t, list.items);
    if (rc < 0 && cJSON_IsString(node))
        error_hint(err, "write each argument as a string of its own: [\"node\", \"server.js\"]");
    return rc;
}

static int read_pid(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 1, 4194304, &n, err) < 0) /* PID_MAX_LIMIT, proc(5) */
        return -1;
    ((struct plan_target *)into)->pid = (pid_t)n;
    return 0;
}

const struct json_field attach_fields[] = {{"pid", read_pid, true}, {0}};

static int read_attach(READ_PARAMS)
{
    ((struct plan_target *)into)->kind = TARGET_ATTACH;
    return json_read_object(doc, node, attach_fields, into, err);
}

/* --- the rest of the object --- */

static int check_unix(const struct json_doc *doc, const cJSON *node, const char *url,
                      struct error *err)
{
    struct unix_address address;
    const char *wrong = unix_address_read(url, &address);
    if (!wrong)
        return 0;
    json_error(doc, node, err, "the URL '%.140s' %s", url, wrong);
    return error_hint(err, "unix:/PATH/TO.SOCK, or http+unix://%%2FPATH%%2FTO.SOCK/PREFIX");
}

int read_target_url(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    if (read_text(doc, node, out, err) < 0)
        return -1;
    char *url = *out;
    if (unix_address_is(url))
        return check_unix(doc, node, url, err);
    if (strncmp(url, "https://", 8) == 0) {
        json_error(doc, node, err, "drainctl does not speak TLS yet, so not to '%.60s'", url);
        return error_hint(err, HTTPS_HINT);
    }
    if (strncmp(url, "http://", 7) != 0 || url[7 + strspn(url + 7, "/")] == '\0' ||
        strchr(url, ' '))
        return json_error(doc, node, err,
                          "expected a URL that begins with http:// or unix:, not '%.60s'", url);
    for (size_t len = strlen(url); url[len - 1] == '/'; len--)
        url[len - 1] = '\0'; /* paths bring their own */
    return 0;
}

READ_MEMBER(read_url, read_target_url, struct plan_target, url)

static int check_env(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    if (!*node->string || strchr(node->string, '='))
        return json_error(doc, node, err, "'%.60s' cannot be the name of an environment variable",
                          node->string);
    return 0;
}

static int read_env(READ_PARAMS)
{
    struct plan_target *t = into;
    return read_pairs(doc, node, &t->env, &t->n_env, check_env, err);
}

READ_MEMBER(read_cwd, read_text, struct plan_target, cwd)
READ_MEMBER(ready_path, read_path, struct plan_ready, path)
READ_MEMBER(ready_log, read_regex, struct plan_ready, log)
READ_MEMBER(ready_status, read_status, struct plan_ready, status)
READ_MEMBER(ready_within, read_span, struct plan_ready, within_ns)
READ_MEMBER(health_ready, read_path, struct plan_target, health_ready)
READ_MEMBER(health_early, json_get_bool, struct plan_target, health_early)
READ_MEMBER(read_pid1, json_get_bool, struct plan_target, pid1)
READ_MEMBER(read_clear, json_get_bool, struct plan_target, clear_socket)
READ_MEMBER(health_live, read_path, struct plan_target, health_live)

static int ready_port(READ_PARAMS)
{
    struct plan_ready *r = into;
    if (json_get_bool(doc, node, &r->port, err) < 0)
        return -1;
    return r->port ? 0 : json_error(doc, node, err, "expected true, or another way to be ready");
}

const struct json_field ready_fields[] = {
    {"path", ready_path, false}, {"status", ready_status, false}, {"log", ready_log, false},
    {"port", ready_port, false}, {"within", ready_within, false}, {0},
};

static int read_ready(READ_PARAMS)
{
    struct plan_ready *r = &((struct plan_target *)into)->ready;
    if (json_read_object(doc, node, ready_fields, r, err) < 0)
        return -1;
    if ((r->path != NULL) + (r->log != NULL) + r->port > 1)
        return json_error(doc, node, err, "expected one of 'path', 'log' and 'port', not several");
    if (r->status && !r->path)
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "status"), err,
                          "a 'status' needs the 'path' that answers with it");
    return 0;
}

const struct json_field health_fields[] = {
    {"ready", health_ready, false},
    {"live", health_live, false},
    {"early", health_early, false},
    {0},
};

static int read_health(READ_PARAMS)
{
    return json_read_object(doc, node, health_fields, into, err);
}

const struct json_field target_fields[] = {
    {"reference", read_reference, false},
    {"command", read_command, false},
    {"attach", read_attach, false},
    {"url", read_url, false},
    {"env", read_env, false},
    {"cwd", read_cwd, false},
    {"ready", read_ready, false},
    {"health", read_health, false},
    {"pid1", read_pid1, false},
    {"clear_socket", read_clear, false},
    {0},
};

/* Keys that make no sense for a kind of target, and why. */
static const struct {
    enum target_kind kind;
    const char *key, *why;
} misplaced[] = {
    {TARGET_REFERENCE, "url", "the reference server's address is known, it needs no 'url'"},
    {TARGET_ATTACH, "env", "the environment of a running process cannot be changed"},
    {TARGET_ATTACH, "pid1", "a running process cannot be moved into a namespace"},
    {TARGET_ATTACH, "cwd", "the folder of a running process cannot be changed"},
    {TARGET_URL, "env", "a target that is only a 'url' is not started, and has no environment"},
    {TARGET_REFERENCE, "clear_socket", "the reference server listens on a port"},
    {TARGET_ATTACH, "clear_socket", "a running process has its socket already"},
    {TARGET_URL, "clear_socket", "a target that is only a 'url' is not started"},
    {TARGET_URL, "pid1", "a target that is only a 'url' is not started"},
    {TARGET_URL, "cwd", "a target that is only a 'url' is not started, and has no folder"},
};

/* "reference", "command" or "attach"; without any, a url alone is an address to make requests to.
 */
static int settle_kind(const struct json_doc *doc, const cJSON *node, struct plan_target *t,
                       struct error *err)
{
    int kinds = json_has(node, "reference") + json_has(node, "command") + json_has(node, "attach");
    if (kinds == 0 && t->url)
        t->kind = TARGET_URL;
    else if (kinds != 1)
        return json_error(doc, node, err, "expected one of 'reference', 'command' and 'attach'%s",
                          kinds ? ", not several" : "");
    return 0;
}

/* `loads`: there are clients, which want an address. */
static int check_kind(const struct json_doc *doc, const cJSON *node, const struct plan_target *t,
                      bool loads, struct error *err)
{
    bool uses_url = loads || json_has(node, "ready") || json_has(node, "health");
    for (size_t i = 0; i < ARRAY_LEN(misplaced); i++)
        if (misplaced[i].kind == t->kind && json_has(node, misplaced[i].key))
            return json_error(doc, cJSON_GetObjectItemCaseSensitive(node, misplaced[i].key), err,
                              "%s", misplaced[i].why);
    if (t->kind == TARGET_URL && t->ready.log)
        return json_error(doc, node, err,
                          "the output of a target that is only a 'url' is not seen");
    if (t->kind < TARGET_ATTACH || (t->url && !strstr(t->url, "${port}")))
        return 0;
    if (!t->url && !uses_url)
        return 0;
    json_error(doc, node, err, "the key 'url' is missing");
    if (t->url)
        json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "url"), err,
                   "${port} stands for a port that the run picks");
    return error_hint(err, "write the address on which the server listens");
}

static void fill_in(struct plan_target *t)
{
    bool reference = t->kind == TARGET_REFERENCE;
    struct plan_ready *r = &t->ready;
    if (!t->url && t->kind != TARGET_ATTACH)
        t->url = mem_strdup(default_url);
    if (!r->path && !r->log && !r->port) {
        if (reference)
            r->path = mem_strdup("/ready");
        else
            r->port = t->url != NULL; /* without an address, there is nothing to wait for */
    }
    if (r->path && !r->status)
        r->status = 200;
    if (!r->within_ns)
        r->within_ns = 10 * NS_PER_S;
    if (!t->health_ready)
        t->health_ready = mem_strdup(reference ? "/ready" : r->path);
    if (!t->health_live && reference)
        t->health_live = mem_strdup("/live");
}

int parse_target(const struct json_doc *doc, const cJSON *node, struct plan_target *t, bool loads,
                 struct error *err)
{
    if (json_read_object(doc, node, target_fields, t, err) < 0 ||
        settle_kind(doc, node, t, err) < 0 || check_kind(doc, node, t, loads, err) < 0)
        return -1;
    fill_in(t);
    return 0;
}
