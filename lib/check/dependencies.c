/* What the card says of the databases, caches and queues that the target is connected to: when the
 * last connection to each was closed, and whether the target did it at all. */
#include "check/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"
#include "judge/dependencies.h"

static void last_of(const struct view *l, const struct attempt *a, int64_t *last_ns)
{
    if (a->answer.whole && was_in_flight(l, a) && a->end_ns > *last_ns)
        *last_ns = a->end_ns;
}

/* The last answer to what was in flight at the signal; 0: there was none. */
static int64_t last_answer_ns(const struct view *l)
{
    int64_t last_ns = 0;
    for (size_t i = 0; i < l->run->n_attempts; i++)
        if (load_in(l, &l->run->attempts[i], INFLIGHT_LOADS | STREAM_LOADS))
            last_of(l, &l->run->attempts[i], &last_ns);
    return last_ns;
}

static const char *human(int64_t ns, char *out, size_t size)
{
    return duration_human(ns > 0 ? ns : 0, out, size);
}

/* "postgresql at 127.0.0.1:5432"; the address alone where nothing usual has that port. */
static const char *named(const struct dependency_facts *d, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", d->name, *d->name ? " at " : "", d->to);
    return out;
}

/* The first end of those that the tally remembers. */
static int64_t first_failure_ns(const struct view *l, const struct tally *s)
{
    int64_t first_ns = 0;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];
        for (size_t k = 0; k < s->n_attempts; k++)
            if (s->attempts[k] == a->id && (!first_ns || a->end_ns < first_ns))
                first_ns = a->end_ns;
    }
    return first_ns;
}

/* The close came between two looks, so it may be as old as the first of them. */
void note_closed_first(const struct view *l, struct tally *s)
{
    const struct dependency_facts *d = dependency_closed_first(l->facts);
    int64_t failed_ns = first_failure_ns(l, s);
    char name[96];
    if (!s->count || !d || !failed_ns || d->seen_ns > failed_ns)
        return;
    tally_note(s,
               "%s was closed first: the last of its %" PRId64
               " connections %s after the signal, and "
               "the first failure was at %s",
               named(d, name, sizeof name), d->closed, DURATION_HUMAN(d->last_ns - l->t0_ns),
               DURATION_HUMAN(failed_ns - l->t0_ns));
}

/* The target left some of its connections to its exit: what the other end then sees. */
static char *left_sentence(const struct view *l, const struct dependency_facts *d)
{
    char name[96], before[32];
    int64_t exit_ns = gone_ns(l);
    return mem_printf("%s: %" PRId64 " of %" PRId64 " connections were open %s before %s, and "
                      "closed by it or in that time; the other end saw %s",
                      named(d, name, sizeof name), d->left, d->closed,
                      human(exit_ns - d->seen_ns, before, sizeof before),
                      l->ended_itself ? "the exit" : "the kill",
                      d->last_is == LINK_EXIT_RESET ? "a reset" : "their end (a FIN)");
}

static char *closed_sentence(const struct view *l, const struct dependency_facts *d)
{
    char name[96], gap[32], before[32] = "";
    int64_t last_ns = last_answer_ns(l), exit_ns = gone_ns(l);
    bool early = last_ns > d->last_ns;
    const char *whom = d->last_is == LINK_PEER ? " by the other end" : "";
    named(d, name, sizeof name);
    if (!last_ns)
        return mem_printf("%s: the last of %" PRId64
                          " connections was closed%s %s after the signal",
                          name, d->closed, whom, DURATION_HUMAN(d->last_ns - l->t0_ns));
    human(early ? last_ns - d->last_ns : d->last_ns - last_ns, gap, sizeof gap);
    human(exit_ns - d->last_ns, before, sizeof before);
    return mem_printf("%s: the last of %" PRId64 " connections was closed%s %s %s the last answer%s"
                      "%s%s",
                      name, d->closed, whom, gap, early ? "before" : "after", exit_ns ? ", " : "",
                      exit_ns ? before : "", exit_ns ? " before the exit" : "");
}

static char *sentence(const struct view *l, const struct dependency_facts *d)
{
    char name[96];
    if (d->left)
        return left_sentence(l, d);
    if (d->closed && !d->open)
        return closed_sentence(l, d);
    return mem_printf("%s: %" PRId64 " connections were still open when drainctl stopped looking",
                      named(d, name, sizeof name), d->open);
}

void find_dependencies(struct audit *a, const struct view *views, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct view *l = &views[i];
        if (!view_run_is(l, RUN(MAIN)) || !l->usable || !l->t0_ns || a->dependencies.n)
            continue;
        a->dependencies.at = mem_zero(l->facts->dependencies.n + 1, sizeof *a->dependencies.at);
        for (size_t k = 0; k < l->facts->dependencies.n; k++) {
            const struct dependency_facts *d = &l->facts->dependencies.at[k];
            if (d->closed || d->open)
                a->dependencies.at[a->dependencies.n++] = sentence(l, d);
        }
    }
}
