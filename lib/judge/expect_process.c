/* Expectations on a named process: its steps in order, and what its ledger says. */
#include "judge/expect.h"

#include <regex.h>
#include <string.h>

#include "base/clock.h"

/* What is polled is seen at most this much later than it was, while the target is watched. */
static const int64_t polled_ns = 5 * NS_PER_MS;

struct seen {
    int64_t from_ns, to_ns; /* when it happened: between these; 0: it did not */
};

static struct seen at(int64_t t_ns, int64_t late_ns)
{
    return (struct seen){t_ns ? t_ns - late_ns : 0, t_ns};
}

/* The first line of its output, in its first life, that matches. */
static int64_t line_time(const struct run_facts *f, const char *pattern)
{
    regex_t re;
    int64_t t_ns = 0;
    if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return 0;
    for (size_t i = 0; i < f->h->count && !t_ns; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind == EVENT_TARGET_OUTPUT && is_about(f, e) && e->text &&
            regexec(&re, e->text, 0, NULL, 0) == 0)
            t_ns = e->t_ns;
    }
    regfree(&re);
    return t_ns;
}

static struct seen find_step(const struct run_facts *f, const struct plan_step *s)
{
    if (s->regex) /* written to a pipe, and read there: as late as a poll */
        return at(line_time(f, s->regex), polled_ns);
    switch (s->kind) {
    case EXPECT_EXIT:
        return at(f->exit.own ? f->exit.own->t_ns : 0, 0);
    case EXPECT_LISTENER:
        return at(f->listener.closed_ns, polled_ns);
    case EXPECT_NOT_READY:
        return at(f->health.not_ready_ns, polled_ns);
    default:
        return at(f->t0_ns, 0);
    }
}

void expect_steps(struct finding *g)
{
    const struct run_facts *f = g->f;
    int64_t after_ns = 0; /* the latest of the earliest times so far */
    const char *sep = "";
    buf_addf(&g->expected, "%zu steps in this order", g->x->steps.n);
    for (size_t i = 0; i < g->x->steps.n; i++) {
        const struct plan_step *s = &g->x->steps.at[i];
        struct seen seen = find_step(f, s);
        buf_addf(&g->observed, "%s%s ", sep, s->name);
        sep = ", ";
        if (!seen.to_ns) {
            buf_adds(&g->observed, "never");
            g->out->value = f->course.partial ? VERDICT_INCONCLUSIVE : VERDICT_FAILED;
            return;
        }
        if (f->t0_ns) {
            buf_adds(&g->observed, "after ");
            add_ms(&g->observed, ms_between(f->t0_ns, seen.to_ns));
        } else {
            buf_adds(&g->observed, "seen");
        }
        if (seen.to_ns < after_ns) {
            buf_adds(&g->observed, ", too early");
            g->out->value = VERDICT_FAILED;
        }
        after_ns = seen.from_ns > after_ns ? seen.from_ns : after_ns;
    }
}

/* Each request has one record of a kind at most, but one that is not ours has no number. */
void expect_ledger(struct finding *g)
{
    const struct run_facts *f = g->f;
    int64_t count = 0;
    bool kept = false;
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    buf_addf(&g->expected, " %s", g->x->record);
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_LEDGER || !is_of_process(e, f->whose.process))
            continue;
        kept = true;
        count += strcmp(event_word(record_words, e->record), g->x->record) == 0;
    }
    if (!kept) {
        g->out->value = VERDICT_INCONCLUSIVE;
        buf_adds(&g->observed, "there is no ledger of it");
        return;
    }
    struct interval known = {(double)count, f->course.partial ? 1e15 : (double)count};
    g->out->value = bound_judge(&g->x->bound, known);
    buf_addf(&g->observed, "%lld %s", (long long)count, g->x->record);
}
