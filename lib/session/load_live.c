#include "session/load_live.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/duration.h"
#include "cli/messages.h"
#include "judge/judge.h"

enum { LINE_BYTES = 512 };

/* --- lines for a script --- */

static void notify(struct live *l, const char *line)
{
    if (l->notify_fd < 0 || l->notify_errno)
        return;
    /* one write: a FIFO that is not read is full some time, and nothing may wait for its reader */
    size_t len = strlen(line);
    ssize_t n;
    do {
        n = write(l->notify_fd, line, len);
    } while (n < 0 && errno == EINTR);
    l->notify_errno = n < 0 ? errno : (size_t)n < len ? EAGAIN : 0;
}

/* A line for every number up to n, so that a script can wait for the one that it needs. */
static void on_in_flight(void *arg, int64_t n)
{
    struct live *l = arg;
    char line[48];
    while (l->announced < n) {
        snprintf(line, sizeof line, "in-flight %" PRId64 "\n", ++l->announced);
        notify(l, line);
    }
}

static void on_listener(struct live *l, bool closed)
{
    if (closed != l->closed)
        notify(l, closed ? "listener-closed\n" : "listener-open\n");
    l->closed = closed;
}

static void on_event(void *arg, const struct event *e)
{
    struct live *l = arg;
    if (e->kind == EVENT_ATTEMPT_END)
        l->outcomes[judge_outcome_at_end(e)]++;
    else if (e->kind == EVENT_LISTENER)
        on_listener(l, e->sockets == 0);
    else if (e->kind == EVENT_LOADS_START)
        notify(l, "begin\n");
    else if (e->kind == EVENT_RUN_END)
        notify(l, "end\n");
}

/* --- the line for a person --- */

/* In this order: a refusal does no harm, and the end of the line may not fit. */
static const enum outcome shown[] = {
    OUTCOME_COMPLETED,    OUTCOME_CUT_OFF, OUTCOME_FAILED,     OUTCOME_TIMED_OUT,
    OUTCOME_CLIENT_LIMIT, OUTCOME_ABORTED, OUTCOME_UNFINISHED, OUTCOME_REFUSED,
};

static void show(void *arg, const struct run_progress *p)
{
    const struct live *l = arg;
    char elapsed[32];
    struct buf line;
    buf_init(&line, LINE_BYTES);
    buf_addf(&line, "%s %s:", l->name, duration_human(p->elapsed_ns, elapsed, sizeof elapsed));
    /* what matters most first: the end may not fit */
    buf_adds(&line, p->stopping ? " stopping;" : "");
    buf_adds(&line, l->closed ? " no listener;" : "");
    if (p->started == 0)
        buf_adds(&line, " waiting for the server");
    else
        buf_addf(&line, " %" PRId64 " in flight", p->in_flight);
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        if (l->outcomes[shown[i]])
            buf_addf(&line, ", %" PRId64 " %s", l->outcomes[shown[i]],
                     outcome_words[shown[i]].word);
    message_progress(line.data ? line.data : "");
    buf_free(&line);
}

/* --- */

static int open_notify(const char *file)
{
    struct stat st;
    bool fifo = stat(file, &st) == 0 && S_ISFIFO(st.st_mode);
    return fifo ? open(file, O_RDWR | O_NONBLOCK | O_CLOEXEC)
                : open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

int live_open(struct live *l, const char *name, const char *notify, bool line, struct error *err)
{
    *l = (struct live){.name = name, .line = line, .notify_fd = -1, .notify = notify};
    if (!notify)
        return 0;
    l->notify_fd = open_notify(notify);
    if (l->notify_fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot write to '%s'", notify);
    return 0;
}

void live_adapt(void *arg, struct run_options *options, struct journal *journal)
{
    struct live *l = arg;
    journal->tap = on_event;
    journal->tap_arg = l;
    options->arg = l;
    options->gentle = true;
    options->progress = l->line ? show : NULL;
    options->in_flight = l->notify_fd >= 0 ? on_in_flight : NULL;
}

int live_close(struct live *l, struct error *err)
{
    if (l->notify_fd >= 0)
        close(l->notify_fd);
    l->notify_fd = -1;
    if (!l->notify_errno)
        return 0;
    int errnum = l->notify_errno;
    l->notify_errno = 0; /* it is said once */
    if (errnum == EAGAIN)
        return error_set(err, ERROR_RUN,
                         "cannot write to '%s': it is full, and no process reads it", l->notify);
    return error_set_errno(err, ERROR_RUN, errnum, "cannot write to '%s'", l->notify);
}
