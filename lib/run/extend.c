/* Time that the target asks for in its drain. */
#include "run/internal.h"

#include <signal.h>

#include "base/clock.h"

/* As systemd does with the time that TimeoutStopSec= gives (sd_notify(3), EXTEND_TIMEOUT_USEC=). */
void moments_extend(struct run *r, int process, int64_t ns)
{
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        if (s->state == SIGNAL_WAITING && s->plan->act == ACT_SIGNAL && s->plan->signo == SIGKILL &&
            s->plan->process == process && s->plan->when.kind == WHEN_AFTER &&
            uv_is_active((uv_handle_t *)&s->timer) &&
            (int64_t)uv_timer_get_due_in(&s->timer) * NS_PER_MS < ns)
            moments_start_timer(s, ns);
    }
}
