/* What the tests of the load share: a rogue server as a child, a plan made by hand, a run of its
 * loads to their end, and the events that came of it. */
#ifndef TESTS_UNIT_LOAD_KIT_H
#define TESTS_UNIT_LOAD_KIT_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"
#include "load/load.h"

/* --- a rogue server --- */

struct rogue {
    pid_t pid;
    FILE *out;
    char url[64];
};

static inline void rogue_start(struct rogue *r, const char *mode)
{
    int fds[2];
    char line[128] = "";
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(fds[1], STDOUT_FILENO);
        execl("tests/rogue/rogue", "rogue", mode, "0", (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    r->out = fdopen(fds[0], "r");
    assert_non_null(fgets(line, sizeof line, r->out));
    assert_int_equal(sscanf(line, "listening on %63s", r->url), 1);
}

/* Kill it; how many requests had it read whole? */
static inline int rogue_stop(struct rogue *r)
{
    char line[256];
    int requests = 0;
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    while (fgets(line, sizeof line, r->out))
        requests += strncmp(line, "request ", 8) == 0;
    fclose(r->out);
    return requests;
}

/* --- a run --- */

struct kit {
    uv_loop_t loop;
    struct plan plan;
    struct plan_load load[4];
    struct journal journal;
    struct loads *loads;
    char *text; /* the journal */
    /* what the callbacks saw */
    int ended, held, steps[PHASE_COUNT];
    void (*on_step)(struct kit *k, int load, int64_t request, enum phase phase);
    void (*on_held)(struct kit *k, int load);
    bool freed;
};

static inline struct plan_load kit_load(void)
{
    static char get[] = "GET", path[] = "/", name[] = "load";
    return (struct plan_load){.name = name,
                              .method = get,
                              .path = path,
                              .body.bytes = -1,
                              .clients = 1,
                              .requests = 1,
                              .reuse = true,
                              .start = {-1, -1},
                              .stop = {-1, -1},
                              .timeout_ns = 10 * NS_PER_S};
}

static inline void kit_step(void *arg, int load, int64_t request, enum phase phase)
{
    struct kit *k = arg;
    k->steps[phase]++;
    if (k->on_step)
        k->on_step(k, load, request, phase);
}

static inline void kit_held(void *arg, int load)
{
    struct kit *k = arg;
    k->held++;
    if (k->on_held)
        k->on_held(k, load);
}

static inline void kit_ended(void *arg, int load)
{
    struct kit *k = arg;
    (void)load;
    k->ended++;
}

static inline void kit_freed(void *arg)
{
    ((struct kit *)arg)->freed = true;
}

static inline void kit_init(struct kit *k, const char *url, size_t n_loads)
{
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(uv_loop_init(&k->loop), 0);
    k->plan.loads = k->load;
    k->plan.n_loads = n_loads;
    int fd = memfd_create("journal", MFD_CLOEXEC);
    assert_true(fd >= 0);
    journal_init(&k->journal, fd);
    struct error err = {0};
    struct loads_callbacks callbacks = {kit_step, kit_held, kit_ended, k};
    k->loads =
        loads_new(&k->loop, &k->plan, &(struct loads_places){.urls = (const char *const[]){url}},
                  &k->journal, &callbacks, &err);
    if (!k->loads)
        fail_msg("%s", err.text);
}

/* Turn the loop until all loads have ended. */
static inline void kit_wait(struct kit *k)
{
    while (!loads_all_ended(k->loads))
        uv_run(&k->loop, UV_RUN_ONCE);
}

/* Close everything; the journal is then in k->text. Every load's sums must add up. */
static inline void kit_finish(struct kit *k)
{
    for (size_t i = 0; i < k->plan.n_loads; i++) {
        struct load_counts c = loads_counts(k->loads, (int)i);
        assert_int_equal(c.started, c.done);
        assert_int_equal(c.in_flight, 0);
    }
    loads_free(k->loads, kit_freed, k);
    uv_run(&k->loop, UV_RUN_DEFAULT);
    assert_true(k->freed);
    assert_int_equal(uv_loop_close(&k->loop), 0);
    assert_int_equal(journal_flush(&k->journal), 0);
    size_t len = (size_t)k->journal.written;
    k->text = mem_zero(len + 1, 1);
    assert_int_equal(pread(k->journal.fd, k->text, len, 0), (ssize_t)len);
    close(k->journal.fd);
    journal_close(&k->journal);
}

/* One run of the plan in k->load from begin to end. */
static inline void kit_run(struct kit *k, const char *url, size_t n_loads)
{
    kit_init(k, url, n_loads);
    for (size_t i = 0; i < n_loads; i++)
        loads_begin(k->loads, (int)i);
    kit_wait(k);
    kit_finish(k);
}

/* --- the journal --- */

static inline const char *kit_find(const struct kit *k, const char *word, int n)
{
    char want[48];
    snprintf(want, sizeof want, "\"e\":\"%s\"", word);
    const char *p = k->text;
    while ((p = strstr(p, want)) && n-- > 0)
        p++;
    while (p && p > k->text && p[-1] != '\n')
        p--;
    return p;
}

/* The n-th line (from 0) with this event word; fails the test when there is none. */
static inline const char *kit_event(const struct kit *k, const char *word, int n)
{
    const char *p = kit_find(k, word, n);
    if (!p)
        fail_msg("no %s number %d in:\n%s", word, n, k->text);
    return p;
}

static inline int kit_count(const struct kit *k, const char *word)
{
    int n = 0;
    while (kit_find(k, word, n))
        n++;
    return n;
}

static inline const char *kit_field(const char *line, const char *key)
{
    char want[48];
    snprintf(want, sizeof want, "\"%s\":", key);
    const char *end = strchr(line, '\n'), *p = strstr(line, want);
    if (!p || p > end)
        fail_msg("no field %s in %.300s", key, line);
    return p + strlen(want);
}

static inline int64_t kit_int(const char *line, const char *key)
{
    return strtoll(kit_field(line, key), NULL, 10);
}

static inline bool kit_is(const char *line, const char *key, const char *text)
{
    const char *p = kit_field(line, key);
    size_t len = strlen(text);
    return p[0] == '"' && strncmp(p + 1, text, len) == 0 && p[1 + len] == '"';
}

static inline void kit_free(struct kit *k)
{
    free(k->text);
}

#endif
