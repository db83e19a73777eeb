#include "session/places.h"

#include "base/clock.h"

/* A run beside others has done what is a matter of milliseconds this time after its signal: second
 * signals have been sent. Only then may one begin that wants to be alone. */
static const int64_t settled_ns = 200 * NS_PER_MS;

struct sum {
    size_t alive, at_work;
    bool apart;         /* one of them is */
    int64_t alone_till; /* none begins before; INT64_MAX: not yet known */
    int64_t settled_at; /* when the last of them has done what matters */
};

static void later(int64_t *at_ns, int64_t than_ns)
{
    if (than_ns > *at_ns)
        *at_ns = than_ns;
}

static struct sum sum_up(const struct place *places, size_t count)
{
    struct sum s = {0};
    for (size_t i = 0; i < count; i++) {
        const struct place *p = &places[i];
        bool at_work = p->state == PLACE_AT_WORK;
        if (!at_work && p->state != PLACE_WAITING)
            continue;
        s.alive++;
        s.at_work += at_work;
        s.apart |= p->apart;
        if (p->alone_ns > 0)
            later(&s.alone_till, at_work ? INT64_MAX : p->signalled_ns + p->alone_ns);
        later(&s.settled_at, at_work ? INT64_MAX : p->signalled_ns + settled_ns);
    }
    return s;
}

static int first_to_come(const struct place *places, size_t count, bool apart)
{
    for (size_t i = 0; i < count; i++)
        if (places[i].state == PLACE_TO_COME && places[i].apart == apart)
            return (int)i;
    return PLACE_NONE;
}

int places_next(const struct place *places, size_t count, const struct place_limits *limits,
                int64_t now_ns, int64_t *again_ns)
{
    int next = first_to_come(places, count, false);
    if (next == PLACE_NONE)
        next = first_to_come(places, count, true);
    *again_ns = INT64_MAX;
    if (next == PLACE_NONE)
        return PLACE_NONE;

    struct sum s = sum_up(places, count);
    const struct place *p = &places[next];
    if (s.apart || (p->apart && s.alive > 0) || s.alive >= limits->alive ||
        (p->alone_ns == 0 && s.at_work >= limits->at_work))
        return PLACE_NONE;
    int64_t from_ns = s.alone_till;
    if (p->alone_ns > 0)
        later(&from_ns, s.settled_at);
    if (now_ns >= from_ns)
        return next;
    *again_ns = from_ns;
    return PLACE_NONE;
}
