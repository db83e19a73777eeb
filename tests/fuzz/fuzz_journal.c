/* A journal from anywhere: read it, judge each run, write every report of it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_reports(const struct run_verdict *runs, size_t count)
{
    struct report_input inputs[] = {
        {.runs = runs, .count = count, .width = 80},
        {.runs = runs, .count = count, .width = 20, .color = true, .verbose = true},
        {.runs = runs, .count = count, .quiet = true},
    };
    for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
        for (const struct report_format *f = report_formats; f->name; f++) {
            struct buf out;
            buf_init(&out, 64 * 1024 * 1024);
            f->write(&inputs[i], &out);
            buf_free(&out);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct histories h;
    struct error err = {0};
    if (histories_parse(&h, "fuzz", (const char *)data, size, &err) < 0)
        return 0;
    size_t count = 0;
    struct run_verdict *runs = mem_zero(h.count, sizeof *runs);
    for (size_t i = 0; i < h.count; i++)
        if (judge_run(&h.runs[i], &runs[count], &err) == 0)
            count++;
    write_reports(runs, count);
    for (size_t i = 0; i < count; i++)
        run_verdict_free(&runs[i]);
    free(runs);
    histories_free(&h);
    return 0;
}
