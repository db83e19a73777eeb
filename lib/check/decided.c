#include "check/decided.h"

#include "base/attr.h"
#include "check/rules.h"

/* Once may be luck of another kind, such as a machine that was busy. */
enum { TRIES_ENOUGH = 2 };

static const run_set races[] = {
    QUEUE_TRIES,
    ACCEPT_TURNS_TRIES,
    RUN(KEEPALIVE_RACE) | KEPT_AFTER_TRIES | KEPT_TURNS_TRIES | KEPT_WORKERS_TRIES,
};
_Static_assert(ARRAY_LEN(races) == RACES, "one for each kind");

static bool shows_loss(const struct view *l)
{
    for (size_t i = 0; i < defect_count(); i++) {
        const struct defect *d = defect_at(i);
        struct tally s = {.severity = d->severity, .claim = d->claim};

        if (d->luck != LUCK_NONE)
            d->find(l, &s);
        if (s.count > 0)
            return true;
    }
    return false;
}

void decided_add(struct decided *d, const struct run_verdict *run)
{
    const struct audit_input one = {.runs = run, .n = 1};
    struct view l;

    view_init(&l, &one);
    if (!l.usable || !view_run_is(&l, ANY_TRY) || !shows_loss(&l))
        return;
    for (size_t i = 0; i < RACES; i++)
        d->seen[i] += view_run_is(&l, races[i]);
}

bool decided_is_needless(const struct decided *d, const char *scenario)
{
    run_set run = run_named(scenario) & ANY_TRY_AGAIN;

    for (size_t i = 0; i < RACES; i++)
        if ((run & races[i]) && d->seen[i] >= TRIES_ENOUGH)
            return true;
    return false;
}
