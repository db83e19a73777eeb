/* The rule about a listening socket that drainctl holds, as systemd does (socket activation): over
 * a restart no client is refused, and those that wait in its queue are served by the next start. */
#include "check/rules.h"

/* It met the restart: answered before it, it says nothing. */
static bool meets_restart(const struct view *l, const struct attempt *a)
{
    return a->end_ns > l->t0_ns;
}

/* What the old process took and dropped is another defect: this is about the socket. */
static bool is_left_out(const struct view *l, const struct attempt *a)
{
    return a->reason == REASON_CONNECT_REFUSED || (is_lost(l, a) && !is_cut(l, a));
}

/* The run that restarts the target came to an end there: the next process was not ready. */
static const struct event *failed_next_start(const struct view *l)
{
    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *other = &l->all[i];
        const struct event *e = next_event(other, EVENT_ERROR, NULL);

        if (view_run_is(other, RUN(RESTART)) && other->t0_ns && e)
            return e;
    }
    return NULL;
}

void find_held_lost(const struct view *l, struct tally *s)
{
    const struct event *failed = view_run_is(l, RUN(MAIN)) ? failed_next_start(l) : NULL;

    if (!l->run->plan.target.socket_activation)
        return;
    if (failed) {
        tally_whole(s, true);
        s->uncounted = true;
        tally_note(s, "it was restarted, and %.200s", failed->text ? failed->text : "");
    }
    if (view_run_is(l, RUN(RESTART)) && l->t0_ns)
        tally_attempts(s, l, LOAD(RESTARTED), meets_restart, is_left_out);
}
