/* A hand-written journal on its way through the judge. */
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include <math.h>

#include "judge/judge.h"
#include "script.h"

struct judged {
    struct buf text;
    struct histories h;
    struct run_verdict v;
};

#define PLAN(loads, rest) "{\"name\":\"n\"," SCRIPT_TARGET "," loads "," rest "}"
#define COMPLETED         "\"expect\":[{\"load\":\"work\",\"completed\":\"100%\"}]"
#define DEFAULT_PLAN      PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM "," COMPLETED)

static inline void begin(struct judged *j, const char *plan)
{
    *j = (struct judged){0};
    buf_init(&j->text, 64 * 1024 * 1024);
    script_begin(&j->text, plan);
}

static inline const struct run_verdict *judge(struct judged *j)
{
    struct error err = {0};
    if (histories_parse(&j->h, "j", j->text.data, j->text.len, &err) < 0 ||
        judge_run(&j->h.runs[0], &j->v, &err) < 0)
        fail_msg("%s", err.text);
    return &j->v;
}

static inline void done(struct judged *j)
{
    run_verdict_free(&j->v);
    histories_free(&j->h);
    buf_free(&j->text);
}

#endif
