/* The platform profiles: all twelve are there, and every figure has its source. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profiles.h"

static const char *const wanted[] = {"kubernetes", "docker", "systemd",    "ecs",
                                     "cloud-run",  "heroku", "lambda",     "nomad",
                                     "fly",        "pm2",    "supervisor", "cloud-foundry"};

static void all_are_there(void **state)
{
    size_t n = sizeof wanted / sizeof *wanted;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_non_null(profile_find(wanted[i]));
        assert_string_equal(profile_names()[i], profiles[i].name);
    }
    assert_null(profiles[n].name);
    assert_null(profile_names()[n]);
    assert_null(profile_find("kubernets"));
}

static void rows_are_whole(void **state)
{
    (void)state;
    for (const struct profile *p = profiles; p->name; p++) {
        assert_true(p->title && p->note && p->source && strlen(p->date) == 7);
        assert_true(p->signo == SIGTERM || p->signo == SIGINT);
        assert_int_equal(p->kill_signo, SIGKILL);
        assert_true(p->grace_ns >= 300 * INT64_C(1000000));
        assert_true(p->pre_stop_ns < p->grace_ns && p->lag_ns < p->grace_ns);
    }
}

static void figures_that_people_rely_on(void **state)
{
    static const int64_t s = 1000000000;

    (void)state;
    assert_int_equal(profile_find("kubernetes")->grace_ns, 30 * s);
    assert_int_equal(profile_find("docker")->grace_ns, 10 * s);
    assert_int_equal(profile_find("systemd")->grace_ns, 90 * s);
    assert_int_equal(profile_find("pm2")->grace_ns, 16 * s / 10);
    assert_int_equal(profile_find("nomad")->signo, SIGINT);
    assert_int_equal(profile_find("fly")->signo, SIGINT);
    assert_true(profile_find("heroku")->repeats);
}

/* A scenario on that platform, with these keys. */
static int parse_with(const char *keys, struct plan *plan, struct error *err)
{
    char text[512];
    int len = snprintf(text, sizeof text,
                       "{\"name\": \"n\", %s \"target\": {\"reference\": {}},"
                       " \"loads\": [{\"name\": \"l\", \"request\": {\"path\": \"/\"}}],"
                       " \"signals\": [{\"send\": \"SIGTERM\", \"when\": {\"at\": \"1s\"}}]}",
                       keys);

    return plan_parse_text("s.json", text, (size_t)len, plan, err);
}

static void a_hook_takes_its_time_from_the_grace(void **state)
{
    static const int64_t s = 1000000000;
    struct plan plan;
    struct error err;

    (void)state;
    assert_int_equal(parse_with("\"profile\": \"kubernetes\", \"pre_stop\": \"25s\",", &plan, &err),
                     0);
    assert_int_equal(plan.platform.pre_stop_ns, 25 * s);
    assert_int_equal(plan.n_signals, 2);
    assert_int_equal(plan.signals[1].signo, SIGKILL);
    assert_int_equal(plan.signals[1].when.at_ns, 5 * s);
    plan_free(&plan);
}

static void a_hook_must_fit_into_the_grace(void **state)
{
    struct plan plan;
    struct error err;

    (void)state;
    assert_int_equal(parse_with("\"profile\": \"docker\", \"pre_stop\": \"10s\",", &plan, &err),
                     -1);
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(
        strstr(err.text, "$.pre_stop: must be shorter than the grace of 'docker', 10s"));
    assert_int_equal(parse_with("\"pre_stop\": \"1s\",", &plan, &err), -1);
    assert_non_null(strstr(err.text, "$.pre_stop: needs a 'profile'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_there),
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(figures_that_people_rely_on),
        cmocka_unit_test(a_hook_takes_its_time_from_the_grace),
        cmocka_unit_test(a_hook_must_fit_into_the_grace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
