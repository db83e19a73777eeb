/* The target's processes as the history shows them, and when drainctl itself was held up. */
#include "judge/facts.h"

#include <string.h>

static const char *known(const char *text)
{
    return text ? text : "";
}

static void on_start(struct run_facts *f, const struct event *e)
{
    if (f->main.pid)
        return;
    f->main.pid = e->pid;
    f->main.command = known(e->text);
}

static void on_listen(struct run_facts *f, const struct event *e)
{
    if (f->owner.pid)
        return;
    f->owner.pid = e->owner;
    f->owner.command = known(e->text);
}

/* A process may change its command line: the last one says what it became. */
static void on_process(struct run_facts *f, const struct event *e)
{
    struct process_facts *of = e->pid == f->main.pid    ? &f->main
                               : e->pid == f->owner.pid ? &f->owner
                                                        : NULL;
    if (of && e->text && *e->text) {
        of->command = e->text;
        of->built = known(e->how);
    }
}

/* Later ones are of later signals. */
static void on_disposition(struct run_facts *f, const struct event *e)
{
    struct process_facts *of = e->role == ROLE_MAIN ? &f->main : &f->owner;
    if (!of->disposition)
        of->disposition = (enum disposition)e->disposition;
}

static void on_stall(struct run_facts *f, const struct event *e)
{
    if (f->stalls.n < STALLS_MOST)
        f->stalls.at[f->stalls.n++] = (struct stall){e->at, e->t_ns};
    else
        f->stalls.at[STALLS_MOST - 1].to_ns = e->t_ns;
}

typedef void on_event(struct run_facts *f, const struct event *e);

static on_event *const identities[EVENT_COUNT] = {
    [EVENT_TARGET_START] = on_start,
    [EVENT_TARGET_LISTEN] = on_listen,
};

static on_event *const others[EVENT_COUNT] = {
    [EVENT_PROCESS] = on_process,
    [EVENT_DISPOSITION] = on_disposition,
    [EVENT_STALL] = on_stall,
};

static void each_event(struct run_facts *f, on_event *const *handlers)
{
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (handlers[e->kind] && is_about(f, e))
            handlers[e->kind](f, e);
    }
}

void facts_of_processes(struct run_facts *f)
{
    f->main = f->owner = (struct process_facts){.command = "", .built = ""};
    each_event(f, identities); /* which process is which must be known before what it did */
    each_event(f, others);
}
