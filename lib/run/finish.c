/* The end of a run: loads first, then processes, then the journal's last line. */
#include "run/internal.h"

#include "load/registry.h"

static void close_handles(struct run *r)
{
    uv_close((uv_handle_t *)&r->clock.timeout, NULL);
    uv_close((uv_handle_t *)&r->clock.ticker, NULL);
    uv_close((uv_handle_t *)&r->clock.pulse, NULL);
    uv_close((uv_handle_t *)&r->clock.turn, NULL);
    for (size_t i = 0; i < ARRAY_LEN(r->stop.on); i++)
        uv_close((uv_handle_t *)&r->stop.on[i], NULL);
    announce_close(r);
    moments_close(r);
    schedule_close(r);
}

void run_lives_closed(struct run *r)
{
    if (r->open_lives || r->loads || r->registry || r->end.closed)
        return;
    r->end.closed = true;
    looks_end(r->beside.looks);
    journal_add(r->journal, &(struct event){.kind = EVENT_RUN_END, .run_end = r->end.how});
    close_handles(r);
}

static void registry_closed(void *arg)
{
    struct run *r = arg;
    r->registry = NULL;
    members_close(r);
    run_lives_closed(r);
}

static void loads_closed(void *arg)
{
    struct run *r = arg;
    r->loads = NULL;
    registry_close(r->registry, registry_closed, r);
}

void run_finish(struct run *r, enum run_end why)
{
    if (r->stage == STAGE_ENDING)
        return;
    r->stage = STAGE_ENDING;
    r->end.how = why;
    rest_stop(r);
    page_stop(r);
    if (!r->stop.by)
        announce_mark(r, !r->loads              ? RUN_NOT_READY
                         : r->end.target_exited ? RUN_TARGET_GONE
                                                : RUN_NO_MOMENT);
    if (r->loads)
        loads_abort(r->loads);
    members_note_kills(r);
    if (r->loads)
        loads_free(r->loads, loads_closed, r);
    else
        loads_closed(r);
}

void run_fail(struct run *r, const struct error *err)
{
    journal_add(r->journal,
                &(struct event){.kind = EVENT_ERROR, .text = err->text, .why = err->hint});
    run_finish(r, RUN_END_ERROR);
}
