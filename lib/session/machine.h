/* The machine that runs go on at: is it quiet, has it room for one more? */
#ifndef SESSION_MACHINE_H
#define SESSION_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* Waiting for a moment in which the processors have little to do. Zeroed, with patience. */
struct machine_rest {
    int64_t patience_ns; /* how long it may still be waited for, in all */
    int64_t idle, total; /* as last looked at, in the kernel's ticks */
    int64_t looked_ns;   /* 0: not yet */
};

/* At least half of the processors' time since the last look was idle (proc_stat(5)), or patience is
 * at an end, or the kernel does not say. False: ask again at *again_ns. */
bool machine_is_quiet(struct machine_rest *r, int64_t now_ns, int64_t *again_ns);
/* The next question begins anew. */
void machine_looked(struct machine_rest *r);

/* Less than an eighth of the memory is available (MemAvailable, proc_meminfo(5)). */
bool machine_is_short_of_memory(void);
/* Processors that this process may use, at least 1 (sched_getaffinity(2)). */
int machine_processors(void);

#endif
