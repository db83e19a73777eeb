/* drainctl init's pure part: what is asked for, what is made of the answers, and that every file
 * that can come of them is a good scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "init/commented.h"
#include "init/trial.h"

static char words[][16] = {"node", "a \"b\"\n// */", "${port}", ""};
static char *command[] = {words[0], words[1], words[2], words[3], NULL};

static struct trial_options options_of(const char *slow)
{
    return (struct trial_options){
        .command = command,
        .slow = slow,
        .signo = SIGTERM,
        .grace_ns = 10 * NS_PER_S,
        .within_ns = 10 * NS_PER_S,
    };
}

static struct trial_path *path_of(struct trial_findings *f, const char *path)
{
    for (size_t i = 0; i < f->n_paths; i++)
        if (strcmp(f->paths[i].path, path) == 0 && f->paths[i].role != TRIAL_MANY)
            return &f->paths[i];
    fail_msg("'%s' is not asked for", path);
    return NULL;
}

/* Everything answers `status` at once, the path of the many after 300 ms. */
static void answer_all(struct trial_findings *f, const struct trial_options *o, int status,
                       int64_t together)
{
    trial_begin(f, o);
    for (size_t i = 0; i < f->n_paths; i++) {
        struct trial_path *p = &f->paths[i];
        p->status = status;
        p->took_ns = NS_PER_MS;
        if (p->role != TRIAL_MANY)
            continue;
        p->status = 200;
        p->took_ns = 300 * NS_PER_MS;
        p->together = together;
    }
    f->ready_ns = 50 * NS_PER_MS;
}

static void choose(struct trial_findings *f, const struct trial_options *o)
{
    struct error err;
    if (trial_choose(f, o, &err) < 0)
        fail_msg("%s", err.text);
}

static void test_what_is_asked_for(void **state)
{
    struct trial_options o = options_of("/report");
    struct trial_findings f;
    (void)state;
    trial_begin(&f, &o);
    for (size_t i = 0; i < f.n_paths; i++)
        assert_true(f.paths[i].path[0] == '/');
    assert_false(path_of(&f, "/")->given);
    path_of(&f, "/healthz");
    path_of(&f, "/actuator/health");
    o.path = "/products";
    o.ready = "/up";
    trial_begin(&f, &o);
    assert_true(path_of(&f, "/products")->given && path_of(&f, "/up")->given);
    for (size_t i = 0; i < f.n_paths; i++)
        assert_true(f.paths[i].given || f.paths[i].role == TRIAL_LIVE ||
                    f.paths[i].role == TRIAL_NOWHERE);
}

static void test_choice(void **state)
{
    struct trial_options o = options_of(NULL);
    struct trial_findings f;
    (void)state;
    answer_all(&f, &o, 404, 10);
    path_of(&f, "/health")->status = 200;
    path_of(&f, "/livez")->status = 200;
    choose(&f, &o);
    assert_string_equal(f.ready->path, "/health");
    assert_string_equal(f.live->path, "/livez");
    assert_string_equal(f.fast->path, "/livez"); /* 200 before 404, readiness last */
    assert_false(f.slow || f.everywhere);

    path_of(&f, "/readyz")->status = 503; /* not ready yet */
    path_of(&f, "/")->status = 302;
    choose(&f, &o);
    assert_string_equal(f.ready->path, "/readyz");
    path_of(&f, "/")->status = 200;
    choose(&f, &o);
    assert_string_equal(f.fast->path, "/");

    answer_all(&f, &o, 200, 10); /* an answer that everything gives is no sign of health */
    choose(&f, &o);
    assert_true(f.everywhere);
    assert_null(f.ready);
    assert_null(f.live);
}

static void test_no_choice(void **state)
{
    struct trial_options o = options_of("/slow");
    struct trial_findings f;
    struct error err;
    (void)state;
    answer_all(&f, &o, 500, 10);
    assert_int_equal(trial_choose(&f, &o, &err), -1);
    assert_int_equal(err.kind, ERROR_RUN);
    assert_non_null(strstr(err.text, "'/' answered 500"));
    answer_all(&f, &o, 200, 10);
    f.paths[f.n_paths - 1].status = 404;
    assert_int_equal(trial_choose(&f, &o, &err), -1);
    assert_non_null(strstr(err.text, "the slow path '/slow' answered 404"));
}

static void test_options(void **state)
{
    static const struct {
        size_t offset;
        const char *value, *says;
    } wrong[] = {
        {offsetof(struct trial_options, slow), "slow", "option '--slow': expected a path"},
        {offsetof(struct trial_options, live), "/a b", "option '--live': a path holds no blanks"},
        {offsetof(struct trial_options, ready_log), "(",
         "option '--ready-log': '(' is not a POSIX"},
        {offsetof(struct trial_options, url), "https://h", "option '--url': expected a URL"},
        {offsetof(struct trial_options, path), "/\xc3", "option '--path' is not UTF-8 at byte 2"},
    };
    struct error err;
    (void)state;
    struct trial_options good = options_of("/slow");
    assert_int_equal(trial_check(&good, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct trial_options o = options_of(NULL);
        memcpy((char *)&o + wrong[i].offset, &wrong[i].value, sizeof wrong[i].value);
        assert_int_equal(trial_check(&o, &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        if (!strstr(err.text, wrong[i].says))
            fail_msg("%s", err.text);
    }
}

static void test_the_plans(void **state)
{
    struct trial_options o = options_of("/slow");
    struct trial_findings f;
    struct plan plan;
    struct error err;
    (void)state;
    answer_all(&f, &o, 200, 10);
    assert_int_equal(trial_plan_look(&f, &o, &plan, &err), 0);
    assert_int_equal(plan.n_signals, 0);
    assert_int_equal(plan.n_loads, f.n_paths);
    for (size_t i = 0; i < f.n_paths; i++)
        assert_string_equal(plan.loads[i].path, f.paths[i].path);
    assert_string_equal(plan.target.argv[1], command[1]);
    plan_free(&plan);
    choose(&f, &o);
    assert_int_equal(trial_plan_stop(&f, &o, &plan, &err), 0);
    assert_int_equal(plan.n_signals, 2);
    assert_int_equal(plan.signals[1].signo, SIGKILL);
    plan_free(&plan);
}

/* Written, read back, and what every such file must be. */
static void check_file(const struct trial_findings *f, const struct trial_options *o)
{
    struct buf b;
    struct plan plan;
    struct error err;
    buf_init(&b, 1024 * 1024);
    trial_write(f, o, "./scenario.schema.json", &b);
    if (plan_parse_text("drain.json", b.data, b.len, &plan, &err) < 0)
        fail_msg("%s\n%s", err.text, b.data);
    for (size_t i = 0; command[i]; i++)
        assert_string_equal(plan.target.argv[i], command[i]);
    assert_int_equal(plan.signals[0].signo, o->signo);
    assert_true(plan.n_signals == 2); /* and the SIGKILL, from the file or the platform */
    assert_true(plan.n_expects >= 4);
    assert_true(f->slow == (plan.signals[0].freeze < 0));
    int64_t last = 0;
    for (size_t i = 0; i < plan.n_expects; i++)
        if (plan.expects[i].kind == EXPECT_EXIT)
            last = plan.expects[i].when.within_ns;
    assert_true(last > 0 && last <= o->grace_ns);
    for (const char *line = b.data; *line; line += strcspn(line, "\n") + 1)
        if (strstr(line, "//") == line + strspn(line, " "))
            assert_true(strcspn(line, "\n") <= COMMENTED_WIDTH);
    plan_free(&plan);
    buf_free(&b);
}

static void test_every_file(void **state)
{
    static const struct trial_findings ends[] = {
        {.end = TRIAL_EXITED, .exit_ns = NS_PER_MS, .handled = true},
        {.end = TRIAL_EXITED, .exit_code = 143, .exit_ns = 3 * NS_PER_S, .handled = true},
        {.end = TRIAL_DIED, .exit_signal = SIGTERM, .exit_ns = NS_PER_MS},
        {.end = TRIAL_DIED, .exit_signal = SIGTERM, .exit_ns = NS_PER_MS, .handled = true},
        {.end = TRIAL_KILLED, .exit_ns = 10 * NS_PER_S, .ignored = true},
    };
    static const char *const slow[] = {NULL, "/slow?ms=300"};
    static const char *const platforms[] = {NULL, "kubernetes", "heroku", "systemd", "nomad"};
    int files = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ends) * 40; i++) {
        bool is_slow = i % 2, is_404 = i / 2 % 2, has_room = i / 4 % 2;
        const char *platform = platforms[i / 8 % 5];
        const struct trial_findings *end = &ends[i / 40];
        struct trial_options o = options_of(slow[is_slow]);
        struct trial_findings f;
        answer_all(&f, &o, is_404 ? 404 : 200, has_room ? 10 : 3);
        if (is_404)
            path_of(&f, "/live")->status = path_of(&f, "/ready")->status = 200;
        f.end = end->end;
        f.exit_code = end->exit_code;
        f.exit_signal = end->exit_signal;
        f.exit_ns = end->exit_ns;
        f.handled = end->handled;
        f.ignored = end->ignored;
        if (platform) {
            o.profile = profile_find(platform);
            o.signo = o.profile->signo;
            o.grace_ns = o.profile->grace_ns;
        }
        choose(&f, &o);
        check_file(&f, &o);
        files++;
    }
    assert_int_equal(files, 200);
}

static void test_times(void **state)
{
    struct trial_options o = options_of(NULL);
    struct trial_findings f = {.ready_ns = 50 * NS_PER_MS};
    (void)state;
    assert_true(trial_ready_within(&f, &o) == 10 * NS_PER_S);
    f.ready_ns = 7 * NS_PER_S + 1; /* thrice that, in whole seconds */
    assert_true(trial_ready_within(&f, &o) == 22 * NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked_for),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_no_choice),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_the_plans),
        cmocka_unit_test(test_every_file),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
