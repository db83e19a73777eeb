/* What is looked at beside a run for the checklist: gauges of a page, entries of a registry, and
 * what a process holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "process/proc_info.h"
#include "run/looks.h"

static void note_gauge(void *arg, const char *name, int64_t value)
{
    buf_addf(arg, "%s=%lld;", name, (long long)value);
}

static void test_gauges(void **state)
{
    static const char page[] = "# HELP http_in_flight requests\n"
                               "# TYPE http_in_flight gauge\n"
                               "http_in_flight 2\n"
                               "http_requests_total{outcome=\"2xx\"} 17\n"
                               "pool_connections{state=\"busy\"} 3\n" /* the name says nothing */
                               "hikaricp_connections_active{pool=\"a b\"} 1 1395066363000\n"
                               "hikaricp_connections_pending 0.2\n"
                               "active_seconds 4\n"
                               "in_progress NaN\n"
                               "inflight\n"
                               "tomcat_threads_busy{name=\"x{y}\\\" z\"}\t9";
    struct buf b;
    (void)state;
    buf_init(&b, 4096);
    metrics_gauges(page, note_gauge, &b);
    assert_string_equal(b.data, "http_in_flight=2;hikaricp_connections_active{pool=\"a b\"}=1;"
                                "hikaricp_connections_pending=1;"
                                "tomcat_threads_busy{name=\"x{y}\\\" z\"}=9;");
    buf_free(&b);
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_registry(void **state)
{
    char folder[] = "/tmp/test_run_looks.XXXXXX", where[64], state_word[96], command[128];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(where, sizeof where, "file:%s", folder);
    put(folder, "other.json", "{\"url\":\"http://h:80801\",\"pid\":9,\"state\":\"up\"}");
    put(folder, "old.json", "{\"url\":\"http://h:8080\",\"state\":\"up\",\"expires_unix_ms\":5}");
    put(folder, "half.json", "{\"url\":");
    put(folder, ".new.json.new", "{\"url\":\"http://h:8080\"}");
    assert_int_equal(registry_entries(where, 8080, 4711, state_word, sizeof state_word), 0);
    put(folder, "url.json", "{\"url\":\"http://h:8080/x\",\"pid\":9,\"state\":\"draining\"}");
    assert_int_equal(registry_entries(where, 8080, 4711, state_word, sizeof state_word), 1);
    assert_string_equal(state_word, "draining");
    put(folder, "pid.json", "{\"pid\":4711,\"state\":\"up\"}");
    assert_int_equal(registry_entries(where, 8080, 4711, state_word, sizeof state_word), 2);
    assert_string_equal(state_word, "up");
    snprintf(command, sizeof command, "%s/none", where);
    assert_int_equal(registry_entries(command, 8080, 4711, state_word, sizeof state_word), -1);
    assert_string_equal(state_word, "No such file or directory");
    static const char *const names[] = {"other", "old", "half", "url", "pid"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(command, sizeof command, "%s/%s.json", folder, names[i]);
        unlink(command);
    }
    snprintf(command, sizeof command, "%s/.new.json.new", folder);
    unlink(command);
    assert_int_equal(rmdir(folder), 0);
}

static void test_holdings(void **state)
{
    pid_t self = getpid();
    char path[] = "/tmp/test_run_looks.lock.XXXXXX";
    (void)state;
    int64_t before = proc_descriptors(self), locks = proc_locks(&self, 1);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(proc_descriptors(self), before + 1);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    assert_int_equal(fcntl(fd, F_SETLK, &lock), 0);
    assert_int_equal(proc_locks(&self, 1), locks + 1);
    close(fd);
    unlink(path);
    assert_int_equal(proc_locks(&self, 1), locks);
    assert_int_equal(proc_threads(self), 1);
    assert_false(proc_is_ending(self));
}

/* A process that has exited and was not reaped holds nothing: that says nothing of it. */
static void test_ending(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_true(proc_is_ending(pid));
    waitpid(pid, NULL, 0);
    assert_true(proc_is_ending(pid));
    assert_int_equal(proc_descriptors(pid), -1);
    assert_int_equal(proc_threads(pid), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gauges),
        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_holdings),
        cmocka_unit_test(test_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
