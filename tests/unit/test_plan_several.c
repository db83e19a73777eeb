/* Scenarios with more than one process: names, what refers to them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "plan/plan.h"

#define HEAD "{\"name\": \"t\", "
#define TWO                                                                                        \
    "\"targets\": {\"a\": {\"reference\": {}}, \"b\": {\"command\": [\"s\", \"${a.port}\"]}}, "
#define LOAD "\"loads\": [{\"name\": \"w\", \"request\": {\"path\": \"/\"}}]"
#define SERVICES                                                                                   \
    "\"services\": {\"lb\": {\"command\": [\"lb\", \"${dir}/x\"], \"files\": {\"x\": [\"1\", "     \
    "\"2\"]}}}, "
#define WHEN "\"when\": {\"at\": \"1s\"}"

static struct plan plan_of(const char *text)
{
    struct plan plan;
    struct error err = {0};
    if (plan_parse_text("t.json", text, strlen(text), &plan, &err) < 0)
        fail_msg("%s (%s)", err.text, err.hint);
    return plan;
}

static void test_names(void **state)
{
    (void)state;
    struct plan p =
        plan_of(HEAD TWO SERVICES "\"loads\": [{\"name\": \"w\", \"to\": \"lb\", \"request\": "
                                  "{\"path\": \"/\"}}]}");
    assert_true(p.several);
    assert_int_equal(plan_process_count(&p), 3);
    assert_string_equal(plan_process_name(&p, 0), "a");
    assert_string_equal(plan_process_name(&p, 1), "b");
    assert_string_equal(plan_process_name(&p, 2), "lb");
    assert_int_equal(plan_process(&p, 1)->kind, TARGET_COMMAND);
    assert_false(p.others.at[0].service);
    assert_true(p.others.at[1].service);
    assert_string_equal(p.others.at[1].files[0].value, "1\n2\n");
    assert_int_equal(p.loads[0].to.process, 2);
    plan_free(&p);
}

/* A scenario with one target has the name that every journal before it meant. */
static void test_one_target(void **state)
{
    (void)state;
    struct plan p =
        plan_of(HEAD "\"target\": {\"command\": [\"${dir}\", \"${b.port}\"]}, " LOAD "}");
    assert_false(p.several);
    assert_string_equal(plan_process_name(&p, 0), "target");
    assert_int_equal(plan_process_count(&p), 1);
    plan_free(&p);
}

static void test_expansion(void **state)
{
    int ports[] = {1001, 1002, 1003};
    (void)state;
    struct plan p = plan_of(HEAD TWO SERVICES LOAD "}");
    char *text = plan_expand_names(&p, "${a.port} ${port} ${dir}/x ${lb.port}${b.port} ${HOME} $a",
                                   "/run", ports);
    assert_string_equal(text, "1001 ${port} /run/x 10031002 ${HOME} $a");
    free(text);
    assert_null(plan_unknown_name(&p, "${HOME} ${a.port} ${port.b}"));
    text = plan_unknown_name(&p, "${a.port}${c.port}");
    assert_string_equal(text, "c");
    free(text);
    plan_free(&p);
}

/* Ports are picked before anything starts: two that name each other are no circle. */
static void test_each_other(void **state)
{
    (void)state;
    struct plan p = plan_of(HEAD "\"targets\": {\"a\": {\"command\": [\"${b.port}\"]}, \"b\": "
                                 "{\"command\": [\"${a.port}\", \"${b.port}\"]}}, " LOAD "}");
    assert_int_equal(plan_process_count(&p), 2);
    plan_free(&p);
}

static void test_actions(void **state)
{
    (void)state;
    struct plan p =
        plan_of(HEAD TWO LOAD ", \"signals\": [{\"send\": \"SIGINT\", \"target\": \"b\", "
                              "\"when\": {\"target\": \"a\", \"is\": \"ready\"}}], \"actions\": ["
                              "{\"restart\": \"a\", " WHEN "}, "
                              "{\"stop\": \"a\", \"signal\": \"SIGQUIT\", \"when\": {\"after\": "
                              "\"2s\", \"of\": \"restart a\"}}, "
                              "{\"start\": \"b\", \"when\": {\"log\": \"x\", \"target\": \"a\"}}, "
                              "{\"notice\": \"5s\", \"to\": \"a\", " WHEN
                              "}, {\"run\": [\"true\"], " WHEN "}]}");
    assert_int_equal(p.n_signals, 6);
    assert_int_equal(p.signals[0].act, ACT_SIGNAL);
    assert_int_equal(p.signals[0].process, 1);
    assert_int_equal(p.signals[0].when.kind, WHEN_READY);
    assert_int_equal(p.signals[0].when.process, 0);
    assert_string_equal(p.signals[0].text, "a is ready");
    assert_int_equal(p.signals[1].signo, SIGTERM);
    assert_int_equal(p.signals[2].signo, SIGQUIT);
    assert_int_equal(p.signals[2].when.of, 1);
    assert_string_equal(p.signals[2].text, "2 s after restart a");
    assert_true(p.others.at[0].later); /* b is first started by an action */
    assert_int_equal(p.signals[3].when.process, 0);
    assert_int_equal(p.signals[4].notice_ns, 5 * NS_PER_S);
    /* the commands of the last two are processes that no name leads to */
    assert_int_equal(plan_process_count(&p), 4);
    assert_string_equal(plan_process_name(&p, (size_t)p.signals[5].command), "actions[4]");
    plan_free(&p);
}

static void test_expectations(void **state)
{
    (void)state;
    struct plan p =
        plan_of(HEAD TWO LOAD ", \"expect\": ["
                              "{\"target\": \"a\", \"steps\": [\"signal\", \"pool-closed\", "
                              "{\"log\": \"bye\"}, \"exit\"]}, "
                              "{\"target\": \"a\", \"ledger\": {\"read\": \">= 5\", \"cut\": 0}}, "
                              "{\"target\": \"exit\", \"of\": \"b\", \"code\": 0}]}");
    assert_int_equal(p.n_expects, 4);
    assert_int_equal(p.expects[0].steps.n, 4);
    assert_int_equal(p.expects[0].steps.at[0].kind, -1);
    assert_string_equal(p.expects[0].steps.at[1].regex, "step pool-closed: done");
    assert_string_equal(p.expects[0].text, "a: signal, pool-closed, 'bye', exit, in this order");
    assert_string_equal(p.expects[1].text, "a: ≥ 5 read, by its ledger");
    assert_int_equal(p.expects[3].whose.process, 1);
    assert_string_equal(p.expects[3].text, "b: target exits with code 0");
    plan_free(&p);
}

static const struct {
    const char *text, *says;
} bad[] = {
    {HEAD LOAD "}", "the key 'target' is missing"},
    {HEAD TWO "\"target\": {\"reference\": {}}, " LOAD "}", "'target' or 'targets', not both"},
    {HEAD "\"targets\": {}, " LOAD "}", "at least one target"},
    {HEAD "\"targets\": [], " LOAD "}", "expected an object"},
    {HEAD "\"targets\": {\"1a\": {\"reference\": {}}}, " LOAD "}", "cannot be the name"},
    {HEAD "\"targets\": {\"exit\": {\"reference\": {}}}, " LOAD "}", "cannot be the name"},
    {HEAD "\"targets\": {\"a\": {\"attach\": {\"pid\": 1}, \"url\": \"http://h:1\"}}, " LOAD "}",
     "of several targets each is started"},
    {HEAD "\"targets\": {\"a\": {\"reference\": {}}, \"a\": {\"reference\": {}}}, " LOAD "}",
     "'a'"},
    {HEAD TWO "\"services\": {\"a\": {\"command\": [\"x\"]}}, " LOAD "}",
     "there is already a process 'a'"},
    {HEAD TWO "\"services\": {\"lb\": {}}, " LOAD "}", "the key 'command' is missing"},
    {HEAD TWO "\"services\": {\"lb\": {\"command\": [\"x\"], \"files\": {\"a/b\": \"\"}}}, " LOAD
              "}",
     "not the name of a file"},
    {HEAD TWO "\"services\": {\"c\": {\"command\": [\"x\"], \"files\": {\"f\": \"\"}}, \"d\": "
              "{\"command\": [\"x\"], \"files\": {\"f\": \"\"}}}, " LOAD "}",
     "both write a file 'f'"},
    {HEAD TWO "\"services\": {\"lb\": {\"command\": [\"${c.port}\"]}}, " LOAD "}",
     "'lb' uses ${c.port}, and there is no target or service 'c'"},
    {HEAD TWO "\"loads\": [{\"name\": \"w\", \"to\": \"c\", \"request\": {\"path\": \"/\"}}]}",
     "there is no target or service 'c'"},
    {HEAD TWO
     "\"loads\": [{\"name\": \"w\", \"via\": \"registry\", \"request\": {\"path\": \"/\"}}]}",
     "the scenario has no registry"},
    {HEAD TWO "\"registry\": \"dns://x\", " LOAD "}", "is not a registry"},
    {HEAD TWO LOAD ", \"signals\": [{\"send\": \"TERM\", \"target\": \"c\", " WHEN "}]}",
     "there is no target or service 'c'"},
    {HEAD TWO LOAD ", \"signals\": [{\"send\": \"TERM\", \"when\": {\"target\": \"c\", \"is\": "
                   "\"ready\"}}]}",
     "there is no target or service 'c'"},
    {HEAD TWO LOAD ", \"signals\": [{\"send\": \"TERM\", \"when\": {\"target\": \"a\", \"is\": "
                   "\"gone\"}}]}",
     "no event of a process 'gone'"},
    {HEAD TWO LOAD ", \"actions\": [{\"restart\": \"c\", " WHEN "}]}",
     "there is no target or service 'c'"},
    {HEAD TWO LOAD ", \"actions\": [{" WHEN "}]}", "expected an action"},
    {HEAD TWO LOAD ", \"actions\": [{\"stop\": \"a\", \"start\": \"b\", " WHEN "}]}",
     "expected one action"},
    {HEAD TWO LOAD ", \"actions\": [{\"start\": \"a\", " WHEN "}]}", "started with the run"},
    {HEAD TWO LOAD ", \"actions\": [{\"start\": \"b\", \"signal\": \"TERM\", " WHEN "}]}",
     "sends no 'signal'"},
    {HEAD TWO LOAD ", \"actions\": [{\"notice\": \"5s\", \"to\": \"b\", " WHEN "}]}",
     "is not a reference server"},
    {HEAD TWO LOAD ", \"actions\": [{\"replace\": \"b\", " WHEN "}]}", "two answer at one port"},
    {HEAD TWO LOAD ", \"actions\": [{\"stop\": \"a\", \"deploy\": [\"true\"], " WHEN "}]}",
     "only a 'restart' has a 'deploy'"},
    {HEAD TWO LOAD ", \"actions\": [{\"restart\": \"a\", \"when\": {\"page\": \"/\"}}, "
                   "{\"stop\": \"b\", \"when\": {\"page\": \"/other\"}}]}",
     "a run reads one page"},
    {HEAD TWO LOAD ", \"actions\": [{\"restart\": \"a\", \"when\": {\"page\": \"shop\"}}]}",
     "when.page"},
    {HEAD TWO LOAD ", \"actions\": [{\"stop\": \"a\", \"when\": {\"after\": \"1s\", \"of\": "
                   "\"restart b\"}}]}",
     "there is no action 'restart b'"},
    {HEAD TWO LOAD ", \"actions\": [{\"stop\": \"a\", \"when\": {\"after\": \"1s\", \"of\": "
                   "\"stop a\"}}]}",
     "there is no action 'stop a'"},
    {HEAD "\"target\": {\"attach\": {\"pid\": 1}, \"url\": \"http://h:1\"}, " LOAD
          ", \"actions\": [{\"restart\": \"target\", " WHEN "}]}",
     "is not started by the run"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"c\", \"steps\": [\"signal\", \"exit\"]}]}",
     "there is no target or service 'c'"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"a\", \"steps\": [\"exit\"]}]}", "at least 2"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"a\", \"steps\": [\"exit\", \"pool-close\"]}]}",
     "there is no step 'pool-close'"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"b\", \"steps\": [\"exit\", \"pool-closed\"]}]}",
     "only the reference server"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"b\", \"ledger\": {\"read\": 1}}]}",
     "only the reference server"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"a\", \"ledger\": {}}]}", "expected one of"},
    {HEAD TWO LOAD ", \"expect\": [{\"target\": \"exit\", \"of\": \"c\"}]}",
     "there is no target or service 'c'"},
};

/* The whole of what a proxy is told: its file, and the command that reads it. */
static const struct {
    const char *front;
    const char *has[6], *lacks;
} proxies[] = {
    {"\"use\": \"haproxy\"",
     {"server a 127.0.0.1:${a.port}\n", "server b 10.0.0.1:80\n", "meth GET uri /ready\n",
      "check inter 50ms fall 1 rise 1\n", "retries 2\n  retry-on conn-failure\n"},
     NULL},
    {"\"use\": \"haproxy\", \"servers\": [\"b\"], \"check_every\": \"1.5s\", \"tries\": 1",
     {"server b", "check inter 1500ms", "retries 0\n"},
     "httpchk"}, /* b has no path that tells: the connection alone */
    {"\"use\": \"haproxy\", \"check\": \"/up\", \"retry_on\": [\"503\", \"empty-response\"]",
     {"uri /up\n", "retry-on 503 empty-response\n"},
     NULL},
    {"\"use\": \"nginx\", \"max_fails\": 2, \"fail_timeout\": \"1500ms\"",
     {"server 127.0.0.1:${a.port} max_fails=2 fail_timeout=2s;\n", "listen 127.0.0.1:${port};\n",
      "proxy_next_upstream error timeout;\n", "proxy_read_timeout 5000ms;\n"},
     "check"},
};

static void test_proxies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(proxies); i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 HEAD "\"targets\": {\"a\": {\"reference\": {}}, \"b\": {\"command\": [\"s\"], "
                      "\"url\": \"http://10.0.0.1/x\"}}, \"services\": {\"front\": {%s}}, " LOAD
                      "}",
                 proxies[i].front);
        struct plan p = plan_of(text);
        const struct plan_process *front = &p.others.at[1];
        assert_int_equal(front->n_files, 1);
        assert_string_equal(front->files[0].name, "front.cfg");
        for (int k = 0; proxies[i].has[k]; k++)
            if (!strstr(front->files[0].value, proxies[i].has[k]))
                fail_msg("no '%s' in %s", proxies[i].has[k], front->files[0].value);
        if (proxies[i].lacks && strstr(front->files[0].value, proxies[i].lacks))
            fail_msg("'%s' in %s", proxies[i].lacks, front->files[0].value);
        assert_true(front->service);
        assert_string_equal(front->target.argv[0],
                            front->proxy == PROXY_HAPROXY ? "haproxy" : "nginx");
        plan_free(&p);
    }
}

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct plan plan;
        struct error err = {0};
        if (plan_parse_text("t.json", bad[i].text, strlen(bad[i].text), &plan, &err) == 0)
            fail_msg("%s is taken", bad[i].text);
        if (!strstr(err.text, bad[i].says))
            fail_msg("'%s' does not say '%s'", err.text, bad[i].says);
    }
}

/* A restart with a command between its end and its start, when a page was read. */
static void test_deploy(void **state)
{
    struct plan p = plan_of(HEAD TWO LOAD ", \"actions\": [{\"restart\": \"b\", \"deploy\": "
                                          "[\"./build\", \"now\"], \"when\": {\"page\": \"/\"}}]}");
    (void)state;
    assert_string_equal(plan_page(&p), "/");
    assert_int_equal(p.signals[0].when.process, 0); /* the page is the first target's */
    assert_int_equal(p.signals[0].process, 1);
    assert_string_equal(plan_process(&p, (size_t)p.signals[0].command)->argv[1], "now");
    assert_string_equal(p.signals[0].text, "the page / and its files are read");
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_one_target),
        cmocka_unit_test(test_expansion), cmocka_unit_test(test_each_other),
        cmocka_unit_test(test_actions),   cmocka_unit_test(test_expectations),
        cmocka_unit_test(test_proxies),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_deploy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
