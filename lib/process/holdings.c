#include "process/holdings.h"

#include <string.h>
#include <time.h>

#include "process/private.h"

/* A look costs some ten microseconds, more with many descriptors: it takes a tenth of the time at
 * most. */
enum { REST_MS = 10, REPEAT_MS = 10, COST_FACTOR = 10 };

/* Those of the tree as it was last read, which takes milliseconds on a machine with many processes.
 */
static void find_processes(struct target *t)
{
    struct holdings *h = &t->seen.holdings;
    if (h->tree_ns == t->seen.processes.looked_ns)
        return;
    h->tree_ns = t->seen.processes.looked_ns;
    h->n_pids = 0;
    for (int i = 0; i < t->seen.tree.count && h->n_pids < HOLDINGS_PIDS; i++)
        h->pids[h->n_pids++] = t->seen.tree.procs[i].pid;
}

static bool is_ending(const struct holdings *h)
{
    for (size_t i = 0; i < h->n_pids; i++)
        if (proc_is_ending(h->pids[i]))
            return true;
    return h->n_pids == 0;
}

/* The sum over those that can be looked at; -1 when none can. */
static int64_t sum(const struct holdings *h, int64_t (*of)(pid_t pid))
{
    int64_t all = -1;
    for (size_t i = 0; i < h->n_pids; i++) {
        int64_t n = of(h->pids[i]);
        if (n >= 0)
            all = n + (all > 0 ? all : 0);
    }
    return all;
}

static void tell(struct target *t, enum held what)
{
    struct holdings *h = &t->seen.holdings;
    journal_add(t->journal, &(struct event){.kind = EVENT_HELD,
                                            .t_ns = h->looked_ns,
                                            .held = what,
                                            .depth = h->now[what],
                                            .text = ""});
    h->told[what] = h->now[what];
}

static void tell_changes(struct target *t, bool all)
{
    struct holdings *h = &t->seen.holdings;
    for (int what = HELD_DESCRIPTORS; what <= HELD_THREADS; what++)
        if (all || h->now[what] != h->told[what])
            tell(t, (enum held)what);
    if (all)
        h->told_ns = h->looked_ns;
}

/* What a look costs; how long others had the processor meanwhile is not its cost. */
static int64_t thread_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

void holdings_look(struct target *t, int64_t now_ns)
{
    struct holdings *h = &t->seen.holdings;
    if (!t->plan->holdings || !t->is.running || t->exit.at_ns || now_ns < h->due_ns)
        return;
    int64_t cpu_ns = thread_cpu_ns();
    find_processes(t);
    int64_t seen[HELD_COUNT] = {0};
    seen[HELD_DESCRIPTORS] = sum(h, proc_descriptors);
    seen[HELD_THREADS] = sum(h, proc_threads);
    seen[HELD_LOCKS] = proc_locks(h->pids, h->n_pids);
    if (is_ending(h)) /* asked last: what was seen before it began to end is a fact */
        return;
    memcpy(h->now, seen, sizeof h->now);
    h->looked_ns = clock_ns();
    int64_t cost_ns = (thread_cpu_ns() - cpu_ns) * COST_FACTOR;
    int64_t rest_ns = t->pace.quick ? 0 : REST_MS * NS_PER_MS;
    h->due_ns = now_ns + (cost_ns > rest_ns ? cost_ns : rest_ns);
    tell_changes(t, !h->told_ns || h->looked_ns - h->told_ns >= REPEAT_MS * NS_PER_MS);
}

void holdings_end(struct target *t)
{
    struct holdings *h = &t->seen.holdings;
    if (h->looked_ns && h->looked_ns > h->told_ns)
        tell_changes(t, true);
}
