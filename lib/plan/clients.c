#include "plan/clients.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "base/url.h"
#include "plan/https.h"
#include "plan/scenario_out.h"

static const int64_t longest_ns = 24 * 3600 * NS_PER_S;

/* An URL taken apart: what stands in front of the path, and the path with its query. */
struct place {
    char *base, *path;
};

static void place_free(struct place *p)
{
    free(p->base);
    free(p->path);
}

static int bad_url(const char *url, const char *why, struct error *err)
{
    error_set(err, ERROR_USAGE, "'%.200s' %s", url, why);
    return error_hint(err, "http://HOST:PORT/PATH or unix:/SOCKET:/PATH, for instance "
                           "http://127.0.0.1:8080/report");
}

static int check_text(const char *url, struct error *err)
{
    if (strstr(url, "${port}"))
        return bad_url(url, "holds ${port}, which only a server that drainctl starts has", err);
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f)
            return bad_url(url, "holds a blank or a control character (RFC 3986 section 2)", err);
    return 0;
}

static int check_url(const char *url, const struct url *u, struct error *err)
{
    if (strncmp(url, "https://", 8) == 0) {
        error_set(err, ERROR_USAGE, "'%.200s' wants TLS, which drainctl does not speak yet", url);
        return error_hint(err, HTTPS_HINT);
    }
    if (strstr(url, "://") && strncmp(url, "http://", 7) != 0)
        return bad_url(url, "is not a URL that begins with http://, the only scheme there is", err);
    if (u->authority_len == 0 || u->authority[0] == ':')
        return bad_url(url, "has no host", err);
    if (u->user)
        return bad_url(url, "holds a name and password; send them with --header", err);
    return check_text(url, err);
}

static int take_unix_apart(const char *url, struct place *p, struct error *err)
{
    struct unix_address a;
    const char *wrong = unix_address_read(url, &a);
    if (wrong)
        return bad_url(url, wrong, err);
    if (check_text(url, err) < 0)
        return -1;
    p->base = mem_strndup(url, a.base_len);
    p->path = mem_printf("%s%.*s", *a.rest == '/' ? "" : "/", (int)strcspn(a.rest, "#"), a.rest);
    return 0;
}

/* The fragment stays with the client (RFC 9110 section 4.2.5). */
static int take_apart(const char *url, struct place *p, struct error *err)
{
    if (unix_address_is(url))
        return take_unix_apart(url, p, err);
    struct url u = url_split(url);
    if (check_url(url, &u, err) < 0)
        return -1;
    p->base = mem_printf("http://%.*s", (int)u.authority_len, u.authority);
    p->path = mem_printf("%s%.*s", *u.rest == '/' ? "" : "/", (int)strcspn(u.rest, "#"), u.rest);
    return 0;
}

static int check_rate(const char *rate, struct error *err)
{
    double n = 0;
    const char *end = decimal_parse(rate, &n);
    if (end && n > 0 && n <= 1e6 && (!*end || strcmp(end, "/s") == 0))
        return 0;
    error_set(err, ERROR_USAGE, "option '--rate' takes a rate, not '%.60s'", rate);
    return error_hint(err, "a number of requests a second: 500/s, up to 1000000/s");
}

/* The value of "NAME: VALUE", or NULL. */
static const char *header_value(const char *header)
{
    const char *colon = strchr(header, ':');
    if (!colon || colon == header)
        return NULL;
    return colon + 1 + strspn(colon + 1, " \t");
}

static int write_headers(struct json_out *j, const struct clients_options *o, struct error *err)
{
    json_out_object(j, "headers");
    for (int i = 0; i < o->n_headers; i++) {
        const char *header = o->headers[i], *value = header_value(header);
        if (!value) {
            error_set(err, ERROR_USAGE, "option '--header' takes 'NAME: VALUE', not '%.60s'",
                      header);
            return -1;
        }
        char *name = mem_strndup(header, strcspn(header, ":"));
        json_out_string(j, name, value);
        free(name);
    }
    json_out_end_object(j);
    return 0;
}

static void write_span(struct json_out *j, const char *key, int64_t ns)
{
    if (ns > 0)
        scenario_duration(j, key, ns);
}

static int write_request(struct json_out *j, const struct clients_options *o, const char *path,
                         struct error *err)
{
    json_out_object(j, "request");
    json_out_string(j, "method", o->method ? o->method : o->body_bytes >= 0 ? "POST" : "GET");
    json_out_string(j, "path", path);
    if (write_headers(j, o, err) < 0)
        return -1;
    if (o->body_bytes >= 0) {
        json_out_object(j, "body");
        json_out_int(j, "bytes", o->body_bytes);
        write_span(j, "over", o->body_over_ns);
        json_out_end_object(j);
    }
    json_out_end_object(j);
    return 0;
}

static int write_load(struct json_out *j, const struct clients_options *o, const char *path,
                      struct error *err)
{
    json_out_object(j, NULL);
    json_out_string(j, "name", o->name);
    if (write_request(j, o, path, err) < 0)
        return -1;
    if (o->clients)
        json_out_int(j, "clients", o->clients);
    if (o->requests)
        json_out_int(j, "requests", o->requests);
    if (o->rate)
        json_out_number(j, "rate", strtod(o->rate, NULL), 3);
    json_out_string(j, "connection", o->fresh ? "new" : "reuse");
    write_span(j, "stop", o->duration_ns);
    write_span(j, "pause", o->pause_ns);
    write_span(j, "timeout", o->request_timeout_ns);
    if (o->read_bps) {
        json_out_object(j, "read");
        json_out_int(j, "bytes_per_second", o->read_bps);
        json_out_end_object(j);
    }
    json_out_end_object(j);
    return 0;
}

static void write_expectations(struct json_out *j, const char *load)
{
    static const char *const none[] = {"cut_off", "failed", "timed_out"};
    json_out_array(j, "expect");
    json_out_object(j, NULL);
    json_out_string(j, "load", load);
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        json_out_int(j, none[i], 0);
    json_out_string(j, "completed", "> 0");
    json_out_end_object(j);
    json_out_end_array(j);
}

static int write_plan(struct json_out *j, const struct clients_options *o, const struct place *p,
                      struct error *err)
{
    json_out_object(j, "target");
    json_out_string(j, "url", p->base);
    json_out_object(j, "ready");
    json_out_bool(j, "port", true);
    write_span(j, "within", o->within_ns);
    json_out_end_object(j);
    json_out_end_object(j);
    json_out_array(j, "loads");
    if (write_load(j, o, p->path, err) < 0)
        return -1;
    json_out_end_array(j);
    write_expectations(j, o->name);
    write_span(j, "timeout", longest_ns);
    return 0;
}

/* What the parser says of a text that no person wrote: the place in it is no help. */
static int plain_error(struct error *err)
{
    const char *last = strstr(err->text, "$."), *colon = last ? strstr(last, ": ") : NULL;
    if (colon)
        memmove(err->text, colon + 2, strlen(colon + 2) + 1);
    return -1;
}

int clients_plan(const struct clients_options *options, struct plan *plan, struct error *err)
{
    struct place place = {0};
    struct scenario_out s;
    if ((options->rate && check_rate(options->rate, err) < 0) ||
        take_apart(options->url, &place, err) < 0)
        return -1;
    scenario_begin(&s, options->name);
    int rc = write_plan(&s.j, options, &place, err);
    if (rc < 0)
        buf_free(&s.text);
    else if ((rc = scenario_end(&s, "", plan, err)) < 0)
        plain_error(err);
    place_free(&place);
    return rc;
}
