/* The target's process tree over time: which processes were seen to come and go. */
#include "target/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LOOK_MS = 20, TICK_MS = 50, JOURNALED_MOST = 500 };

static bool may_journal(struct target *t)
{
    if (t->processes_left == 0) {
        target_note(t, "more than %d processes of the target came and went; no more are recorded",
                    JOURNALED_MOST);
        t->processes_left = -1;
    }
    return t->processes_left > 0;
}

static void came(struct target *t, const struct proc *p)
{
    if (!may_journal(t))
        return;
    t->processes_left--;
    char *command = proc_command(p->pid);
    journal_add(
        t->journal,
        &(struct event){.kind = EVENT_PROCESS, .pid = p->pid, .ppid = p->parent, .text = command});
    free(command);
}

static void went(struct target *t, const struct proc *p)
{
    if (t->processes_left > 0)
        journal_add(t->journal, &(struct event){.kind = EVENT_PROCESS_GONE, .pid = p->pid});
}

/* Both lists are sorted by pid. True when they differ. */
static bool compare(struct target *t)
{
    int old = 0, new = 0;
    bool changed = false;
    while (old < t->n_known || new < t->tree.count) {
        const struct proc *was = old < t->n_known ? &t->known[old] : NULL;
        const struct proc *is = new < t->tree.count ? &t->tree.procs[new] : NULL;
        if (was && is && was->pid == is->pid) {
            old++;
            new ++;
            continue;
        }
        changed = true;
        if (was && (!is || was->pid < is->pid)) {
            went(t, was);
            old++;
        } else {
            came(t, is);
            new ++;
        }
    }
    return changed;
}

void target_processes_look(struct target *t)
{
    if (t->looked_ns == 0)
        t->processes_left = JOURNALED_MOST;
    target_read_tree(t);
    t->looked_ns = clock_ns();
    if (!compare(t))
        return;
    t->changed_ns = t->looked_ns;
    if (t->tree.count > t->cap_known) {
        t->cap_known = t->tree.count * 2;
        t->known = mem_resize(t->known, (size_t)t->cap_known, sizeof *t->known);
    }
    t->n_known = t->tree.count;
    memcpy(t->known, t->tree.procs, (size_t)t->n_known * sizeof *t->known);
}

void target_processes_tick(struct target *t, int64_t now_ns)
{
    if (!t->plan->health_early || now_ns - t->looked_ns < TICK_MS * NS_PER_MS)
        return;
    target_processes_look(t);
    target_remains_look(t, now_ns);
}

void target_processes_changed(struct target *t)
{
    t->changed_ns = clock_ns();
}

int64_t target_unchanged_ns(struct target *t)
{
    if (clock_ns() - t->looked_ns >= LOOK_MS * NS_PER_MS)
        target_processes_look(t);
    if (t->changed_ns == 0)
        target_processes_changed(t);
    return clock_ns() - t->changed_ns;
}

void target_processes_free(struct target *t)
{
    free(t->known);
}
