/* The order of a plan's steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/signame.h"
#include "plan/outline.h"

#define LOADS                                                                                      \
    "'loads': [{'name': 'a', 'request': {'path': '/'}, 'clients': 2, 'start': '10ms'},"            \
    " {'name': 'b', 'request': {'path': '/'}, 'start': {'after': '5ms', 'of': 'SIGINT'},"          \
    "  'stop': {'after': '9ms', 'of': 'SIGINT'}},"                                                 \
    " {'name': 'c', 'request': {'path': '/'}, 'resume': {'after': '0s', 'of': 'SIGTERM'}}],"

static void parse(struct plan *plan, const char *rest)
{
    struct buf text;
    struct error err;
    buf_init(&text, 65536);
    buf_addf(&text, "{'name': 'n', 'target': {'command': ['x']}, %s}", rest);
    for (char *c = text.data; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    if (plan_parse_text("s", text.data, text.len, plan, &err) < 0)
        fail_msg("%s", err.text);
    buf_free(&text);
}

/* "target-start SIGHUP@20 target-ready …": each step's word, or the signal's name or the load's
 * with what happens to it, and its milliseconds where it has some. */
static void expect_steps(const struct plan *plan, const char *wanted)
{
    struct outline o;
    struct buf b;
    outline_make(&o, plan);
    buf_init(&b, 65536);
    for (size_t i = 0; i < o.count; i++) {
        const struct outline_step *s = &o.steps[i];
        if (s->kind == OUTLINE_SIGNAL)
            buf_addf(&b, " %s", signame_name(plan->signals[s->index].signo));
        else if (s->index >= 0)
            buf_addf(&b, " %s:%s", plan->loads[s->index].name, outline_word(s->kind));
        else
            buf_addf(&b, " %s", outline_word(s->kind));
        if (s->after_ns > 0)
            buf_addf(&b, "@%d", (int)(s->after_ns / NS_PER_MS));
        if (s->of >= 0)
            buf_addf(&b, "/%s", signame_name(plan->signals[s->of].signo));
    }
    assert_string_equal(b.data + 1, wanted);
    buf_free(&b);
    outline_free(&o);
}

static void test_control_run(void **state)
{
    struct plan plan;
    (void)state;
    parse(&plan, "'loads': [{'name': 'a', 'request': {'path': '/'}, 'requests': 1}]");
    expect_steps(&plan, "target-start target-ready loads-start end");
    plan_free(&plan);
}

static void test_chains(void **state)
{
    struct plan plan;
    (void)state;
    parse(&plan, LOADS "'signals': [{'send': 'SIGTERM', 'when': {'load': 'a', 'in_flight': 2}},"
                       " {'send': 'SIGKILL', 'when': {'after': '10s', 'of': 'SIGTERM'}},"
                       " {'send': 'SIGINT', 'when': {'after': '1s', 'of': 'SIGTERM'}},"
                       " {'send': 'SIGUSR2', 'when': {'at': '700ms'}},"
                       " {'send': 'SIGUSR1', 'when': {'at': '5ms'}},"
                       " {'send': 'SIGHUP', 'when': {'started': '20ms'}},"
                       " {'send': 'SIGWINCH', 'when': {'target': 'listener-closed'}}]");
    expect_steps(&plan,
                 "target-start SIGHUP@20 target-ready loads-start SIGUSR1@5 a:load-start@10 "
                 "SIGUSR2@700 SIGTERM c:load-resume/SIGTERM SIGINT@1000/SIGTERM "
                 "b:load-start@5/SIGINT b:load-stop@9/SIGINT SIGKILL@10000/SIGTERM SIGWINCH end");
    plan_free(&plan);
}

static void test_platform_kill(void **state)
{
    struct plan plan;
    (void)state;
    parse(&plan, "'profile': 'docker', 'loads': [], "
                 "'signals': [{'send': 'SIGTERM', 'when': {'at': '0s'}}]");
    expect_steps(&plan, "target-start target-ready loads-start SIGTERM SIGKILL@10000/SIGTERM end");
    plan_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control_run),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_platform_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
