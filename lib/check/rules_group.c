/* Rules about a signal to the whole process group, as systemd and a terminal send it. */
#include "check/rules.h"

#include <string.h>

#define MS(n) ((int64_t)(n)*1000000)

/* Which processes went with the signal. */
struct deaths {
    int64_t workers, helpers;
    const char *helper; /* the command of one */
};

static const struct event *birth_of(const struct view *l, int64_t pid)
{
    const struct event *birth = NULL;

    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS, e));)
        if (e->pid == pid && e->text) /* of one that runs another program by now: the last */
            birth = e;
    return birth;
}

static bool is_same_program(const char *a, const char *b)
{
    char one[64], other[64];

    return strcmp(command_word(a, 0, one, sizeof one), command_word(b, 0, other, sizeof other)) ==
           0;
}

/* Started for a request: while the clients were there, and another program than the server. A
 * worker is forked from it, or was there before. */
static bool is_helper(const struct view *l, const struct event *birth)
{
    const struct event *begin = next_event(l, EVENT_LOADS_START, NULL);

    return begin && birth->t_ns > begin->t_ns && birth->t_ns < l->t0_ns &&
           !is_same_program(birth->text, l->facts->main.command) &&
           !is_same_program(birth->text, l->facts->owner.command);
}

static void count_deaths(const struct view *l, struct deaths *d)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS_GONE, e));) {
        const struct event *birth = birth_of(l, e->pid);

        if (!birth || e->t_ns < l->t0_ns ||
            e->t_ns > l->t0_ns + MS(500) + view_held_ns(l, l->t0_ns, e->t_ns))
            continue;
        if (is_helper(l, birth)) {
            d->helpers++;
            d->helper = birth->text;
        } else {
            d->workers++;
        }
    }
}

/* What served was still there when the requests were lost: what it had started for them was not.
 * Where nothing was lost, group-signal-kills-workers says that. */
void find_group_helpers(const struct view *l, struct tally *s)
{
    struct tally lost = *s;
    struct deaths d = {0};

    find_more_than_main(l, &lost, RUN(GROUP));
    if (lost.count)
        count_deaths(l, &d);
    if (d.workers || !d.helpers)
        return;
    *s = lost;
    tally_note(s,
               "%lld of the processes that it started for requests died of the signal, such as "
               "'%.60s'",
               (long long)d.helpers, d.helper);
}
