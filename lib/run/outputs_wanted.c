/* Which of the plan's expectations on output a line matches, before it is masked. */
#include <stdlib.h>

#include "base/mem.h"
#include "run/internal.h"

struct outputs_wanted {
    regex_t regexes[EVENT_MASKED_MOST];
    bool compiled[EVENT_MASKED_MOST];
    int count;
};

static int64_t line_matches(void *arg, const char *line)
{
    struct outputs_wanted *w = arg;
    int64_t bits = 0;
    for (int i = 0; i < w->count; i++)
        if (w->compiled[i] && regexec(&w->regexes[i], line, 0, NULL, 0) == 0)
            bits |= INT64_C(1) << i;
    return bits;
}

void outputs_wanted_open(struct run *r)
{
    struct outputs_wanted *w = r->beside.outputs = MEM_NEW(struct outputs_wanted);
    for (size_t i = 0; i < r->plan->n_expects && w->count < EVENT_MASKED_MOST; i++) {
        const struct plan_expect *x = &r->plan->expects[i];
        if (x->kind != EXPECT_OUTPUT)
            continue;
        w->compiled[w->count] =
            regcomp(&w->regexes[w->count], x->output.regex, REG_EXTENDED | REG_NOSUB) == 0;
        w->count++;
    }
    r->journal->line_matches = line_matches;
    r->journal->line_arg = w;
}

void outputs_wanted_close(struct run *r)
{
    struct outputs_wanted *w = r->beside.outputs;
    r->journal->line_matches = NULL;
    for (int i = 0; i < w->count; i++)
        if (w->compiled[i])
            regfree(&w->regexes[i]);
    free(w);
}
