/* What a rule sees in one run. */
#include "check/look.h"

#include <stdarg.h>
#include <stdio.h>

void sight_add_attempt(struct sight *s, int64_t id)
{
    if (s->n_attempts < EVIDENCE_ATTEMPTS)
        s->attempts[s->n_attempts++] = id;
}

void sight_doubt(struct sight *s, const struct look *l, const struct attempt *a)
{
    static attempt_test *const true_of_it[] = {
        [CLAIM_NONE] = any_attempt,
        [CLAIM_TOLD] = is_told,
        [CLAIM_ANSWERED] = is_answered,
    };

    s->doubts += !true_of_it[s->claim](l, a);
}

void sight_attempts(struct sight *s, const struct look *l, load_set loads, attempt_test *of,
                    attempt_test *bad)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (!load_in(l, a, loads) || a->outcome == OUTCOME_CLIENT_LIMIT || !of(l, a))
            continue;
        s->of++;
        if (bad(l, a)) {
            s->count++;
            sight_add_attempt(s, a->id);
        } else {
            sight_doubt(s, l, a);
        }
    }
}

void sight_whole(struct sight *s, bool bad)
{
    s->of++;
    s->count += bad;
}

void sight_note(struct sight *s, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(s->note, sizeof s->note, fmt, args);
    va_end(args);
}
