/* Walks the catalogue over the runs: findings, what was fine, and the grade. */
#include "check/audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/rules.h"
#include "base/interval.h"

const char audit_grade_rule[] =
    "A nothing worse than a remark, B low ones only, C a medium one, D one high one, E more "
    "than one high one, F a critical one";

/* What a command's name gives away; only for choosing the words of a remedy. */
static const struct {
    const char *programs, *stack;
} stacks[] = {
    /* with settings of their own, which no page has: the general sentence, never another's */
    {"bun deno granian hypercorn uwsgi supervisord s6-svscan s6-supervise caddy traefik", NULL},
    {"npm npx pnpm yarn node nodejs", "Node"},
    {"gunicorn uvicorn flask python python3 python3.11 python3.12 python3.13", "Python"},
    {"java mvn gradle", "Java"},
    {"nginx", "nginx"},
    {"haproxy", "HAProxy"},
    {"apache2 httpd", "Apache"},
    {"lighttpd", "lighttpd"},
    {"ruby puma unicorn bundle", "Ruby"},
    {"php php-fpm php-fpm8.2", "PHP"},
    {"go", "Go"},
    {"envoy", "Envoy"},
    {"dotnet", ".NET"},
};

static bool is_go(const struct process_facts *p)
{
    return p->built && strncmp(p->built, "go", 2) == 0;
}

/* The name of a compiled program gives nothing away; what it was built with does. */
static const char *stack_of(const struct view *views, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof stacks / sizeof *stacks; k++)
            if (command_is(views[i].facts->owner.command, stacks[k].programs) ||
                command_is(views[i].facts->main.command, stacks[k].programs))
                return stacks[k].stack;
    for (size_t i = 0; i < n; i++)
        if (is_go(&views[i].facts->owner) || is_go(&views[i].facts->main))
            return "Go";
    return NULL;
}

static const struct fix *fix_for(const struct defect *d, const char *stack)
{
    for (size_t i = 0; stack && i < FIX_MAX && d->fixes[i].stack; i++)
        if (strcmp(d->fixes[i].stack, stack) == 0)
            return &d->fixes[i];
    return &d->fixes[0];
}

static bool is_worse(const struct tally *s, const struct finding *f)
{
    /* compared as shares without dividing */
    return f->of == 0 || s->count * f->of > f->count * s->of ||
           (s->count * f->of == f->count * s->of && s->of > f->of);
}

/* Apply one row to all runs, keeping what it saw in each. Returns the note of the worst run, or
 * NULL. */
static char *look_everywhere(const struct defect *d, const struct view *views, size_t n,
                             struct finding *f, struct checked *l)
{
    char *note = NULL;
    size_t cap = 0;

    *f = (struct finding){.defect = d};
    *l = (struct checked){.defect = d, .severity = d->severity};
    for (size_t i = 0; i < n; i++) {
        struct tally s = {.severity = d->severity, .claim = d->claim};

        if (d->section == PAGE_SECTION ? !views[i].page : !views[i].usable)
            continue;
        d->find(&views[i], &s);
        if (s.of == 0)
            continue;
        MEM_GROW(l->seen, l->n_seen, cap);
        l->seen[l->n_seen++] = (struct run_tally){i, s.count, s.of};
        f->runs_all++;
        f->runs_seen += s.count > 0;
        f->tries_all += view_run_is(&views[i], ANY_TRY);
        f->tries_seen += view_run_is(&views[i], ANY_TRY) && s.count > 0;
        f->all_count += s.count;
        f->all += s.of;
        f->doubts += s.doubts;
        if (!is_worse(&s, f))
            continue;
        f->count = s.count;
        f->of = s.of;
        f->run = i;
        f->severity = l->severity = s.severity;
        f->n_attempts = s.n_attempts;
        f->uncounted = s.uncounted;
        memcpy(f->attempts, s.attempts, sizeof f->attempts);
        free(note);
        note = *s.note && s.count ? mem_strdup(s.note) : NULL;
    }
    return note;
}

static char *evidence(const struct finding *f, const char *note, const char *scenario,
                      bool repeated)
{
    bool of_runs = strcmp(f->defect->unit, "runs") == 0;
    struct buf b;
    char interval[80];

    buf_init(&b, 4096);
    if (!of_runs && !f->uncounted)
        buf_addf(&b, "%lld of %lld %s", (long long)f->count, (long long)f->of, f->defect->unit);
    if (note)
        buf_addf(&b, "%s%s", b.len ? "; " : "", note);
    if (!b.len)
        buf_addf(&b, "seen in '%s'", scenario);
    else
        buf_addf(&b, " (%s)", scenario);
    if (f->defect->luck && f->tries_all)
        buf_addf(&b, "; in %d of %d tries (%s)", f->tries_seen, f->tries_all,
                 interval_text(f->tries_seen, f->tries_all, interval, sizeof interval));
    else if (repeated)
        buf_addf(&b, "; in %d of %d runs (%s)", f->runs_seen, f->runs_all,
                 interval_text(f->runs_seen, f->runs_all, interval, sizeof interval));
    else if (of_runs && f->runs_seen < f->runs_all)
        buf_addf(&b, "; in %d of %d runs", f->runs_seen, f->runs_all);
    return buf_take(&b);
}

static const struct checked *looked_at(const struct audit *a, const struct defect *d)
{
    for (size_t i = 0; i < a->n_looked; i++)
        if (a->looked[i].defect == d)
            return &a->looked[i];
    return NULL;
}

static bool is_seen_in(const struct checked *l, size_t run)
{
    for (size_t i = 0; i < l->n_seen; i++)
        if (l->seen[i].run == run && l->seen[i].count > 0)
            return true;
    return false;
}

/* What less than half of its runs show may be luck: it explains what those runs show, and nothing
 * else. */
static bool may_explain(const struct audit *a, const struct finding *cause, const struct finding *f)
{
    if (strcmp(cause->defect->unit, "runs") != 0 || cause->runs_seen * 2 >= cause->runs_all)
        return true;
    const struct checked *causes = looked_at(a, cause->defect), *seen = looked_at(a, f->defect);

    for (size_t i = 0; i < seen->n_seen; i++)
        if (seen->seen[i].count > 0 && !is_seen_in(causes, seen->seen[i].run))
            return false;
    return true;
}

/* A defect hides its consequences only while it is on the card itself: else what is behind them
 * would be lost with it. No two cover each other, however far around (tools/defects). */
static bool is_covered(const struct audit *a, const struct finding *f)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct finding *cause = &a->findings[i];

        if (cause->defect->covers && name_in(f->defect->id, cause->defect->covers) &&
            may_explain(a, cause, f) && !is_covered(a, cause))
            return true;
    }
    return false;
}

static void mark_listed(struct audit *a)
{
    for (size_t i = 0; i < a->n_looked; i++)
        for (size_t k = 0; k < a->n_findings && !a->looked[i].listed; k++)
            a->looked[i].listed = a->findings[k].defect == a->looked[i].defect;
}

/* Leave out what is only a consequence of another finding. */
static void drop_consequences(struct audit *a)
{
    bool *gone = mem_zero(a->n_findings + 1, sizeof *gone);
    size_t kept = 0;

    for (size_t i = 0; i < a->n_findings; i++)
        gone[i] = is_covered(a, &a->findings[i]);
    for (size_t i = 0; i < a->n_findings; i++)
        if (gone[i])
            free(a->findings[i].evidence);
        else
            a->findings[kept++] = a->findings[i];
    a->n_findings = kept;
    free(gone);
}

static int by_severity(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;

    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->defect->section != b->defect->section)
        return a->defect->section - b->defect->section;
    return strcmp(a->defect->id, b->defect->id);
}

static bool has_repeats(const struct audit_input *in)
{
    for (size_t i = 0; i < in->n; i++)
        for (size_t k = 0; k < i; k++)
            if (in->runs[i].scenario && in->runs[k].scenario &&
                strcmp(in->runs[i].scenario, in->runs[k].scenario) == 0)
                return true;
    return false;
}

static int64_t in_flight_in(const struct view *l, load_set loads)
{
    struct tally s = {0};

    tally_attempts(&s, l, loads, was_in_flight, any_attempt);
    return s.of;
}

static bool has_slow_path(const struct view *l)
{
    for (size_t i = 0; i < l->run->plan.n_loads; i++)
        if (view_load(l, (int64_t)i) == LOAD(WAITING))
            return true;
    return false;
}

static bool has_large(const struct view *l)
{
    struct tally s = {0};

    tally_attempts(&s, l, LARGE_LOADS, is_half_sent, any_attempt);
    return s.of > 0;
}

/* Where there is a slow path, its requests; else what a slow client makes of a fast one. */
static bool had_in_flight(const struct view *l)
{
    if (has_slow_path(l))
        return in_flight_in(l, INFLIGHT_LOADS | STREAM_LOADS) > 0;
    return in_flight_in(l, LOAD(STREAMING) | LOAD(UPLOAD) | LOAD(PARTIAL_HEAD) | LOAD(EXPECT)) >
               0 ||
           has_large(l);
}

/* A good grade is never empty: something must have been in flight at the signal. */
static const char *too_little(const struct view *views, size_t n)
{
    const char *reason = "the main run of the battery is missing";

    for (size_t i = 0; i < n; i++) {
        if (!view_run_is(&views[i], RUN(MAIN)))
            continue;
        if (!views[i].usable)
            return "the main run could not be carried out to its end";
        if (!views[i].t0_ns)
            return "no signal was sent in the main run";
        if (had_in_flight(&views[i]))
            return NULL;
        reason = has_slow_path(&views[i]) &&
                         in_flight_in(&views[i], LOAD(PARTIAL_HEAD) | LOAD(UPLOAD)) > 0
                     ? "no slow request had reached the server at the signal"
                     : "nothing was in flight at the signal";
    }
    return reason;
}

/* A run in which the target had to be killed is never praised, even if no row says why. Those that
 * send no shutdown signal end with a kill in any case. */
static const char *killed_unexplained(const struct view *views, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (views[i].usable && views[i].t0_ns && !views[i].facts->course.interrupted &&
            views[i].kill_ns != INT64_MAX && !views[i].ended_itself &&
            !view_run_is(&views[i], RUN(UNRELATED_SIGNAL) | ANY_TRY_AGAIN))
            return "the target had to be killed, and nothing shows what kept it";
    return NULL;
}

/* A user who gave a page wants to know of it. */
static const char *page_unseen(const struct view *views, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (views[i].page && !page_was_asked_again(&views[i]))
            return "the page was not judged";
    return NULL;
}

static void set_grade(struct audit *a, const struct view *views, size_t n)
{
    for (size_t i = 0; i < a->n_findings; i++)
        a->counts[a->findings[i].severity]++;
    if (a->counts[SEVERITY_CRITICAL])
        a->grade = 'F';
    else if (a->counts[SEVERITY_HIGH])
        a->grade = a->counts[SEVERITY_HIGH] > 1 ? 'E' : 'D';
    else if (a->counts[SEVERITY_MEDIUM])
        a->grade = 'C';
    else
        a->grade = a->counts[SEVERITY_LOW] ? 'B' : 'A';
    if (a->grade < 'D' && (a->reason = too_little(views, n)))
        a->grade = '?';
    if (a->grade < 'D' && a->grade != '?' && (a->reason = page_unseen(views, n)))
        a->grade = '?';
    if (a->grade == 'A' && (a->reason = killed_unexplained(views, n)))
        a->grade = '?';
}

void audit_run(const struct audit_input *in, struct audit *a)
{
    struct view *views = mem_zero(in->n + 1, sizeof *views);
    struct finding *clean = NULL;
    size_t findings = 0, n_clean = 0, cap_clean = 0;

    *a = (struct audit){.grade = '?', .repeated = has_repeats(in)};
    a->card = in->n > 0 && in->runs[0].value != VERDICT_INCONCLUSIVE;
    a->looked = mem_zero(defect_count(), sizeof *a->looked);
    view_init(views, in);
    a->stack = stack_of(views, in->n);
    for (size_t i = 0; i < defect_count(); i++) {
        const struct defect *d = defect_at(i);
        struct finding f;
        struct checked l;
        char *note = look_everywhere(d, views, in->n, &f, &l);

        if (l.n_seen)
            a->looked[a->n_looked++] = l;
        if (f.count > 0) {
            f.fix = fix_for(d, a->stack);
            f.evidence = evidence(&f, note, in->runs[f.run].scenario, a->repeated);
            MEM_GROW(a->findings, a->n_findings, findings);
            a->findings[a->n_findings++] = f;
        } else if (f.runs_all > 0 && d->fine) {
            MEM_GROW(clean, n_clean, cap_clean);
            clean[n_clean++] = f;
        }
        free(note);
    }
    find_fine(a, views, in->n, clean, n_clean);
    a->checked = (int)a->n_looked;
    drop_consequences(a);
    mark_listed(a);
    if (a->n_findings)
        qsort(a->findings, a->n_findings, sizeof *a->findings, by_severity);
    set_grade(a, views, in->n);
    find_untested(a, views, in->n);
    find_unproven(a, clean, n_clean);
    free(clean);
    find_dependencies(a, views, in->n);
    find_page(a, views, in->n);
    find_notes(a, views, in->n);
    free(views);
}

static void sentences_free(struct sentences *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->at[i]);
    free(s->at);
}

void audit_free(struct audit *a)
{
    for (size_t i = 0; i < a->n_findings; i++)
        free(a->findings[i].evidence);
    for (size_t i = 0; i < a->n_fine; i++)
        free(a->fine[i]);
    sentences_free(&a->untested);
    sentences_free(&a->dependencies);
    sentences_free(&a->page);
    sentences_free(&a->notes);
    for (size_t i = 0; i < a->n_looked; i++)
        free(a->looked[i].seen);
    free(a->looked);
    free(a->findings);
    free(a->fine);
    free(a->fine_of);
    *a = (struct audit){0};
}
