/* A reference server with a planted fault, for test_server_faults*.c. Each test proves over plain
 * sockets that the misbehaviour is there, and where it matters that nothing else is. */
#ifndef UNIT_SERVER_FAULT_KIT_H
#define UNIT_SERVER_FAULT_KIT_H

#include "server_process.h"

#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>

/* Gates that every one of these servers has: one opens when the listener has closed. */
#define HOLD_LATE  "/hold?gate=late"
#define HOLD_NEVER "/hold?gate=never"

/* With a drain timeout (0: the default) and a drain delay. */
static inline void fault_start_with(struct process *p, const char *id, int64_t timeout_ms,
                                    int64_t delay_ms)
{
    static const char *const gates[] = {"late=listener-closed"};
    struct server_options o = process_defaults();
    o.fault = id;
    o.gates = gates;
    o.n_gates = 1;
    o.drain.delay_ns = delay_ms * NS_PER_MS;
    if (timeout_ms)
        o.drain.timeout_ns = timeout_ms * NS_PER_MS;
    process_start(p, &o);
}

static inline void fault_start(struct process *p, const char *id)
{
    fault_start_with(p, id, 0, 0);
}

static inline int accepted(const struct process *p)
{
    const char *at = strstr(ask(p->control, ONCE("GET", "/gauge")), "\"accepted\":");
    assert_non_null(at);
    return (int)strtol(at + strlen("\"accepted\":"), NULL, 10);
}

/* Say something on a new connection, and wait until the server has read it: it is accepted, the
 * kernel has acknowledged all bytes, and two more rounds of the server's loop have passed. */
static inline int begin(const struct process *p, const char *text)
{
    int before = accepted(p), fd = dial(p->port), unsent = 1;
    assert_true(fd >= 0);
    say(fd, text);
    while (accepted(p) == before)
        ;
    while (unsent > 0)
        assert_int_equal(ioctl(fd, SIOCOUTQ, &unsent), 0);
    for (int i = 0; i < 2; i++)
        ask(p->control, ONCE("GET", "/gauge"));
    return fd;
}

/* A kept-alive connection that has carried a request. */
static inline int keep(const struct process *p)
{
    int fd = dial(p->port);
    assert_true(fd >= 0);
    say(fd, GET("/live"));
    assert_hears(fd, "true}", "200 OK");
    return fd;
}

static inline void terminate(const struct process *p)
{
    kill(p->pid, SIGTERM);
    await_gauge(p, "\"state\":\"draining\"");
}

/* The connection ends without a byte of an answer. */
static inline void assert_dropped(int fd)
{
    const char *text = hear(fd, NULL);
    if (strstr(text, "HTTP/"))
        fail_msg("expected no answer, heard '%s'", text);
    close(fd);
}

static inline int count_of(const char *text, const char *what)
{
    int n = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

static inline void assert_exit(struct process *p, int status)
{
    assert_int_equal(process_wait(p), status);
    process_free(p);
}

static inline void pass_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* It is there after all this time; end it. For faults whose symptom is that nothing happens. */
static inline void assert_stays(struct process *p, int ms)
{
    int status;
    pass_ms(ms);
    assert_int_equal(waitpid(p->pid, &status, WNOHANG), 0);
    kill(p->pid, SIGKILL);
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    fclose(p->log);
}

/* The one child of a process. */
static inline pid_t child_of(const struct process *p)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", p->pid, p->pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    return pid;
}

/* A row of a file's table: the test of a fault bears its id. */
#define FAULT_TEST(id, function)                                                                   \
    {                                                                                              \
        id, function, NULL, NULL, (void *)(uintptr_t)id                                            \
    }

#endif
