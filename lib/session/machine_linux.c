#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

#include "base/clock.h"
#include "session/machine.h"

enum { LOOK_MS = 40, STALE_MS = 4 * LOOK_MS, SHORT_PART = 8 };

/* Ticks since the machine started: of all kinds, and idle ones. */
static bool read_ticks(int64_t *idle, int64_t *total)
{
    int64_t t[8] = {0}; /* user, nice, system, idle, iowait, irq, softirq, steal */
    FILE *f = fopen("/proc/stat", "re");
    if (!f)
        return false;
    int n = fscanf(f,
                   "cpu %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
                   " %" SCNd64 " %" SCNd64,
                   &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
    fclose(f);
    *idle = t[3] + t[4];
    *total = 0;
    for (int i = 0; i < 8; i++)
        *total += t[i];
    return n >= 4;
}

bool machine_is_quiet(struct machine_rest *r, int64_t now_ns, int64_t *again_ns)
{
    int64_t idle, total, since_ms = (now_ns - r->looked_ns) / NS_PER_MS;
    bool looked = r->looked_ns && since_ms < STALE_MS;
    if (r->patience_ns <= 0 || !read_ticks(&idle, &total))
        return true;
    *again_ns = (looked ? r->looked_ns : now_ns) + LOOK_MS * NS_PER_MS;
    if (looked && since_ms < LOOK_MS)
        return false;
    if (looked) {
        r->patience_ns -= since_ms * NS_PER_MS;
        if (2 * (idle - r->idle) >= total - r->total)
            return true;
    }
    r->idle = idle;
    r->total = total;
    r->looked_ns = now_ns;
    *again_ns = now_ns + LOOK_MS * NS_PER_MS;
    return false;
}

void machine_looked(struct machine_rest *r)
{
    r->looked_ns = 0;
}

bool machine_is_short_of_memory(void)
{
    char line[128];
    int64_t total = 0, available = -1;
    FILE *f = fopen("/proc/meminfo", "re");
    if (!f)
        return false;
    while (available < 0 && fgets(line, sizeof line, f)) {
        (void)sscanf(line, "MemTotal: %" SCNd64, &total);
        (void)sscanf(line, "MemAvailable: %" SCNd64, &available);
    }
    fclose(f);
    return available >= 0 && available < total / SHORT_PART;
}

int machine_processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? n : 1;
}
