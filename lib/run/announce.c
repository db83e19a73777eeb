/* So many requests are in flight: said once they are all out of the target's accept queue, since a
 * request that still lies there has not reached the server. */
#include "run/internal.h"

enum { QUEUE_CHECK_MS = 1 };

static void check(struct run *r);

static void on_timer(uv_timer_t *timer)
{
    check(timer->data);
}

static void check(struct run *r)
{
    int64_t in_flight = 0;
    if (r->stage == STAGE_ENDING) /* its loads may be gone */
        return;
    int64_t queued = 0;
    for (size_t i = 0; i < r->plan->n_loads; i++) {
        in_flight += loads_counts(r->loads, (int)i).in_flight;
        queued += run_queue_depth(r, (int)i);
    }
    if (in_flight <= r->announce.most)
        return;
    if (queued > 0) {
        uv_timer_start(&r->announce.timer, on_timer, QUEUE_CHECK_MS, 0);
        return;
    }
    r->announce.most = in_flight;
    r->options->in_flight(r->options->arg, in_flight);
}

void announce_step(struct run *r, enum phase phase)
{
    if (r->options->in_flight && phase == PHASE_WAITING)
        check(r);
}

void announce_init(struct run *r)
{
    uv_timer_init(&r->loop, &r->announce.timer);
    r->announce.timer.data = r;
}

void announce_close(struct run *r)
{
    uv_close((uv_handle_t *)&r->announce.timer, NULL);
}

void announce_mark(struct run *r, enum run_mark mark)
{
    if (r->announce.mark != RUN_STARTED)
        return;
    r->announce.mark = mark;
    if (r->options->marked)
        r->options->marked(r->options->arg, mark);
}
