/* The built-in battery: what must hold of its runs whatever the options are. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "check/battery.h"

static void build_with(int64_t grace_ns, const char *subscription, struct battery *battery)
{
    static char program[] = "server";
    static char *const command[] = {program, NULL};
    struct battery_options o = {.command = command,
                                .paths.fast = "/",
                                .paths.slow = "/slow?ms=1500",
                                .paths.subscription = subscription,
                                .signo = SIGTERM,
                                .grace_ns = grace_ns,
                                .within_ns = 10 * NS_PER_S};
    struct error err = {0};

    if (battery_build(&o, battery, &err) < 0)
        fail_msg("%s", err.text);
}

static void build(int64_t grace_ns, struct battery *battery)
{
    build_with(grace_ns, NULL, battery);
}

static bool has(const struct battery *battery, const char *name)
{
    for (size_t i = 0; i < battery->count; i++)
        if (strcmp(battery->plans[i].name, name) == 0)
            return true;
    return false;
}

/* The main run tells them apart where nothing in it is endless. */
static void holders_have_runs_of_their_own_beside_a_subscription(void **state)
{
    static const char *const alone[] = {"check-silent-alone", "check-idle-alone"};

    (void)state;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        struct battery with, without;

        build_with(5 * NS_PER_S, "/events", &with);
        build(5 * NS_PER_S, &without);
        assert_true(has(&with, alone[i]));
        assert_false(has(&without, alone[i]));
        battery_free(&with);
        battery_free(&without);
    }
}

/* Only a socket that is held lets a restart lose no client. */
static void a_restart_belongs_to_socket_activation(void **state)
{
    static char program[] = "server";
    static char *const command[] = {program, NULL};
    struct battery_options o = {.command = command, .paths.fast = "/", .paths.slow = "/slow"};
    struct battery battery;
    struct error err = {0};

    (void)state;
    o.signo = SIGQUIT;
    o.grace_ns = o.within_ns = 5 * NS_PER_S;
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    assert_false(has(&battery, "check-restart") || battery.plans[0].target.socket_activation);
    battery_free(&battery);
    o.socket_activation = true;
    o.url = "unix:app.sock";
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    const struct plan *last = &battery.plans[battery.count - 1];
    assert_string_equal(last->name, "check-restart");
    assert_int_equal(last->signals[0].act, ACT_RESTART);
    assert_int_equal(last->signals[0].signo, SIGQUIT);
    assert_false(has(&battery, "check-second-start")); /* the file is drainctl's */
    for (size_t i = 0; i < battery.count; i++)
        assert_true(battery.plans[i].target.socket_activation);
    battery_free(&battery);
}

/* With --quick, too: one run cannot tell who else holds up the exit. */
static void a_quick_check_tells_the_holders_apart(void **state)
{
    static char program[] = "server";
    static char *const command[] = {program, NULL};
    struct battery_options o = {
        .command = command, .paths.fast = "/", .paths.slow = "/slow", .quick = true};
    struct battery battery;
    struct error err = {0};

    (void)state;
    o.signo = SIGTERM;
    o.grace_ns = o.within_ns = 5 * NS_PER_S;
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    assert_int_equal(battery.count, 1);
    battery_free(&battery);
    o.paths.subscription = "/events";
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    assert_int_equal(battery.count, 4);
    assert_true(has(&battery, "check-silent-alone") && has(&battery, "check-idle-alone"));
    assert_true(has(&battery, "check-accept-queue")); /* with nothing else open */
    battery_free(&battery);
}

/* It changes what all others serve: it comes last, when they are over; with --quick too. */
static void the_page_comes_last_and_alone(void **state)
{
    static char program[] = "server";
    static char *const command[] = {program, NULL};
    struct battery_options o = {.command = command,
                                .paths.fast = "/",
                                .paths.page = "/shop?a=1",
                                .quick = true,
                                .signo = SIGQUIT,
                                .grace_ns = 5 * NS_PER_S,
                                .within_ns = NS_PER_S};
    struct battery battery;
    struct error err = {0};

    (void)state;
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    assert_int_equal(battery.count, 2);
    const struct plan *plan = &battery.plans[1];
    assert_string_equal(plan->name, "check-page");
    assert_true(battery.alone_ns[1] == BATTERY_LAST);
    assert_string_equal(plan_page(plan), "/shop?a=1");
    assert_int_equal(plan->signals[0].act, ACT_RESTART);
    assert_int_equal(plan->signals[0].signo, SIGQUIT);
    assert_int_equal(plan->signals[0].command, -1);
    assert_false(plan->names); /* the command line stays as a person wrote it */
    int64_t timeout_ns = plan->timeout_ns;
    battery_free(&battery);

    o.deploy = "cp ${dir}/* live; ${nobody.port}";
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    plan = &battery.plans[1];
    assert_int_equal(plan->signals[0].command, 1);
    assert_string_equal(plan_process(plan, 1)->argv[2], o.deploy);
    assert_true(plan->timeout_ns > timeout_ns); /* a build may take minutes */
    battery_free(&battery);

    o.deploy = "";
    assert_int_equal(battery_build(&o, &battery, &err), -1);
    assert_non_null(strstr(err.text, "--deploy"));
    o.paths.page = NULL;
    o.deploy = NULL;
    assert_int_equal(battery_build(&o, &battery, &err), 0);
    assert_int_equal(battery.count, 1);
    battery_free(&battery);
}

/* Else the drain ends because the client has gone, and the server seems to have had a limit. */
static void no_client_gives_up_before_the_platform(void **state)
{
    static const int64_t graces[] = {5, 12, 30, 120, 3600};

    (void)state;
    for (size_t i = 0; i < sizeof graces / sizeof *graces; i++) {
        struct battery battery;

        build(graces[i] * NS_PER_S, &battery);
        assert_true(battery.count > 0);
        for (size_t k = 0; k < battery.count; k++)
            for (size_t n = 0; battery.plans[k].n_signals && n < battery.plans[k].n_loads; n++)
                if (battery.plans[k].loads[n].timeout_ns <= (graces[i] + 10) * NS_PER_S)
                    fail_msg("%s of %s, with a grace of %d s", battery.plans[k].loads[n].name,
                             battery.plans[k].name, (int)graces[i]);
        battery_free(&battery);
    }
}

static const struct plan_load *load_named(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n_loads; i++)
        if (strcmp(plan->loads[i].name, name) == 0)
            return &plan->loads[i];
    fail_msg("no load %s", name);
    return NULL;
}

/* New connections come until the target is gone, and should all of them hang, one more comes. */
static void arrivals_are_never_exhausted(void **state)
{
    static const int64_t graces[] = {1, 5, 12, 30, 120, 3600};

    (void)state;
    for (size_t i = 0; i < sizeof graces / sizeof *graces; i++) {
        struct battery battery;

        build(graces[i] * NS_PER_S, &battery);
        const struct plan_load *later = load_named(&battery.plans[0], "arrivals-later");
        assert_int_equal(later->stop.after_ns, -1);
        assert_int_equal(later->start.after_ns, NS_PER_S);
        assert_int_equal(later->requests, -1);
        assert_true(later->rate * (double)graces[i] <= (double)later->clients);
        const struct plan_load *arrivals = load_named(&battery.plans[0], "arrivals");
        assert_true(arrivals->rate * 2 <= (double)arrivals->clients);
        battery_free(&battery);
    }
}

/* Each first signal but those during the start waits for a target that is complete. */
static void no_signal_meets_a_target_that_still_forks(void **state)
{
    struct battery battery;

    (void)state;
    build_with(5 * NS_PER_S, "/events", &battery);
    for (size_t i = 0; i < battery.count; i++) {
        const struct plan *plan = &battery.plans[i];

        if (plan->n_signals && plan->signals[0].when.kind != WHEN_STARTED &&
            plan->signals[0].when.still_ns <= 0)
            fail_msg("%s", plan->name);
    }
    battery_free(&battery);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holders_have_runs_of_their_own_beside_a_subscription),
        cmocka_unit_test(arrivals_are_never_exhausted),
        cmocka_unit_test(no_signal_meets_a_target_that_still_forks),
        cmocka_unit_test(a_quick_check_tells_the_holders_apart),
        cmocka_unit_test(a_restart_belongs_to_socket_activation),
        cmocka_unit_test(the_page_comes_last_and_alone),
        cmocka_unit_test(no_client_gives_up_before_the_platform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
