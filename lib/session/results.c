#include "session/results.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/command.h"

int results_add(struct results *r, struct histories *h, struct error *err)
{
    MEM_GROW(r->files, r->n_files, r->files_cap);
    r->files[r->n_files++] = *h;
    for (size_t i = 0; i < h->count; i++) {
        MEM_GROW(r->runs, r->count, r->cap);
        /* the array of runs is on the heap: it stays where it is when `files` moves */
        if (judge_run(&h->runs[i], &r->runs[r->count], err) < 0)
            return -1;
        r->count++;
    }
    return 0;
}

int results_status(const struct results *r)
{
    static const int statuses[] = {
        [VERDICT_PASSED] = EXIT_PASSED,
        [VERDICT_FAILED] = EXIT_FAILED,
        [VERDICT_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
    };
    return statuses[judge_overall(r->runs, r->count)];
}

int results_report(const struct results *r, const struct outputs *o, bool quiet, bool verbose,
                   struct error *err)
{
    struct report_input input = {
        .runs = r->runs, .count = r->count, .quiet = quiet, .verbose = verbose};
    if (outputs_write(o, &input, err) < 0)
        return EXIT_INCONCLUSIVE;
    return results_status(r);
}

void results_free(struct results *r)
{
    for (size_t i = 0; i < r->count; i++)
        run_verdict_free(&r->runs[i]);
    for (size_t i = 0; i < r->n_files; i++)
        histories_free(&r->files[i]);
    free(r->runs);
    free(r->files);
    *r = (struct results){0};
}
