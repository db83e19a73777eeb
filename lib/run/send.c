/* Sending a signal around a freeze, which makes a race certain. Frozen, the target is stopped; each
 * client of the load writes its request; the kernel is asked whether they all lie in the accept
 * queue or in receive buffers; the signal is queued; the target goes on. */
#include "run/internal.h"

#include "base/clock.h"
#include "journal/note.h"

enum { FREEZE_PATIENCE_MS = 2000 };

static int64_t frozen_clients(const struct run *r, const struct pending_signal *s)
{
    return r->plan->loads[s->plan->freeze].clients;
}

static void finish_freeze(struct pending_signal *s, int64_t queued, int64_t buffered)
{
    struct run *r = s->run;
    journal_add(r->journal, &(struct event){.kind = EVENT_FREEZE,
                                            .load = s->plan->freeze,
                                            .queued = queued,
                                            .buffered = buffered});
    target_signal(r->target, s->index, s->plan->signo, s->plan->to);
    target_thaw(r->target);
    journal_add(r->journal, &(struct event){.kind = EVENT_THAW});
}

/* Go on when the kernel holds a request of every client, or when patience ends. */
bool freeze_look(struct pending_signal *s)
{
    struct run *r = s->run;
    int64_t queued = 0, buffered = 0, wanted = frozen_clients(r, s);
    int64_t written = loads_counts(r->loads, s->plan->freeze).written - s->written_before;
    bool late = clock_ns() >= s->deadline_ns;
    if (written < wanted && !late)
        return false;
    target_pending(r->target, &queued, &buffered);
    if (queued + buffered < wanted && !late)
        return false;
    if (queued + buffered < wanted)
        note_add(r->journal, NOTE_FREEZE_UNCERTAIN, (struct event){0});
    finish_freeze(s, queued, buffered);
    return true;
}

void freeze_begin(struct pending_signal *s)
{
    struct run *r = s->run;
    if (target_freeze(r->target) < 0)
        note_add(r->journal, NOTE_FREEZE_INCOMPLETE, (struct event){0});
    s->state = SIGNAL_FROZEN;
    s->written_before = loads_counts(r->loads, s->plan->freeze).written;
    s->deadline_ns = clock_ns() + FREEZE_PATIENCE_MS * NS_PER_MS;
    loads_release(r->loads, s->plan->freeze);
}
