/* The target's process tree over time: which processes were seen to come and go. */
#include "process/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LOOK_MS = 20, TICK_MS = 50, JOURNALED_MOST = 500 };

static bool may_journal(struct target *t)
{
    if (t->processes_left == 0) {
        note_add(t->journal, NOTE_MANY_PROCESSES, (struct event){.depth = JOURNALED_MOST});
        t->processes_left = -1;
    }
    return t->processes_left > 0;
}

/* FNV-1a, only to see whether a command line has changed. */
static uint32_t hash_of(const char *s)
{
    uint32_t h = 2166136261U;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

/* Journal it, unless that was done and it is the same program still (execve(2) keeps the pid). */
static void journal_process(struct target *t, struct known_process *k)
{
    char *command = proc_command(k->pid);
    uint32_t hash = hash_of(command);
    if (hash != k->hash && may_journal(t)) {
        t->processes_left--;
        k->hash = hash;
        journal_add(t->journal,
                    &(struct event){
                        .kind = EVENT_PROCESS, .pid = k->pid, .ppid = k->parent, .text = command});
    }
    free(command);
}

static void went(struct target *t, const struct known_process *k)
{
    if (k->hash)
        journal_add(t->journal, &(struct event){.kind = EVENT_PROCESS_GONE, .pid = k->pid});
}

/* Drop those of the known that the tree has not any more; both are sorted by pid. */
static bool drop_gone(struct target *t)
{
    int kept = 0, at = 0, before = t->n_known;
    for (int i = 0; i < before; i++) {
        while (at < t->tree.count && t->tree.procs[at].pid < t->known[i].pid)
            at++;
        if (at < t->tree.count && t->tree.procs[at].pid == t->known[i].pid)
            t->known[kept++] = t->known[i];
        else
            went(t, &t->known[i]);
    }
    t->n_known = kept;
    return kept != before;
}

/* Take in those that the tree has beyond the known. */
static bool add_new(struct target *t)
{
    int old = 0, before = t->n_known, count = t->tree.count;
    if (count == before)
        return false;
    if (count > t->cap_known) {
        t->cap_known = count * 2;
        t->known = mem_resize(t->known, (size_t)t->cap_known, sizeof *t->known);
    }
    struct known_process *were = mem_zero((size_t)before + 1, sizeof *were);
    if (before)
        memcpy(were, t->known, (size_t)before * sizeof *were);
    for (int i = 0; i < count; i++) {
        const struct proc *p = &t->tree.procs[i];
        if (old < before && were[old].pid == p->pid) {
            t->known[i] = were[old++];
            continue;
        }
        t->known[i] = (struct known_process){.pid = p->pid, .parent = p->parent};
        target_remember_pid(t, p->pid);
        journal_process(t, &t->known[i]);
    }
    free(were);
    t->n_known = count;
    return true;
}

static void look(struct target *t)
{
    if (t->looked_ns == 0)
        t->processes_left = JOURNALED_MOST;
    target_read_tree(t);
    t->looked_ns = clock_ns();
    bool gone = drop_gone(t), new = add_new(t);
    if (gone || new)
        t->changed_ns = t->looked_ns;
}

void target_process_again(struct target *t, pid_t pid)
{
    for (int i = 0; i < t->n_known; i++)
        if (t->known[i].pid == pid)
            journal_process(t, &t->known[i]);
}

void target_processes_tick(struct target *t, int64_t now_ns)
{
    if (t->plan->health_early && now_ns - t->looked_ns >= TICK_MS * NS_PER_MS)
        look(t);
}

int64_t target_unchanged_ns(struct target *t)
{
    if (clock_ns() - t->looked_ns >= LOOK_MS * NS_PER_MS)
        look(t);
    if (t->changed_ns == 0)
        t->changed_ns = clock_ns();
    return clock_ns() - t->changed_ns;
}

void target_processes_free(struct target *t)
{
    free(t->known);
}
