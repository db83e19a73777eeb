/* Facts of the target: how it ended, what it left behind, when. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/mem.h"
#include "compare/compare_int.h"

/* From fine to worse. There is no agreement on the status after a clean drain: some exit with 0,
 * some die by the signal that they were sent. But another code means a failure to every
 * supervisor. */
enum ending { ENDED_WELL, ENDED_WITH_CODE, ENDED_BY_OTHER_SIGNAL, ENDED_BY_US };

static enum ending ending_of(const struct run_summary *r)
{
    const struct target_summary *t = &r->target;
    if (!t->exited)
        return ENDED_BY_US;
    if (t->exit_signal == 0)
        return t->exit_code == 0 ? ENDED_WELL : ENDED_WITH_CODE;
    bool asked = t->exit_signal != SIGKILL && r->sent >> (t->exit_signal & 63) & 1;
    return asked ? ENDED_WELL : ENDED_BY_OTHER_SIGNAL;
}

static void add_ending(struct buf *out, const struct target_summary *t)
{
    char how[ENDING_SIZE];
    if (!t->exited)
        buf_adds(out, t->killed ? "had to be killed" : "did not exit");
    else if (t->exit_signal)
        buf_adds(out, ending_say(how, sizeof how, -1, t->exit_signal));
    else
        buf_addf(out, "code %d", t->exit_code); /* the row is called "exit" */
}

static bool ends_alike(const struct target_summary *a, const struct target_summary *b)
{
    if (!a->exited || !b->exited)
        return a->exited == b->exited && a->killed == b->killed;
    return a->exit_signal == b->exit_signal && (a->exit_signal || a->exit_code == b->exit_code);
}

static bool is_new_ending(const struct side *s, size_t run)
{
    for (size_t i = 0; i < run; i++)
        if (ends_alike(&s->runs[i]->target, &s->runs[run]->target))
            return false;
    return true;
}

/* "code 0", or of runs that differ "code 0, died of SIGKILL" */
static char *endings_text(const struct side *s)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    for (size_t i = 0; i < s->n; i++) {
        if (!is_new_ending(s, i))
            continue;
        buf_adds(&b, b.len ? ", " : "");
        add_ending(&b, &s->runs[i]->target);
    }
    return buf_take(&b);
}

static int count_worse(const struct side *s, enum ending than)
{
    int n = 0;
    for (size_t i = 0; i < s->n; i++)
        n += ending_of(s->runs[i]) > than;
    return n;
}

static enum ending best_ending(const struct side *a, const struct side *b)
{
    enum ending best = ENDED_BY_US;
    for (size_t i = 0; i < a->n + b->n; i++) {
        enum ending e = ending_of(i < a->n ? a->runs[i] : b->runs[i - a->n]);
        best = e < best ? e : best;
    }
    return best;
}

static void compare_ending(struct comparison *c, const char *scenario, const struct side *base,
                           const struct side *head)
{
    struct compare_row *row = compare_add(c, COMPARE_FACT, scenario, NULL, "exit");
    enum ending best = best_ending(base, head);
    row->before = endings_text(base);
    row->after = endings_text(head);
    compare_runs(row, count_worse(base, best), (int)base->n, count_worse(head, best), (int)head->n);
    if (!row->tested && row->change == CHANGE_SAME && strcmp(row->before, row->after) != 0)
        row->change = CHANGE_OTHER;
}

static int count_orphaned(const struct side *s, int64_t *most)
{
    int n = 0;
    *most = 0;
    for (size_t i = 0; i < s->n; i++) {
        int64_t orphans = s->runs[i]->target.orphans;
        n += orphans > 0;
        *most = orphans > *most ? orphans : *most;
    }
    return n;
}

static void compare_orphans(struct comparison *c, const char *scenario, const struct side *base,
                            const struct side *head)
{
    int64_t most_base, most_head;
    int in_base = count_orphaned(base, &most_base), in_head = count_orphaned(head, &most_head);
    struct compare_row *row = compare_add(c, COMPARE_FACT, scenario, NULL, "processes left behind");
    row->before = mem_printf("%lld", (long long)most_base);
    row->after = mem_printf("%lld", (long long)most_head);
    compare_runs(row, in_base, (int)base->n, in_head, (int)head->n);
}

/* Its users are judged in their loads; how many they were is a fact. */
static bool queue_range(const struct side *s, int64_t *low, int64_t *high)
{
    *low = INT64_MAX;
    *high = -1;
    for (size_t i = 0; i < s->n; i++) {
        int64_t n = s->runs[i]->target.queue_lost;
        if (n < 0)
            continue;
        *low = n < *low ? n : *low;
        *high = n > *high ? n : *high;
    }
    return *high >= 0;
}

static char *range_text(int64_t low, int64_t high)
{
    return low == high ? mem_printf("%lld", (long long)low)
                       : mem_printf("%lld to %lld", (long long)low, (long long)high);
}

static void compare_queue(struct comparison *c, const char *scenario, const struct side *base,
                          const struct side *head)
{
    int64_t a, b, x, y;
    if (!queue_range(base, &a, &b) || !queue_range(head, &x, &y))
        return;
    struct compare_row *row =
        compare_add(c, COMPARE_FACT, scenario, NULL, "connections lost in the listener's queue");
    row->before = range_text(a, b);
    row->after = range_text(x, y);
    row->change = b < x || y < a ? CHANGE_OTHER : a == x && b == y ? CHANGE_SAME : CHANGE_FEW;
}

/* --- times --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sort what is known to the front; how many that is. */
static size_t known_times(double *ms, size_t n)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(ms[i]))
            ms[known++] = ms[i];
    if (known)
        qsort(ms, known, sizeof *ms, by_value);
    return known;
}

static char *times_text(const double *ms, size_t n)
{
    char low[32], high[32];
    if (n == 0)
        return mem_strdup("never");
    duration_human_ms(ms[0], low, sizeof low);
    duration_human_ms(ms[n - 1], high, sizeof high);
    return strcmp(low, high) == 0 ? mem_strdup(low) : mem_printf("%s to %s", low, high);
}

/* One number a run has no distribution. Only what is far apart is told: more than a fifth and
 * 50 ms, and by more than the runs of a side differ among themselves. */
static bool far_apart(const double *a, size_t n, const double *b, size_t m)
{
    double x = a[n / 2], y = b[m / 2], most = x > y ? x : y;
    return (a[n - 1] < b[0] || b[m - 1] < a[0]) && fabs(x - y) > 50 && fabs(x - y) > most / 5;
}

void compare_times(struct comparison *c, const char *scenario, const char *load, const char *what,
                   double *base, size_t n_base, double *head, size_t n_head)
{
    size_t n = known_times(base, n_base), m = known_times(head, n_head);
    if (n == 0 && m == 0)
        return;
    struct compare_row *row = compare_add(c, COMPARE_FACT, scenario, load, what);
    row->before = times_text(base, n);
    row->after = times_text(head, m);
    row->change = n == 0 || m == 0              ? CHANGE_OTHER
                  : far_apart(base, n, head, m) ? CHANGE_OTHER
                                                : CHANGE_SAME;
}

static void compare_exit_time(struct comparison *c, const char *scenario, const struct side *base,
                              const struct side *head, bool listener)
{
    const struct side *sides[] = {base, head};
    double *ms[2];
    for (size_t s = 0; s < 2; s++) {
        ms[s] = mem_zero(sides[s]->n + 1, sizeof **ms);
        for (size_t i = 0; i < sides[s]->n; i++) {
            const struct target_summary *t = &sides[s]->runs[i]->target;
            ms[s][i] = listener ? t->listener_closed_after_ms : t->exited ? t->exit_after_ms : NAN;
        }
    }
    compare_times(c, scenario, NULL, listener ? "listener closed after" : "exit after", ms[0],
                  base->n, ms[1], head->n);
    free(ms[0]);
    free(ms[1]);
}

void compare_target(struct comparison *c, const char *scenario, const struct side *base,
                    const struct side *head)
{
    compare_ending(c, scenario, base, head);
    compare_exit_time(c, scenario, base, head, false);
    compare_exit_time(c, scenario, base, head, true);
    compare_queue(c, scenario, base, head);
    compare_orphans(c, scenario, base, head);
}
