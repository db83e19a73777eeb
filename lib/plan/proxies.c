/* Configurations of proxies. ${dir}, ${port} and ${NAME.port} are replaced when the run has them
 * (run/folder.c). Each logs on its standard output one line for each request that went wrong
 * (words/proxies.h); of those that went well there would be thousands. */
#include "plan/proxies.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/url.h"
#include "plan/parse.h"

enum { MAX_CONFIG = 1024 * 1024 };

/* Both read "1500ms". */
static void add_time(struct buf *b, const char *before, int64_t ns, const char *after)
{
    buf_addf(b, "%s%" PRId64 "ms%s", before, (ns + NS_PER_MS - 1) / NS_PER_MS, after);
}

/* "127.0.0.1:${a.port}": where the server listens, from its URL. */
static void add_server_address(struct buf *b, const struct plan *plan, int server)
{
    static const char port[] = "${port}";
    struct url u = url_split(plan_process(plan, (size_t)server)->url);
    const char *mark = strstr(u.authority, port);
    bool fixed = !mark || mark > u.rest;
    buf_add(b, u.authority, (size_t)((fixed ? u.rest : mark) - u.authority));
    if (!fixed)
        buf_addf(b, "${%s.port}", plan_process_name(plan, (size_t)server));
    else if (!u.port)
        buf_adds(b, ":80");
}

static void add_words(struct buf *b, char *const *words, const char *otherwise)
{
    if (!words)
        buf_addf(b, " %s", otherwise);
    for (; words && *words; words++)
        buf_addf(b, " %s", *words);
}

/* --- HAProxy --- */

static void haproxy_defaults(const struct proxy_settings *s, struct buf *b)
{
    buf_adds(b, "defaults\n"
                "  mode http\n"
                "  log global\n"
                "  option dontlognull\n"
                "  option dontlog-normal\n"
                "  option redispatch\n");
    buf_addf(b, "  retries %" PRId64 "\n  retry-on", s->tries - 1);
    add_words(b, s->retry_on, "conn-failure");
    add_time(b, "\n  timeout connect ", s->connect_ns, "\n");
    add_time(b, "  timeout client ", s->client_ns, "\n");
    add_time(b, "  timeout server ", s->server_ns, "\n");
    add_time(b, "  timeout queue ", s->queue_ns, "\n");
    /* else 'inter' is the limit too, and a machine that is busy for 50 ms takes a server down */
    buf_adds(b, "  timeout check 1s\n\n");
}

static void haproxy_backend(const struct plan *plan, const struct proxy_settings *s,
                            const struct plan_process *p, struct buf *b)
{
    buf_adds(b, "backend servers\n  balance roundrobin\n");
    if (s->check)
        buf_addf(b, "  option httpchk\n  http-check send meth GET uri %s\n", s->check);
    if (s->check)
        buf_adds(b, "  http-check expect status 200\n");
    add_time(b, "  default-server check inter ", s->check_every_ns, "");
    buf_addf(b, " fall %" PRId64 " rise %" PRId64 "\n", s->fall, s->rise);
    for (size_t i = 0; i < p->n_servers; i++) {
        buf_addf(b, "  server %s ", plan_process_name(plan, (size_t)p->servers[i]));
        add_server_address(b, plan, p->servers[i]);
        buf_addc(b, '\n');
    }
}

static void write_haproxy(const struct plan *plan, const struct proxy_settings *s,
                          const struct plan_process *p, struct buf *b)
{
    buf_addf(b,
             "global\n"
             "  log stdout format raw local0\n"
             "  stats socket ${dir}/%s.sock mode 600 level admin\n\n",
             p->name);
    haproxy_defaults(s, b);
    buf_addf(b,
             "frontend %s\n"
             "  bind 127.0.0.1:${port}\n"
             "  http-request capture req.hdr(X-Drainctl-Attempt) len 20\n"
             "  log-format \"" PROXY_LINE_START "attempt=%%[capture.req.hdr(0)] status=%%ST "
             "server=%%s state=%%tsc\"\n"
             "  default_backend servers\n\n",
             p->name);
    haproxy_backend(plan, s, p, b);
}

/* --- nginx --- */

static void nginx_upstream(const struct plan *plan, const struct proxy_settings *s,
                           const struct plan_process *p, struct buf *b)
{
    buf_adds(b, "  upstream servers {\n");
    for (size_t i = 0; i < p->n_servers; i++) {
        buf_adds(b, "    server ");
        add_server_address(b, plan, p->servers[i]);
        /* whole seconds are all that it reads here */
        buf_addf(b, " max_fails=%" PRId64 " fail_timeout=%" PRId64 "s;\n", s->max_fails,
                 (s->fail_timeout_ns + NS_PER_S - 1) / NS_PER_S);
    }
    buf_adds(b, "    keepalive 32;\n  }\n");
}

static void nginx_location(const struct proxy_settings *s, struct buf *b)
{
    buf_adds(b, "  server {\n"
                "    listen 127.0.0.1:${port};\n"
                "    location / {\n"
                "      proxy_pass http://servers;\n"
                "      proxy_http_version 1.1;\n"
                "      proxy_set_header Connection \"\";\n"
                "      proxy_set_header Host $http_host;\n");
    add_time(b, "      proxy_connect_timeout ", s->connect_ns, ";\n");
    add_time(b, "      proxy_read_timeout ", s->server_ns, ";\n");
    add_time(b, "      proxy_send_timeout ", s->server_ns, ";\n");
    buf_addf(b, "      proxy_next_upstream_tries %" PRId64 ";\n      proxy_next_upstream",
             s->tries);
    add_words(b, s->retry_on, "error timeout");
    buf_adds(b, ";\n    }\n  }\n");
}

static void nginx_http(const char *name, const struct proxy_settings *s, struct buf *b)
{
    static const char *const spools[] = {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"};
    for (size_t i = 0; i < ARRAY_LEN(spools); i++)
        buf_addf(b, "  %s_temp_path ${dir}/%s.%s;\n", spools[i], name, spools[i]);
    add_time(b, "  client_header_timeout ", s->client_ns, ";\n");
    add_time(b, "  client_body_timeout ", s->client_ns, ";\n");
    add_time(b, "  send_timeout ", s->client_ns, ";\n");
    buf_adds(b, "  map $status $wrong { ~^5 1; default 0; }\n"
                "  log_format told '" PROXY_LINE_START
                "attempt=$http_x_drainctl_attempt status=$status server=$upstream_addr "
                "state=$upstream_status/$upstream_header_time';\n"
                "  access_log /dev/stdout told if=$wrong;\n");
}

/* One process: nothing of it can be left behind. */
static void write_nginx(const struct plan *plan, const struct proxy_settings *s,
                        const struct plan_process *p, struct buf *b)
{
    buf_addf(b, "daemon off;\nmaster_process off;\npid ${dir}/%s.pid;\n", p->name);
    buf_adds(b, "error_log stderr warn;\nevents { worker_connections 4096; }\nhttp {\n");
    nginx_http(p->name, s, b);
    nginx_upstream(plan, s, p, b);
    nginx_location(s, b);
    buf_adds(b, "}\n");
}

/* --- both --- */

static const struct {
    void (*write)(const struct plan *plan, const struct proxy_settings *s,
                  const struct plan_process *p, struct buf *b);
    const char *args[8]; /* between the program and its configuration */
} kinds[PROXY_COUNT] = {
    /* -db: in the foreground, as one process */
    [PROXY_HAPROXY] = {write_haproxy, {"-db", "-f"}},
    /* -e: before it has read where to log, it would write into a folder of the system */
    [PROXY_NGINX] = {write_nginx, {"-e", "stderr", "-p", "${dir}", "-c"}},
};

void proxy_write(const struct plan *plan, const struct proxy_settings *s, struct plan_process *p)
{
    struct parse_args args = {0};
    struct buf b;
    buf_init(&b, MAX_CONFIG);
    kinds[s->kind].write(plan, s, p, &b);
    p->proxy = s->kind;
    p->files = mem_zero(1, sizeof *p->files);
    p->n_files = 1;
    p->files[0] = (struct plan_pair){mem_printf("%s.cfg", p->name), buf_take(&b)};
    p->target.kind = TARGET_COMMAND;
    parse_add_arg(&args, mem_strdup(s->program ? s->program : proxy_words[s->kind - 1]));
    for (const char *const *arg = kinds[s->kind].args; *arg; arg++)
        parse_add_arg(&args, mem_strdup(*arg));
    parse_add_arg(&args, mem_printf("${dir}/%s.cfg", p->name));
    parse_take_args(&p->target, args.items);
}
