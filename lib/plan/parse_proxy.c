/* A service with "use": a proxy in front of targets, whose configuration is made here. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "plan/parse.h"
#include "plan/proxies.h"

enum { MAX_SERVERS = 100, MAX_TRIES = 100, MAX_WORDS = 20 };

struct proxy_reader {
    const struct plan *plan;
    struct proxy_settings s;
    struct plan_process *p;
};

#define SETTINGS(into) (&((struct proxy_reader *)(into))->s)

static int read_use(READ_PARAMS)
{
    int index;
    if (read_choice(doc, node, "proxy", proxy_words, &index, err) < 0)
        return -1;
    SETTINGS(into)->kind = (enum proxy)(index + 1);
    return 0;
}

static int check_server(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                        int index, struct error *err)
{
    const struct plan_target *t = plan_process(plan, (size_t)index);
    if (index && plan->others.at[index - 1].service)
        return json_error(doc, node, err, "'%s' is a service, and no server to be proxied",
                          plan_process_name(plan, (size_t)index));
    if (t->url && !unix_address_is(t->url))
        return 0;
    json_error(doc, node, err, "'%s' has no port that a proxy could connect to",
               plan_process_name(plan, (size_t)index));
    return error_hint(err, "give it a url that begins with http://");
}

static void add_server(struct plan_process *p, int index)
{
    p->servers = mem_resize(p->servers, p->n_servers + 1, sizeof *p->servers);
    p->servers[p->n_servers++] = index;
}

static int read_server(const struct json_doc *doc, const cJSON *node, int place, void *into,
                       struct error *err)
{
    struct proxy_reader *r = into;
    int index;
    (void)place;
    if (read_process_name(doc, node, r->plan, &index, err) < 0 ||
        check_server(doc, node, r->plan, index, err) < 0)
        return -1;
    for (size_t i = 0; i < r->p->n_servers; i++)
        if (r->p->servers[i] == index)
            return json_error(doc, node, err, "'%s' stands here twice", node->valuestring);
    add_server(r->p, index);
    return 0;
}

static int read_servers(READ_PARAMS)
{
    return read_array(doc, node, 1, MAX_SERVERS, read_server, into, err);
}

/* As the proxy's manual has them: drainctl need not know each. */
static int read_word(const struct json_doc *doc, const cJSON *node, int place, void *into,
                     struct error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    struct proxy_settings *s = SETTINGS(into);
    const char *word;
    (void)place;
    if (json_get_string(doc, node, &word, err) < 0)
        return -1;
    if (!*word || word[strspn(word, letters)])
        return json_error(doc, node, err, "expected a word such as \"conn-failure\"");
    s->retry_on = mem_resize(s->retry_on, s->n_retry_on + 2, sizeof *s->retry_on);
    s->retry_on[s->n_retry_on++] = mem_strdup(word);
    s->retry_on[s->n_retry_on] = NULL;
    return 0;
}

static int read_retry_on(READ_PARAMS)
{
    return read_array(doc, node, 1, MAX_WORDS, read_word, into, err);
}

static int read_count(const struct json_doc *doc, const cJSON *node, int64_t *out,
                      struct error *err)
{
    return json_get_int(doc, node, 1, MAX_TRIES, out, err);
}

static int read_proxy_env(READ_PARAMS)
{
    return read_env(doc, node, &((struct proxy_reader *)into)->p->target, err);
}

READ_MEMBER(read_program, read_text, struct proxy_reader, s.program)
READ_MEMBER(read_check, read_path, struct proxy_reader, s.check)
READ_MEMBER(read_check_every, read_span, struct proxy_reader, s.check_every_ns)
READ_MEMBER(read_rise, read_count, struct proxy_reader, s.rise)
READ_MEMBER(read_fall, read_count, struct proxy_reader, s.fall)
READ_MEMBER(read_connect, read_span, struct proxy_reader, s.connect_ns)
READ_MEMBER(read_client, read_span, struct proxy_reader, s.client_ns)
READ_MEMBER(read_server_timeout, read_span, struct proxy_reader, s.server_ns)
READ_MEMBER(read_queue, read_span, struct proxy_reader, s.queue_ns)
READ_MEMBER(read_tries, read_count, struct proxy_reader, s.tries)
READ_MEMBER(read_max_fails, read_count, struct proxy_reader, s.max_fails)
READ_MEMBER(read_fail_timeout, read_span, struct proxy_reader, s.fail_timeout_ns)

const struct json_field proxy_fields[] = {
    {"use", read_use, true},
    {"program", read_program, false},
    {"servers", read_servers, false},
    {"env", read_proxy_env, false},
    {"check", read_check, false},
    {"check_every", read_check_every, false},
    {"rise", read_rise, false},
    {"fall", read_fall, false},
    {"connect_timeout", read_connect, false},
    {"client_timeout", read_client, false},
    {"server_timeout", read_server_timeout, false},
    {"queue_timeout", read_queue, false},
    {"tries", read_tries, false},
    {"retry_on", read_retry_on, false},
    {"max_fails", read_max_fails, false},
    {"fail_timeout", read_fail_timeout, false},
    {0},
};

/* What only one of them has. */
static const struct {
    const char *key;
    enum proxy proxy;
} misplaced[] = {
    {"check", PROXY_HAPROXY},      {"check_every", PROXY_HAPROXY},   {"rise", PROXY_HAPROXY},
    {"fall", PROXY_HAPROXY},       {"queue_timeout", PROXY_HAPROXY}, {"max_fails", PROXY_NGINX},
    {"fail_timeout", PROXY_NGINX},
};

static int check_keys(const struct json_doc *doc, const cJSON *node, enum proxy kind,
                      struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(misplaced); i++)
        if (misplaced[i].proxy != kind && json_has(node, misplaced[i].key)) {
            json_error(doc, cJSON_GetObjectItemCaseSensitive(node, misplaced[i].key), err,
                       "%s has no '%s'", proxy_titles[kind], misplaced[i].key);
            return error_hint(err,
                              kind == PROXY_NGINX
                                  ? "it makes no health checks: after 'max_fails' failures it "
                                    "leaves a server out for 'fail_timeout'"
                                  : "it asks each server for its health, 'check_every' this long");
        }
    return 0;
}

/* Without "servers", all targets. The path that tells of readiness is the first server's. */
static int fill_in(const struct json_doc *doc, const cJSON *node, struct proxy_reader *r,
                   struct error *err)
{
    struct proxy_settings *s = &r->s;
    for (size_t i = 0; !json_has(node, "servers") && i < plan_process_count(r->plan); i++) {
        if (i && (r->plan->others.at[i - 1].service || r->plan->others.at[i - 1].action))
            continue;
        if (check_server(doc, node, r->plan, (int)i, err) < 0)
            return -1;
        add_server(r->p, (int)i);
    }
    const char *ready = plan_process(r->plan, (size_t)r->p->servers[0])->health_ready;
    if (!s->check && ready && s->kind == PROXY_HAPROXY)
        s->check = mem_strdup(ready);
    return 0;
}

static void free_settings(struct proxy_settings *s)
{
    for (size_t i = 0; i < s->n_retry_on; i++)
        free(s->retry_on[i]);
    free(s->retry_on);
    free(s->check);
    free(s->program);
}

int parse_proxy(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                struct plan_process *p, struct error *err)
{
    struct proxy_reader r = {
        .plan = plan,
        .p = p,
        .s = {.check_every_ns = 50 * NS_PER_MS,
              .rise = 1,
              .fall = 1,
              .connect_ns = NS_PER_S,
              .client_ns = 10 * NS_PER_S,
              .server_ns = 5 * NS_PER_S,
              .queue_ns = NS_PER_S,
              .tries = 3,
              .max_fails = 1,
              .fail_timeout_ns = NS_PER_S},
    };
    int rc = json_read_object(doc, node, proxy_fields, &r, err);
    if (rc == 0)
        rc = check_keys(doc, node, r.s.kind, err);
    if (rc == 0)
        rc = fill_in(doc, node, &r, err);
    if (rc == 0)
        proxy_write(plan, &r.s, p);
    free_settings(&r.s);
    return rc;
}
