#include "judge/remarks.h"

#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"
#include "journal/note.h"

static void ignored(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "%s is ignored by pid %" PRId64 " (%s)", signame_name((int)e->signo), e->pid,
             e->how);
}

/* The kernel drops a signal to PID 1 that has no handler (pid_namespaces(7)). */
static void unhandled(struct buf *out, const struct plan *plan, const struct event *e)
{
    static const char *const words[] = {
        [SIGNAME_TERMINATES] = "it dies at once",
        [SIGNAME_IGNORED] = "nothing happens",
        [SIGNAME_STOPS] = "it stops",
    };
    buf_addf(out, "%s is not handled by pid %" PRId64 " (%s): by default %s",
             signame_name((int)e->signo), e->pid, e->how,
             plan->target.pid1 ? "the kernel drops it, because it is PID 1"
                               : words[signame_default((int)e->signo)]);
}

/* Where the clients go: its port, or its socket. */
static void add_place(struct buf *out, const struct event *e)
{
    if (e->port)
        buf_addf(out, "port %" PRId64, e->port);
    else
        buf_adds(out, "the Unix socket");
}

static void other_owner(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "signalling %" PRId64 " (%s), but ", e->pid, e->how);
    add_place(out, e);
    buf_addf(out, " belongs to %" PRId64 " (%s)", e->owner, e->text);
}

static void still_listens(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "pid %" PRId64 " has exited, but pid %" PRId64 " (%s) still listens on ", e->pid,
             e->owner, e->text);
    add_place(out, e);
}

static void no_owner(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    add_place(out, e);
    buf_adds(out, " has a listener, but no process of the target is seen to own it");
}

static const char *after(const struct event *e, char *out, size_t size)
{
    return duration_human(e->at, out, size);
}

static void listener_again(struct buf *out, const struct plan *plan, const struct event *e)
{
    char text[32];
    (void)plan;
    add_place(out, e);
    buf_addf(out, " has a listener again, %s after the start", after(e, text, sizeof text));
}

static void listener_closed(struct buf *out, const struct plan *plan, const struct event *e)
{
    char text[32];
    (void)plan;
    buf_adds(out, "the listener on ");
    add_place(out, e);
    buf_addf(out, " closed %s after the start, ", after(e, text, sizeof text));
    if (e->depth > 0)
        buf_addf(out, "%" PRId64 " lost in its queue", e->depth);
    else
        buf_adds(out, "its queue empty");
}

static void many_processes(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out,
             "more than %" PRId64 " processes of the target came and went; no more are recorded",
             e->depth);
}

static void lines_left_out(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "%" PRId64 " more lines of the target's output are not in the journal", e->depth);
}

static void output_unreadable(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "the target's output cannot be read: %s", e->text);
}

static void stale_socket(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_addf(out, "before the start the socket file '%s' was there, and no process listened on it",
             e->text);
}

static void socket_shut(struct buf *out, const struct plan *plan, const struct event *e)
{
    (void)plan;
    buf_adds(out, "the target shut down the listening socket of ");
    add_place(out, e);
    buf_adds(out,
             " (shutdown(2)), also for drainctl and for its next start: with socket activation, a "
             "server may close(2) its descriptor, no more");
}

static void unsettled(struct buf *out, const struct plan *plan, const struct event *e)
{
    char text[32];
    (void)plan;
    duration_format(e->at, text, sizeof text);
    int number = (int)strspn(text, "0123456789.");
    buf_addf(out,
             "the target never came to rest: its processes or listeners kept changing for %.*s %s",
             number, text, text + number);
}

static void never_stopping(struct buf *out, const struct plan *plan, const struct event *e)
{
    char text[32];
    (void)plan;
    buf_addf(out,
             "it drained for %s and never said STOPPING=1 on NOTIFY_SOCKET: only that "
             "tells systemd of a stop that the service began by itself",
             duration_human(e->at, text, sizeof text));
}

/* A note is made into words by a function, or it has one sentence. */
static const struct {
    void (*say)(struct buf *out, const struct plan *plan, const struct event *e);
    const char *sentence;
} remarks[NOTE_COUNT] = {
    [NOTE_IGNORED] = {ignored, NULL},
    [NOTE_UNHANDLED] = {unhandled, NULL},
    [NOTE_OTHER_OWNER] = {other_owner, NULL},
    [NOTE_STILL_LISTENS] = {still_listens, NULL},
    [NOTE_NO_OWNER] = {no_owner, NULL},
    [NOTE_LISTENER_AGAIN] = {listener_again, NULL},
    [NOTE_LISTENER_CLOSED] = {listener_closed, NULL},
    [NOTE_MANY_PROCESSES] = {many_processes, NULL},
    [NOTE_LINES_LEFT_OUT] = {lines_left_out, NULL},
    [NOTE_OUTPUT_UNREADABLE] = {output_unreadable, NULL},
    [NOTE_NOT_KILLED] = {NULL, "some of the target's processes could not be killed"},
    [NOTE_KEEPER_KILLED] = {NULL, "the target's keeper was killed, and the target with it"},
    [NOTE_STALE_SOCKET] = {stale_socket, NULL},
    [NOTE_SOCKET_SHUT] = {socket_shut, NULL},
    [NOTE_UNSETTLED] = {unsettled, NULL},
    [NOTE_NEVER_STOPPING] = {never_stopping, NULL},
    [NOTE_FEW_AT_A_TIME] = {NULL, "the target takes fewer requests at a time than were made: some "
                                  "waited in its accept queue when the signal came"},
    [NOTE_FREEZE_UNCERTAIN] = {NULL, "the freeze is not certain: not every request of the load "
                                     "reached the kernel's queues in time (is the listener's "
                                     "backlog smaller than the load?)"},
    [NOTE_FREEZE_INCOMPLETE] = {NULL, "the target could not be frozen: not all of its processes "
                                      "stopped in time"},
};

void remark_add(struct buf *out, const struct plan *plan, const struct event *e)
{
    int what = note_find(e->why);
    if (what < 0)
        buf_adds(out, e->text ? e->text : "");
    else if (remarks[what].say)
        remarks[what].say(out, plan, e);
    else
        buf_adds(out, remarks[what].sentence);
}
