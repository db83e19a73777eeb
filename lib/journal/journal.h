/* Writing a journal: append-only, one event a line (JSON Lines), as it happens. Lines are gathered
 * and written by journal_flush, which the run calls once a turn of its loop, so a run that is
 * killed loses at most the turn it was in; what stands in the file can always be judged. */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include "base/buf.h"
#include "base/error.h"
#include "journal/event.h"
#include "journal/trace.h"

struct journal {
    int fd;              /* written to, not owned */
    struct buf lines;    /* not yet written */
    int failed;          /* errno of the first write that failed; nothing is written after it */
    int64_t written;     /* bytes */
    struct trace_id run; /* the id of the run that is being written */
    /* Sees each event as it is added, before it is written; or NULL. */
    void (*tap)(void *arg, const struct event *e);
    void *tap_arg;
    /* The journal of one process of several: its events go into that one, each with its name; or
     * NULL. It takes none of an attempt. */
    struct journal *into;
    const char *process;
    int64_t life;
    /* Which expectations on output a line matches, asked for a line in which something is masked:
     * bit N-1 for the Nth of them; or NULL. */
    int64_t (*line_matches)(void *arg, const char *line);
    void *line_arg;
};

/* `fd` is any writable descriptor; -1 keeps nothing (for load tests of the load itself). */
void journal_init(struct journal *j, int fd);
/* Append one event, with what is secret in its texts masked (base/mask.h): its kind, its time (0:
 * now) and the fields of that kind. A plan begins a run: its `run` and `unix_ns` are filled in
 * here, with an id that no other run has. */
void journal_add(struct journal *j, const struct event *e);
/* Write what was gathered. Returns 0, or -errno of the first failure ever (a full disk). */
int journal_flush(struct journal *j);
void journal_close(struct journal *j); /* flushes and frees; fd stays open */

#endif
