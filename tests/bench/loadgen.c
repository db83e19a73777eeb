/* The load engine by itself: loadgen URL CLIENTS REQUESTS reuse|new [RATE]. Prints one line: what
 * came of it, the processor time and the peak memory of this process. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "base/clock.h"
#include "journal/journal.h"
#include "load/load.h"

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void print_line(const struct load_counts *c, double wall, int64_t most)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    double cpu = seconds(u.ru_utime) + seconds(u.ru_stime);
    printf("done %" PRId64 "  most in flight %" PRId64 "  wall %.2f s  cpu %.2f s  rss %ld KB  "
           "%.0f req/s\n",
           c->done, most, wall, cpu, u.ru_maxrss, (double)c->done / wall);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: loadgen URL CLIENTS REQUESTS reuse|new [RATE] [JOURNAL]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    static char get[] = "GET", path[] = "/", name[] = "bench";
    struct plan_load load = {.name = name,
                             .method = get,
                             .path = path,
                             .body_bytes = -1,
                             .clients = strtoll(argv[2], NULL, 10),
                             .requests = strtoll(argv[3], NULL, 10),
                             .reuse = strcmp(argv[4], "reuse") == 0,
                             .rate = argc > 5 ? strtod(argv[5], NULL) : 0,
                             .timeout_ns = 60 * NS_PER_S};
    struct plan plan = {.loads = &load, .n_loads = 1};
    struct journal journal;
    FILE *file = argc > 6 ? fopen(argv[6], "we") : NULL;
    journal_init(&journal, file ? fileno(file) : -1);
    struct error err = {0};
    uv_loop_t *loop = uv_default_loop();
    struct loads *loads = loads_new(loop, &plan, argv[1], &journal, NULL, &err);
    if (!loads) {
        fprintf(stderr, "loadgen: %s\nhint: %s\n", err.text, err.hint);
        return 3;
    }
    int64_t begin = clock_ns(), most = 0;
    loads_begin(loads, 0);
    while (!loads_all_ended(loads)) {
        uv_run(loop, UV_RUN_ONCE);
        if (loads_counts(loads, 0).in_flight > most)
            most = loads_counts(loads, 0).in_flight;
        journal_flush(&journal);
    }
    struct load_counts c = loads_counts(loads, 0);
    print_line(&c, (double)(clock_ns() - begin) / 1e9, most);
    loads_free(loads, NULL, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    journal_close(&journal);
    return c.done == load.requests ? 0 : 1;
}
