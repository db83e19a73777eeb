/* The rows about what the target holds: descriptors, locks, threads, goroutines, gauges, its pool
 * and its entry in the registry. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "judge/checklist_int.h"

/* So long after its port closed and all answers were given, a target that still holds more than
 * before is not just about to give it back. */
static const int64_t linger_ns = 100 * NS_PER_MS;
static const int64_t blur_ns = 5 * NS_PER_MS;

/* --- numbers --- */

static bool is_look(const struct event *e, enum held what, const char *name)
{
    return e->kind == EVENT_HELD && e->held == (int64_t)what &&
           (!name || strcmp(e->text ? e->text : "", name) == 0);
}

/* The number of the rest that a time lies in; -1: in none. */
static int64_t rest_at(const struct looking *l, int64_t t_ns)
{
    size_t from = 0, to = l->n_rests;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (l->rests[middle].to_ns < t_ns)
            from = middle + 1;
        else
            to = middle;
    }
    return from < l->n_rests && l->rests[from].from_ns <= t_ns ? (int64_t)from : -1;
}

/* The lowest number of the last rest in which there was a look: a look may fall on a poll's own
 * connection. -1: there was none. */
static int64_t number_before(const struct looking *l, enum held what, const char *name)
{
    int64_t best_rest = -1, lowest = -1;
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (!is_look(e, what, name) || e->depth < 0 || e->t_ns >= l->f->t0_ns)
            continue;
        int64_t rest = rest_at(l, e->t_ns);
        if (rest < 0 || rest < best_rest)
            continue;
        if (rest > best_rest || e->depth < lowest)
            lowest = e->depth;
        best_rest = rest;
    }
    return lowest;
}

struct after {
    const struct event *back, *last; /* the last look that shows the old number; the last of all */
};

static struct after looks_after(const struct looking *l, enum held what, const char *name,
                                int64_t before)
{
    struct after a = {0};
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (!is_look(e, what, name) || e->depth < 0 || e->t_ns < l->last_ns || e->t_ns > l->exit_ns)
            continue;
        if (e->depth <= before && (!a.back || e->t_ns >= a.back->t_ns))
            a.back = e;
        if (!a.last || e->t_ns >= a.last->t_ns)
            a.last = e;
    }
    return a;
}

static const char *why_unreadable(const struct looking *l, enum held what)
{
    const char *why = NULL;
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (!is_look(e, what, NULL))
            continue;
        if (e->depth >= 0)
            return NULL;
        why = e->text ? e->text : "";
    }
    return why;
}

/* From when on it had nothing more to do. */
static int64_t idle_ns(const struct looking *l)
{
    int64_t at = l->last_ns, others[] = {l->f->listener.closed_ns, l->f->course.answered_ns};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i] > at && others[i] <= l->exit_ns)
            at = others[i];
    return at;
}

static struct checklist_row row_held(const struct looking *l, enum held what, const char *name)
{
    struct checklist_row r;
    const char *why = why_unreadable(l, what);
    int64_t before = number_before(l, what, name);
    struct after a = looks_after(l, what, name, before);
    if (why || before < 0) {
        r = row_of(why ? CAUSE_UNREADABLE : CAUSE_NO_LOOK_BEFORE);
        r.text = why ? why : "";
        return r;
    }
    const struct event *e = a.back ? a.back : a.last;
    bool lingers = e && e->t_ns - idle_ns(l) >= linger_ns;
    r = row_of(a.back    ? CAUSE_BACK
               : !e      ? CAUSE_NO_LOOK_AFTER
               : lingers ? CAUSE_NOT_BACK
                         : CAUSE_GONE_TOO_SOON);
    r.n = e ? e->depth : 0;
    r.of = before;
    bool at_look = r.cause == CAUSE_BACK || r.cause == CAUSE_NOT_BACK;
    r.ms = ms_between(l->last_ns, at_look ? e->t_ns : l->exit_ns);
    if (r.cause == CAUSE_GONE_TOO_SOON)
        r.ms2 = ms_between(e->t_ns, l->exit_ns);
    return r;
}

struct checklist_row row_descriptors(const struct looking *l)
{
    return row_held(l, HELD_DESCRIPTORS, NULL);
}

struct checklist_row row_locks(const struct looking *l)
{
    return row_held(l, HELD_LOCKS, NULL);
}

struct checklist_row row_threads(const struct looking *l)
{
    return row_held(l, HELD_THREADS, NULL);
}

struct checklist_row row_goroutines(const struct looking *l)
{
    return l->f->plan->checklist.pprof ? row_held(l, HELD_GOROUTINES, NULL)
                                       : row_of(CAUSE_NO_PPROF);
}

/* --- gauges --- */

static bool is_first_of_its_name(const struct looking *l, size_t index)
{
    const struct event *e = &l->f->h->events[index];
    for (size_t i = 0; i < index; i++)
        if (is_look(&l->f->h->events[i], HELD_METRIC, e->text ? e->text : ""))
            return false;
    return true;
}

/* The worst of all gauges: one that is broken, else one that was not seen. */
static bool is_worse(const struct checklist_row *a, const struct checklist_row *b)
{
    static const int badness[] = {[ROW_FINE] = 0, [ROW_NOT_SEEN] = 1, [ROW_BROKEN] = 2};
    return badness[a->value] > badness[b->value];
}

struct checklist_row row_metrics(const struct looking *l)
{
    struct checklist_row all = row_of(CAUSE_AT_REST);
    const char *why = why_unreadable(l, HELD_METRIC);
    if (!l->f->plan->checklist.metrics)
        return row_of(CAUSE_NO_METRICS);
    if (why) {
        all = row_of(CAUSE_UNREADABLE);
        all.text = why;
        return all;
    }
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (!is_look(e, HELD_METRIC, NULL) || e->depth < 0 || !is_first_of_its_name(l, i))
            continue;
        struct checklist_row one = row_held(l, HELD_METRIC, e->text ? e->text : "");
        if (one.cause == CAUSE_NOT_BACK)
            one.cause = CAUSE_NOT_AT_REST;
        one.text = e->text ? e->text : "";
        int64_t gauges = all.value == ROW_FINE ? all.n + 1 : all.n;
        if (one.value == ROW_FINE && all.value == ROW_FINE) {
            all.ms = !(one.ms <= all.ms) ? one.ms : all.ms;
            all.n = gauges;
        } else if (is_worse(&one, &all)) {
            all = one;
        }
    }
    return all.cause == CAUSE_AT_REST && all.n == 0 ? row_of(CAUSE_NO_GAUGE) : all;
}

/* --- the registry --- */

struct entry_seen {
    bool before;                /* an entry was there before the signal */
    const struct event *marked; /* the first look that shows it marked, or gone */
    const struct event *late;   /* a look after the port's close that shows it as up */
    const struct event *last;
};

static struct entry_seen follow_entry(const struct looking *l)
{
    struct entry_seen s = {0};
    int64_t closed_ns = l->f->listener.closed_ns ? l->f->listener.closed_ns : l->exit_ns;
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (!is_look(e, HELD_REGISTRY, NULL) || e->depth < 0)
            continue;
        bool up = e->depth > 0 && strcmp(e->text ? e->text : "", "up") == 0;
        if (e->t_ns < l->f->t0_ns)
            s.before |= e->depth > 0;
        else if (!up && !s.marked)
            s.marked = e;
        if (up && !s.marked && e->t_ns > closed_ns + blur_ns)
            s.late = e;
        s.last = e;
    }
    return s;
}

struct checklist_row row_registry(const struct looking *l)
{
    const char *why = why_unreadable(l, HELD_REGISTRY);
    struct entry_seen s = follow_entry(l);
    if (!l->f->plan->checklist.registry)
        return row_of(CAUSE_NO_REGISTRY);
    struct checklist_row r = row_of(why             ? CAUSE_UNREADABLE
                                    : !s.before     ? CAUSE_NO_ENTRY
                                    : s.last->depth ? CAUSE_STILL_THERE
                                    : s.late        ? CAUSE_NOT_MARKED
                                                    : CAUSE_LEFT);
    r.text = why ? why : s.last && s.last->text ? s.last->text : "";
    if (r.cause == CAUSE_LEFT && s.marked) {
        r.text = s.marked->depth && s.marked->text ? s.marked->text : "";
        r.ms = ms_between(l->f->t0_ns, s.marked->t_ns);
    }
    return r;
}

/* --- the pool --- */

/* How servers say it: "step pool-closed: done", "HikariPool-1 - Shutdown completed.", "closing the
 * database: done", "pool has ended", "db connections closed". */
static const char closed_line[] = "(pool|database|datasource|(^|[^a-z])db([^a-z]|$)).*"
                                  "(closed|shut ?down completed|disconnected|drained|ended|done)";
static const char failed_line[] = "fail|hung|error|cannot|could not|timed out";

static bool compile(regex_t *regex, const char *text)
{
    return regcomp(regex, text, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0;
}

/* The last line since the signal that matches. */
static const struct event *find_line(const struct looking *l, const regex_t *regex)
{
    const struct event *found = NULL;
    for (size_t i = 0; i < l->f->h->count; i++) {
        const struct event *e = &l->f->h->events[i];
        if (e->kind == EVENT_TARGET_OUTPUT && e->t_ns >= l->f->t0_ns && e->text &&
            regexec(regex, e->text, 0, NULL, 0) == 0)
            found = e;
    }
    return found;
}

static struct checklist_row judge_line(const struct looking *l, const struct event *line,
                                       const regex_t *failed)
{
    bool early = line->t_ns < l->last_ns - blur_ns;
    bool bad = regexec(failed, line->text, 0, NULL, 0) == 0;
    struct checklist_row r = row_of(bad     ? CAUSE_POOL_FAILED
                                    : early ? CAUSE_POOL_EARLY
                                            : CAUSE_POOL_CLOSED);
    r.text = line->text;
    r.ms = early ? ms_between(line->t_ns, l->last_ns) : ms_between(l->last_ns, line->t_ns);
    if (r.ms < 0)
        r.ms = 0;
    return r;
}

struct checklist_row row_pool(const struct looking *l)
{
    const char *own = l->f->plan->checklist.pool_log;
    struct checklist_row r = row_of(CAUSE_NO_POOL_LINE);
    regex_t closed, failed;
    if (!compile(&closed, own ? own : closed_line))
        return r;
    if (compile(&failed, failed_line)) {
        const struct event *line = find_line(l, &closed);
        if (line)
            r = l->in_hand ? judge_line(l, line, &failed) : row_of(CAUSE_NONE_IN_HAND);
        regfree(&failed);
    }
    regfree(&closed);
    return r;
}
