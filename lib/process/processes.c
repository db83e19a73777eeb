#include "process/processes.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/note.h"
#include "process/built.h"
#include "process/proc_info.h"

enum { JOURNALED_MOST = 500, EVER_MOST = 4096 };

/* One that is as young as this may have been forked a moment ago, and be about to execve(2): it is
 * looked at again. Only YOUNG_MOST at a time: each costs some ten microseconds. */
enum { YOUNG_MS = 500, YOUNG_MOST = 16 };

struct known_process {
    pid_t pid, parent;
    int64_t seen_ns; /* first */
    uint32_t hash;   /* of the command line that was journaled; 0: none was */
};

static bool may_journal(struct processes *p)
{
    if (p->left == 0) {
        note_add(p->journal, NOTE_MANY_PROCESSES, (struct event){.depth = JOURNALED_MOST});
        p->left = -1;
    }
    return p->left > 0;
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
static void journal_process(struct processes *p, struct known_process *k)
{
    char *command = proc_command(k->pid);
    uint32_t hash = hash_of(command);
    if (hash != k->hash && may_journal(p)) {
        p->left--;
        k->hash = hash;
        char *built = proc_built_with(k->pid);
        journal_add(p->journal, &(struct event){.kind = EVENT_PROCESS,
                                                .pid = k->pid,
                                                .ppid = k->parent,
                                                .text = command,
                                                .how = built});
        free(built);
    }
    free(command);
}

static void went(struct processes *p, const struct known_process *k)
{
    if (k->hash)
        journal_add(p->journal, &(struct event){.kind = EVENT_PROCESS_GONE, .pid = k->pid});
}

/* Drop those of the known that the tree has not any more; both are sorted by pid. */
static bool drop_gone(struct processes *p, const struct proc_tree *tree)
{
    int kept = 0, at = 0, before = p->n_known;
    for (int i = 0; i < before; i++) {
        while (at < tree->count && tree->procs[at].pid < p->known[i].pid)
            at++;
        if (at < tree->count && tree->procs[at].pid == p->known[i].pid)
            p->known[kept++] = p->known[i];
        else
            went(p, &p->known[i]);
    }
    p->n_known = kept;
    return kept != before;
}

static void remember(struct processes *p, pid_t pid)
{
    if (p->n_ever == EVER_MOST)
        return;
    MEM_GROW(p->ever, p->n_ever, p->cap_ever);
    p->ever[p->n_ever++] = pid;
}

/* Take in those that the tree has beyond the known. */
static bool add_new(struct processes *p, const struct proc_tree *tree)
{
    int old = 0, before = p->n_known, count = tree->count;
    if (count == before)
        return false;
    if (count > p->cap_known) {
        p->cap_known = count * 2;
        p->known = mem_resize(p->known, (size_t)p->cap_known, sizeof *p->known);
    }
    struct known_process *were = mem_zero((size_t)before + 1, sizeof *were);
    if (before)
        memcpy(were, p->known, (size_t)before * sizeof *were);
    for (int i = 0; i < count; i++) {
        const struct proc *now = &tree->procs[i];
        if (old < before && were[old].pid == now->pid) {
            p->known[i] = were[old++];
            continue;
        }
        p->known[i] =
            (struct known_process){.pid = now->pid, .parent = now->parent, .seen_ns = p->looked_ns};
        remember(p, now->pid);
        journal_process(p, &p->known[i]);
    }
    free(were);
    p->n_known = count;
    return true;
}

static void look_again(struct processes *p)
{
    for (int i = p->n_known - 1, left = YOUNG_MOST; i >= 0 && left > 0; i--) {
        struct known_process *k = &p->known[i];
        if (k->seen_ns == p->looked_ns || k->seen_ns < p->looked_ns - YOUNG_MS * NS_PER_MS)
            continue;
        left--;
        journal_process(p, k);
    }
}

void processes_look(struct processes *p, const struct proc_tree *tree)
{
    if (p->looked_ns == 0)
        p->left = JOURNALED_MOST;
    p->looked_ns = clock_ns();
    bool gone = drop_gone(p, tree), new = add_new(p, tree);
    look_again(p);
    if (gone || new)
        p->changed_ns = p->looked_ns;
    if (p->n_known > p->most) {
        p->most = p->n_known;
        p->grown_ns = p->looked_ns;
    }
}

void processes_again(struct processes *p, pid_t pid)
{
    for (int i = 0; i < p->n_known; i++)
        if (p->known[i].pid == pid)
            journal_process(p, &p->known[i]);
}

bool processes_had(const struct processes *p, long pid)
{
    for (size_t i = 0; i < p->n_ever; i++)
        if (p->ever[i] == pid)
            return true;
    return false;
}

void processes_free(struct processes *p)
{
    free(p->known);
    free(p->ever);
}
