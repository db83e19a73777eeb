/* A hand-written journal of several runs on its way through the judge. */
#ifndef TESTS_JUDGED_RUNS_H
#define TESTS_JUDGED_RUNS_H

#include "journal/history.h"
#include "judge/judge.h"
#include "script.h"

struct judged_runs {
    struct buf text;
    struct histories h;
    struct run_verdict runs[4];
    size_t count;
};

static inline void runs_begin(struct judged_runs *r)
{
    *r = (struct judged_runs){0};
    buf_init(&r->text, 1024 * 1024);
}

static inline void runs_judge(struct judged_runs *r)
{
    struct error err = {0};
    if (histories_parse(&r->h, "j", r->text.data, r->text.len, &err) < 0)
        fail_msg("%s", err.text);
    for (r->count = 0; r->count < r->h.count; r->count++)
        if (judge_run(&r->h.runs[r->count], &r->runs[r->count], &err) < 0)
            fail_msg("%s", err.text);
}

static inline void runs_done(struct judged_runs *r)
{
    for (size_t i = 0; i < r->count; i++)
        run_verdict_free(&r->runs[i]);
    histories_free(&r->h);
    buf_free(&r->text);
}

#endif
