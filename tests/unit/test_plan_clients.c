/* The plan of `drainctl load`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "plan/clients.h"

static struct clients_options of_url(const char *url)
{
    return (struct clients_options){.url = url, .name = "load", .body_bytes = -1};
}

static struct plan plan_of(const struct clients_options *o)
{
    struct plan plan;
    struct error err = {0};
    if (clients_plan(o, &plan, &err) < 0)
        fail_msg("%s (%s)", err.text, err.hint);
    return plan;
}

static void urls(void **state)
{
    static const struct {
        const char *url, *base, *path;
    } rows[] = {
        {"http://127.0.0.1:8080/a?b=c", "http://127.0.0.1:8080", "/a?b=c"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080", "/"},
        {"127.0.0.1:8080/a", "http://127.0.0.1:8080", "/a"},
        {"localhost", "http://localhost", "/"},
        {"http://h?q=1", "http://h", "/?q=1"},
        {"http://h/a#part", "http://h", "/a"},
        {"http://[::1]:80/a/b", "http://[::1]:80", "/a/b"},
        {"unix:/run/a.sock", "unix:/run/a.sock", "/"},
        {"unix:/run/a.sock:/a?b#c", "unix:/run/a.sock", "/a?b"},
        {"http+unix://%2Frun%2Fa.sock/a", "http+unix://%2Frun%2Fa.sock", "/a"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct clients_options o = of_url(rows[i].url);
        struct plan p = plan_of(&o);
        assert_int_equal(p.target.kind, TARGET_URL);
        assert_string_equal(p.target.url, rows[i].base);
        assert_string_equal(p.loads[0].path, rows[i].path);
        assert_string_equal(p.loads[0].method, "GET");
        assert_int_equal(p.loads[0].requests, -1);
        assert_int_equal(p.n_signals, 0);
        plan_free(&p);
    }
}

static void every_option(void **state)
{
    static const char *const headers[] = {"X-A: 1", "Accept:text/\"plain\": x"};
    struct clients_options o = of_url("h:1/");
    (void)state;
    o.name = "a \"quoted\" name";
    o.headers = headers;
    o.n_headers = 2;
    o.body_bytes = 7;
    o.body_over_ns = 2 * NS_PER_S;
    o.clients = 3;
    o.requests = 9;
    o.rate = "2.5/s";
    o.fresh = true;
    o.pause_ns = NS_PER_S;
    o.request_timeout_ns = 4 * NS_PER_S;
    o.read_bps = 1000;
    o.duration_ns = 60 * NS_PER_S;
    o.within_ns = 5 * NS_PER_S;
    struct plan p = plan_of(&o);
    const struct plan_load *l = &p.loads[0];
    assert_string_equal(l->name, o.name);
    assert_string_equal(l->method, "POST"); /* it has a body */
    assert_int_equal(l->headers.n, 2);
    assert_string_equal(l->headers.at[1].name, "Accept");
    assert_string_equal(l->headers.at[1].value, "text/\"plain\": x");
    assert_int_equal(l->body.bytes, 7);
    assert_int_equal(l->body.over_ns, 2 * NS_PER_S);
    assert_int_equal(l->clients, 3);
    assert_int_equal(l->requests, 9);
    assert_true(l->rate == 2.5);
    assert_false(l->reuse);
    assert_int_equal(l->pause_ns, NS_PER_S);
    assert_int_equal(l->timeout_ns, 4 * NS_PER_S);
    assert_int_equal(l->read.bps, 1000);
    assert_int_equal(l->stop.after_ns, 60 * NS_PER_S);
    assert_int_equal(p.target.ready.within_ns, 5 * NS_PER_S);
    assert_true(p.timeout_ns >= 3600 * NS_PER_S);
    plan_free(&p);
}

/* What a load is judged by: something completed, and no client harmed. */
static void expectations(void **state)
{
    static const enum outcome harm[] = {OUTCOME_CUT_OFF, OUTCOME_FAILED, OUTCOME_TIMED_OUT};
    struct clients_options o = of_url("h");
    (void)state;
    struct plan p = plan_of(&o);
    assert_int_equal(p.n_expects, 1 + ARRAY_LEN(harm));
    for (size_t i = 0; i < p.n_expects; i++) {
        const struct plan_expect *x = &p.expects[i];
        bool completed = x->outcome == OUTCOME_COMPLETED, known = completed;
        for (size_t k = 0; k < ARRAY_LEN(harm); k++)
            known = known || x->outcome == harm[k];
        assert_true(known);
        assert_int_equal(x->bound.op, completed ? BOUND_GT : BOUND_EQ);
        assert_true(x->bound.value == 0);
    }
    plan_free(&p);
}

static void refused(void **state)
{
    static const char *const bad_header[] = {"no colon"}, *const nameless[] = {": x"},
                             *const odd[] = {"A B: x"};
    static const struct {
        const char *url, *name, *rate, *method;
        const char *const *headers;
        const char *says;
    } rows[] = {
        {"https://h/", "load", NULL, NULL, NULL, "wants TLS, which drainctl does not speak yet"},
        {"ftp://h/", "load", NULL, NULL, NULL, "http://, the only scheme"},
        {"unix:", "load", NULL, NULL, NULL, "has no path of a socket"},
        {"http:///a", "load", NULL, NULL, NULL, "has no host"},
        {"", "load", NULL, NULL, NULL, "has no host"},
        {":80/", "load", NULL, NULL, NULL, "has no host"},
        {"http://u:p@h/", "load", NULL, NULL, NULL, "--header"},
        {"http://h/a b", "load", NULL, NULL, NULL, "a blank"},
        {"http://h/\n", "load", NULL, NULL, NULL, "control character"},
        {"http://127.0.0.1:${port}/", "load", NULL, NULL, NULL, "${port}"},
        {"h", "load", "fast", NULL, NULL, "'--rate' takes a rate"},
        {"h", "load", "0/s", NULL, NULL, "'--rate' takes a rate"},
        {"h", "load", "5/m", NULL, NULL, "'--rate' takes a rate"},
        {"h", "load", "0x5", NULL, NULL, "'--rate' takes a rate"},
        {"h", "load", "2e6", NULL, NULL, "'--rate' takes a rate"},
        {"h", "load", NULL, "G T", NULL, "'G T' is not a method"},
        {"h", "*", NULL, NULL, NULL, "a load's name"},
        {"h", "load", NULL, NULL, bad_header, "takes 'NAME: VALUE', not 'no colon'"},
        {"h", "load", NULL, NULL, nameless, "takes 'NAME: VALUE'"},
        {"h", "load", NULL, NULL, odd, "'A B' is not a header's name"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct clients_options o = of_url(rows[i].url);
        struct plan p;
        struct error err = {0};
        o.name = rows[i].name;
        o.rate = rows[i].rate;
        o.method = rows[i].method;
        o.headers = rows[i].headers;
        o.n_headers = rows[i].headers ? 1 : 0;
        assert_int_equal(clients_plan(&o, &p, &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        if (!strstr(err.text, rows[i].says))
            fail_msg("'%s' does not say '%s'", err.text, rows[i].says);
        assert_null(strstr(err.text, "$.")); /* no place in a text that no person wrote */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls),
        cmocka_unit_test(every_option),
        cmocka_unit_test(expectations),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
