/* What a rule sees in one run. */
#include "check/view.h"

#include <stdarg.h>
#include <stdio.h>

void tally_add_attempt(struct tally *s, int64_t id)
{
    if (s->n_attempts < EVIDENCE_ATTEMPTS)
        s->attempts[s->n_attempts++] = id;
}

void tally_doubt(struct tally *s, const struct view *l, const struct attempt *a)
{
    static attempt_test *const true_of_it[] = {
        [CLAIM_NONE] = any_attempt,
        [CLAIM_TOLD] = is_told,
        [CLAIM_ANSWERED] = is_answered,
    };

    s->doubts += !true_of_it[s->claim](l, a);
}

void tally_one(struct tally *s, const struct view *l, const struct attempt *a, bool bad)
{
    s->of++;
    if (bad) {
        s->count++;
        tally_add_attempt(s, a->id);
    } else {
        tally_doubt(s, l, a);
    }
}

void tally_attempts(struct tally *s, const struct view *l, load_set loads, attempt_test *of,
                    attempt_test *bad)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (!load_in(l, a, loads) || a->outcome == OUTCOME_CLIENT_LIMIT || !of(l, a))
            continue;
        tally_one(s, l, a, bad(l, a));
    }
}

void tally_whole(struct tally *s, bool bad)
{
    s->of++;
    s->count += bad;
}

void tally_note(struct tally *s, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(s->note, sizeof s->note, fmt, args);
    va_end(args);
}
