#include "server/life/announce.h"

#include "base/attr.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/utc.h"
#include "server/internal.h"
#include "server/registry/registry.h"
#include "server/routes/events.h"

static const struct notice_rules *rules(const struct server *s)
{
    return &s->options->notice.rules;
}

/* What has been reached is logged once, and done. */
static void take_step(struct server *s, enum notice_step step)
{
    s->notice.done |= 1U << step;
    server_log(s, "notice: %s", notice_step_name(step));
    if (step == NOTICE_TELL_SUBSCRIPTIONS)
        events_end_all(s);
    else if (step == NOTICE_DRAIN)
        drain_begin(s, 0);
}

static void go_on(struct server *s)
{
    for (int step = 0; step < NOTICE_STEPS; step++) {
        bool due = notice_reached(&s->notice.plan, rules(s), (enum notice_step)step, clock_ns());
        if (due && !(s->notice.done & (1U << step)) && s->life.now == LIFE_RUNNING)
            take_step(s, (enum notice_step)step);
    }
    int64_t next = notice_next_ns(&s->notice.plan, rules(s), clock_ns());
    if (next != TIMERS_NEVER && s->life.now == LIFE_RUNNING)
        timers_set(&s->timers, &s->notice.timer, next);
    else
        timers_clear(&s->timers, &s->notice.timer);
}

static void on_step(struct timer *t)
{
    go_on(CONTAINER_OF(t, struct server, notice.timer));
}

int announce_plan(struct server *s, const char *in, const char *at, struct error *err)
{
    char when[32], left[32];
    struct notice plan;
    if (s->life.now != LIFE_RUNNING)
        return error_set(err, ERROR_RUN, "the server is %s already", life_name(s->life.now));
    if (notice_plan(&plan, in, at, clock_ns(), clock_unix_ns(), err) < 0)
        return -1;
    bool moved = s->notice.plan.scheduled;
    s->notice.plan = plan;
    s->notice.done = 0;
    s->notice.timer.fire = on_step;
    server_log(s, "notice: shutdown %s %s, in %s", moved ? "moved to" : "at",
               utc_format(plan.at_unix_ns, when, sizeof when),
               duration_human(plan.at_ns - clock_ns(), left, sizeof left));
    registry_mark(s, true);
    events_maintenance(s);
    /* the steps that are reached already are taken in this turn of the loop, after the answer to
     * the one that asked for it */
    timers_set(&s->timers, &s->notice.timer, clock_ns());
    return 0;
}

void announce_default(struct server *s)
{
    char in[32];
    struct error err = {0};
    duration_format(s->options->notice.default_ns, in, sizeof in);
    if (s->notice.plan.scheduled)
        server_log(s, "notice: SIGUSR1 changes nothing, a shutdown is planned already");
    else if (announce_plan(s, in, NULL, &err) < 0)
        server_log(s, "notice: SIGUSR1 changes nothing, %s", err.text);
}

bool announce_cancel(struct server *s)
{
    if (!s->notice.plan.scheduled || s->life.now != LIFE_RUNNING)
        return false;
    s->notice.plan = (struct notice){.scheduled = false};
    s->notice.done = 0;
    timers_clear(&s->timers, &s->notice.timer);
    server_log(s, "notice: the shutdown is called off");
    registry_mark(s, false);
    events_maintenance(s);
    return true;
}
