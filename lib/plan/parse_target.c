/* "target": the reference server, a command, or a process that runs already. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "plan/https.h"
#include "plan/parse.h"

enum { MAX_ARGS = 1000, MAX_FILE = 1024 * 1024 };

static const char default_url[] = "http://127.0.0.1:${port}";

/* --- "command" and "attach" --- */

static int read_arg(const struct json_doc *doc, const cJSON *node, int index, void *into,
                    struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    if (index == 0 && !*s)
        return json_error(doc, node, err, "expected the name of a program, this is empty");
    parse_add_arg(into, mem_strdup(s));
    return 0;
}

int parse_command(READ_PARAMS)
{
    struct plan_target *t = into;
    struct parse_args list = {0};
    t->kind = TARGET_COMMAND;
    int rc = read_array(doc, node, 1, MAX_ARGS, read_arg, &list, err);
    parse_take_args(t, list.items);
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

static int read_target_env(READ_PARAMS)
{
    return read_env(doc, node, into, err);
}

READ_MEMBER(read_cwd, read_text, struct plan_target, cwd)
READ_MEMBER(ready_path, read_path, struct plan_ready, path)
READ_MEMBER(ready_log, read_regex, struct plan_ready, log)
READ_MEMBER(ready_status, read_status, struct plan_ready, status)
READ_MEMBER(ready_within, read_span, struct plan_ready, within_ns)
READ_MEMBER(health_ready, read_path, struct plan_target, health_ready)
READ_MEMBER(health_early, json_get_bool, struct plan_target, health_early)
READ_MEMBER(read_pid1, json_get_bool, struct plan_target, pid1)
READ_MEMBER(read_notify, json_get_bool, struct plan_target, notify)
READ_MEMBER(read_activation, json_get_bool, struct plan_target, socket_activation)
READ_MEMBER(read_dependencies, json_get_bool, struct plan_target, dependencies)
READ_MEMBER(read_clear, json_get_bool, struct plan_target, clear_socket)
READ_MEMBER(health_live, read_path, struct plan_target, health_live)

static int ready_port(READ_PARAMS)
{
    struct plan_ready *r = into;
    if (json_get_bool(doc, node, &r->port, err) < 0)
        return -1;
    return r->port ? 0 : json_error(doc, node, err, "expected true, or another way to be ready");
}

static int ready_notify(READ_PARAMS)
{
    struct plan_ready *r = into;
    if (json_get_bool(doc, node, &r->notify, err) < 0)
        return -1;
    return r->notify ? 0 : json_error(doc, node, err, "expected true, or another way to be ready");
}

const struct json_field ready_fields[] = {
    {"path", ready_path, false},
    {"status", ready_status, false},
    {"log", ready_log, false},
    {"port", ready_port, false},
    {"notify", ready_notify, false},
    {"within", ready_within, false},
    {0},
};

static int read_ready(READ_PARAMS)
{
    struct plan_ready *r = &((struct plan_target *)into)->ready;
    if (json_read_object(doc, node, ready_fields, r, err) < 0)
        return -1;
    if ((r->path != NULL) + (r->log != NULL) + r->port + r->notify > 1)
        return json_error(doc, node, err,
                          "expected one of 'path', 'log', 'port' and 'notify', not several");
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
    {"reference", parse_reference, false},
    {"command", parse_command, false},
    {"attach", read_attach, false},
    {"url", read_url, false},
    {"env", read_target_env, false},
    {"cwd", read_cwd, false},
    {"ready", read_ready, false},
    {"health", read_health, false},
    {"pid1", read_pid1, false},
    {"clear_socket", read_clear, false},
    {"dependencies", read_dependencies, false},
    {"notify", read_notify, false},
    {"socket_activation", read_activation, false},
    {0},
};

/* --- a service: a command, and files for it --- */

/* The text of a file: a string, or its lines. */
static int file_text(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    struct buf b;
    const char *line;
    if (!cJSON_IsArray(node)) {
        if (json_get_string(doc, node, &line, err) < 0)
            return -1;
        *out = mem_strdup(line);
        return 0;
    }
    buf_init(&b, MAX_FILE);
    int rc = 0;
    for (const cJSON *child = node->child; rc == 0 && child; child = child->next) {
        rc = json_get_string(doc, child, &line, err);
        if (rc == 0)
            buf_addf(&b, "%s\n", line);
    }
    *out = buf_take(&b);
    return rc;
}

static int read_files(READ_PARAMS)
{
    struct plan_process *p = CONTAINER_OF(into, struct plan_process, target);
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    p->files = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *p->files);
    for (const cJSON *child = node->child; child; child = child->next) {
        const char *name = child->string;
        char *text = NULL;
        if (!*name || *name == '.' || strchr(name, '/'))
            return json_error(doc, child, err, "'%.60s' is not the name of a file in a folder",
                              name);
        int rc = file_text(doc, child, &text, err);
        p->files[p->n_files++] = (struct plan_pair){mem_strdup(name), text};
        if (rc < 0)
            return -1;
    }
    return 0;
}

const struct json_field service_fields[] = {
    {"command", parse_command, true},
    {"files", read_files, false},
    {"url", read_url, false},
    {"env", read_target_env, false},
    {"cwd", read_cwd, false},
    {"ready", read_ready, false},
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
    {TARGET_URL, "dependencies", "the connections of a target that is only a 'url' are not seen"},
    {TARGET_URL, "notify", "a target that is only a 'url' is not started"},
    {TARGET_ATTACH, "notify", "a running process has its environment already"},
    {TARGET_URL, "socket_activation", "a target that is only a 'url' is not started"},
    {TARGET_ATTACH, "socket_activation", "a running process has its sockets already"},
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
    t->notify |= r->notify; /* how else would it say so? */
    if (!r->path && !r->log && !r->port && !r->notify) {
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

int parse_service(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                  struct plan_process *p, struct error *err)
{
    int rc = json_has(node, "use") ? parse_proxy(doc, node, plan, p, err)
                                   : json_read_object(doc, node, service_fields, &p->target, err);
    if (rc < 0)
        return -1;
    fill_in(&p->target);
    return 0;
}
