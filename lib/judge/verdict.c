/* From all that is known to one of three words, and a sentence that says why. The grounds stand in
 * a table in the order of judge.h; the first that applies decides. */
#include "judge/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/duration.h"
#include "base/signame.h"
#include "judge/missing.h"
#include "judge/usual_time.h"

static const char *first_signal_name(const struct run_verdict *v)
{
    return v->first.told ? v->first.told : "the signal";
}

static bool not_carried_out(const struct run_verdict *v, const struct run_facts *f,
                            struct ground_text *t)
{
    (void)v;
    if (!f->course.error)
        return false;
    bool said = f->course.error->text && f->course.error->text[0];
    buf_adds(&t->why, said ? f->course.error->text : "the run could not be carried out");
    buf_adds(&t->hint, f->course.error->why ? f->course.error->why : "");
    return true;
}

/* A signal that hit no process is no signal; t0_ns does not count those. */
static bool gone_before_signal(const struct run_verdict *v, const struct run_facts *f,
                               struct ground_text *t)
{
    (void)v;
    if (f->plan->several)
        return missing_gone_untold(f, t);
    if (!f->exit.own || f->plan->n_signals == 0 || (f->t0_ns && f->exit.own->t_ns >= f->t0_ns))
        return false;
    buf_adds(&t->why, "the target ");
    missing_add_exit(&t->why, f->exit.own);
    buf_addf(&t->why, " before %s was sent", signame_name(f->plan->signals[0].signo));
    buf_adds(&t->hint, "its own output says more; it must live until its signal comes");
    return true;
}

static const struct limit_hint {
    enum reason reason;
    const char *hint;
} limit_hints[] = {
    {REASON_NO_FD, "raise the limit on descriptors (ulimit -n), or ask for fewer clients"},
    {REASON_NO_PORT, "reuse connections, or ask for fewer clients"},
    {REASON_NO_MEMORY, "ask for fewer clients, or give this machine more memory"},
    {REASON_DNS, "give the target's address as a number"},
};

static bool at_client_limit(const struct run_verdict *v, const struct run_facts *f,
                            struct ground_text *t)
{
    (void)f;
    int64_t counts[REASON_COUNT] = {0}, all = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        if (v->attempts[i].outcome == OUTCOME_CLIENT_LIMIT) {
            counts[v->attempts[i].reason]++;
            all++;
        }
    }
    if (!all)
        return false;
    buf_addf(&t->why, "the client, not the target, was at its limit in %lld %s", (long long)all,
             plural(all, "attempt", "attempts"));
    const char *sep = " (";
    for (size_t i = 0; i < ARRAY_LEN(limit_hints); i++) {
        int64_t n = counts[limit_hints[i].reason];
        if (!n)
            continue;
        buf_addf(&t->why, "%s%lld %s", sep, (long long)n, reason_words[limit_hints[i].reason].word);
        if (!t->hint.len)
            buf_adds(&t->hint, limit_hints[i].hint);
        sep = ", ";
    }
    buf_addc(&t->why, ')');
    return true;
}

static bool sums_wrong(const struct run_verdict *v, const struct run_facts *f,
                       struct ground_text *t)
{
    bool wrong = f->course.stray != 0;
    for (size_t i = 0; i < v->n_loads; i++)
        wrong = wrong || !v->loads[i].adds_up;
    if (!wrong)
        return false;
    buf_adds(&t->why, "the journal does not add up");
    if (f->course.stray)
        buf_addf(&t->why, ": %lld %s to no attempt", (long long)f->course.stray,
                 plural(f->course.stray, "event belongs", "events belong"));
    buf_adds(&t->hint, "this journal was changed, or is not drainctl's");
    return true;
}

static bool expectation_broken(const struct run_verdict *v, const struct run_facts *f,
                               struct ground_text *t)
{
    (void)f;
    size_t broken = 0;
    const struct expectation_verdict *first = NULL;
    for (size_t i = 0; i < v->expectations.n; i++) {
        if (v->expectations.at[i].value == VERDICT_FAILED) {
            first = first ? first : &v->expectations.at[i];
            broken++;
        }
    }
    if (!first)
        return false;
    if (broken == 1)
        buf_addf(&t->why, "'%s' did not hold: %s", first->text, first->observed);
    else
        buf_addf(&t->why, "%zu of %zu expectations did not hold; the first, '%s': %s", broken,
                 v->expectations.n, first->text, first->observed);
    return true;
}

static bool interrupted(const struct run_verdict *v, const struct run_facts *f,
                        struct ground_text *t)
{
    (void)v;
    if (f->course.interrupted)
        buf_adds(&t->why, "the run was interrupted");
    return f->course.interrupted;
}

static bool cut_short(const struct run_verdict *v, const struct run_facts *f, struct ground_text *t)
{
    char text[32];
    if (!f->h->cut)
        return false;
    int64_t from_ns = f->t0_ns ? f->t0_ns : f->course.first_ns;
    buf_addf(&t->why, "the journal was cut: it ends %s after ",
             duration_human(f->course.last_ns - from_ns, text, sizeof text));
    buf_adds(&t->why, f->t0_ns ? first_signal_name(v) : "it began");
    buf_adds(&t->hint, "drainctl was killed, or is still writing it; run it again");
    return true;
}

/* What run-end says when the run came to its own end is fine; signal_missing has a better sentence
 * for the moment that never came. */
static bool ended_early(const struct run_verdict *v, const struct run_facts *f,
                        struct ground_text *t)
{
    char text[32];
    (void)v;
    int64_t why = f->course.end ? f->course.end->run_end : RUN_END_NONE;
    if (why == RUN_END_NONE || why == RUN_END_COMPLETE || why == RUN_END_NO_MOMENT)
        return false;
    if (why == RUN_END_TIMEOUT) {
        buf_addf(&t->why, "the run was not over after %s, its time limit",
                 duration_format(f->plan->timeout_ns, text, sizeof text));
        buf_adds(&t->hint, "expect an exit to judge this, or give the run more time");
    } else {
        buf_addf(&t->why, "the run ended early: %s", event_word(run_end_words, why));
        buf_adds(&t->hint, "the journal does not hold the whole run");
    }
    return true;
}

/* A path that takes this long is in flight while the target is seen to be at rest; one that takes
 * less than the other is so only on a machine that is too busy. */
static const double slow_enough_ms = 250, not_slow_ms = 150;

/* A check has no moment of the user's: what is wrong is the path that was said to be slow. */
static bool is_not_slow(const struct run_verdict *v, const struct run_facts *f, double limit_ms,
                        struct ground_text *t)
{
    if (!f->plan->audit || !f->plan->n_signals || f->plan->signals[0].when.kind != WHEN_IN_FLIGHT)
        return false;
    int64_t index = f->plan->signals[0].when.load;
    const struct load_verdict *load = &v->loads[index];
    char what[32];
    double ms = usual_ms(v, f->t0_ns, index, limit_ms);
    if (!load->n_reasons || ms < 0)
        return false;
    reason_text(load->reasons[0].reason, load->reasons[0].status, what, sizeof what);
    buf_addf(&t->why, "nothing was in flight, so nothing is proven: '%s' was over in %.1f ms (%s)",
             f->plan->loads[index].path, ms, what);
    buf_adds(&t->hint, "give a path that exists and takes a second or two");
    return true;
}

static bool was_not_slow(const struct run_verdict *v, const struct run_facts *f,
                         struct ground_text *t)
{
    return is_not_slow(v, f, not_slow_ms, t);
}

/* Without a first signal there was no shutdown, and nothing expected of one is broken. */
static bool no_signal_at_all(const struct run_verdict *v, const struct run_facts *f,
                             struct ground_text *t)
{
    if (f->plan->n_signals == 0 || f->t0_ns || f->course.partial || !missing_is_possible(f->plan))
        return false;
    if (is_not_slow(v, f, slow_enough_ms, t))
        return true;
    missing_add(f, 0, t);
    buf_adds(&t->hint, "choose a moment that this load reaches");
    return true;
}

static bool signal_missing(const struct run_verdict *v, const struct run_facts *f,
                           struct ground_text *t)
{
    (void)v;
    for (size_t i = 0; i < f->plan->n_signals; i++) {
        if (!missing_signal(f, i))
            continue;
        missing_add(f, i, t);
        return true;
    }
    return false;
}

static bool nothing_in_flight(const struct run_verdict *v, const struct run_facts *f,
                              struct ground_text *t)
{
    /* a run without loads looks at the target alone, and expects nothing of requests */
    bool none = f->plan->n_signals == 0 || (f->plan->several && !f->t0_ns);
    if (none || v->first.open > 0 || !f->plan->n_loads)
        return false;
    buf_addf(&t->why, "nothing was in flight at %s", first_signal_name(v));
    buf_adds(&t->hint, "make requests that last, or choose the moment by \"in_flight\"");
    return true;
}

static bool idle_load(const struct run_verdict *v, const struct run_facts *f, struct ground_text *t)
{
    (void)f;
    for (size_t i = 0; i < v->n_loads; i++) {
        if (v->loads[i].attempts > 0)
            continue;
        buf_addf(&t->why, "load '%s' made no attempt", v->loads[i].name);
        return true;
    }
    return false;
}

static bool freeze_empty(const struct run_verdict *v, const struct run_facts *f,
                         struct ground_text *t)
{
    (void)v;
    if (f->freeze.held != 0)
        return false;
    buf_adds(&t->why, "the freeze held nothing: no request lay in the kernel when the target was "
                      "stopped");
    return true;
}

static bool no_sample(const struct run_verdict *v, const struct run_facts *f, struct ground_text *t)
{
    (void)f;
    for (size_t i = 0; i < v->expectations.n; i++) {
        const struct expectation_verdict *x = &v->expectations.at[i];
        if (x->value != VERDICT_INCONCLUSIVE)
            continue;
        buf_addf(&t->why, "nothing decides '%s': %s", x->text, x->observed);
        return true;
    }
    return false;
}

static bool nothing_expected(const struct run_verdict *v, const struct run_facts *f,
                             struct ground_text *t)
{
    (void)f;
    if (v->expectations.n > 0)
        return false;
    buf_adds(&t->why, "nothing was expected");
    buf_adds(&t->hint, "add \"expect\" to the scenario");
    return true;
}

/* `audit`: also for a run that expects nothing because it is material for an audit (plan.audit); it
 * passes when it was carried out and something was in flight. */
static const struct ground_row {
    bool (*applies)(const struct run_verdict *v, const struct run_facts *f, struct ground_text *t);
    enum verdict_value value;
    bool audit;
} grounds[GROUND_COUNT] = {
    [GROUND_NOT_CARRIED_OUT] = {not_carried_out, VERDICT_INCONCLUSIVE, true},
    [GROUND_GONE_BEFORE_SIGNAL] = {gone_before_signal, VERDICT_INCONCLUSIVE, true},
    [GROUND_CLIENT_LIMIT] = {at_client_limit, VERDICT_INCONCLUSIVE, true},
    [GROUND_SUMS_WRONG] = {sums_wrong, VERDICT_INCONCLUSIVE, true},
    [GROUND_NO_SIGNAL] = {no_signal_at_all, VERDICT_INCONCLUSIVE, true},
    [GROUND_NOT_SLOW] = {was_not_slow, VERDICT_INCONCLUSIVE, true},
    [GROUND_BROKEN] = {expectation_broken, VERDICT_FAILED, true},
    [GROUND_INTERRUPTED] = {interrupted, VERDICT_INCONCLUSIVE, true},
    [GROUND_JOURNAL_CUT] = {cut_short, VERDICT_INCONCLUSIVE, true},
    [GROUND_ENDED_EARLY] = {ended_early, VERDICT_INCONCLUSIVE, false},
    [GROUND_SIGNAL_MISSING] = {signal_missing, VERDICT_INCONCLUSIVE, false},
    [GROUND_NOTHING_IN_FLIGHT] = {nothing_in_flight, VERDICT_INCONCLUSIVE, true},
    [GROUND_IDLE_LOAD] = {idle_load, VERDICT_INCONCLUSIVE, false},
    [GROUND_FREEZE_EMPTY] = {freeze_empty, VERDICT_INCONCLUSIVE, true},
    [GROUND_NO_SAMPLE] = {no_sample, VERDICT_INCONCLUSIVE, false},
    [GROUND_NOTHING_EXPECTED] = {nothing_expected, VERDICT_INCONCLUSIVE, false},
};

#define GROUND_WORD(id, word, sentence) [GROUND_##id] = word,
const char *const ground_words[GROUND_COUNT] = {GROUND_MAP(GROUND_WORD)};

void verdict_form(struct run_verdict *v, const struct run_facts *f)
{
    struct ground_text t;
    buf_init(&t.why, 64 * 1024);
    buf_init(&t.hint, 64 * 1024);
    v->value = VERDICT_PASSED;
    for (int g = GROUND_NONE + 1; g < GROUND_COUNT; g++) {
        if ((grounds[g].audit || !f->plan->audit) && grounds[g].applies(v, f, &t)) {
            v->value = grounds[g].value;
            v->because.ground = (enum ground)g;
            break;
        }
    }
    v->because.why = t.why.len ? buf_take(&t.why) : NULL;
    v->because.hint = t.hint.len ? buf_take(&t.hint) : NULL;
    buf_free(&t.why);
    buf_free(&t.hint);
}
