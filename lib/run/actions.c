/* What comes of an action: a restart is a signal, an exit and a start; a replacement is a start,
 * and then an end of the one before. Each step follows from an event of a process. */
#include "run/internal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "run/tell.h"

/* Tell it to go. */
static void end_life(struct life *l, const struct plan_signal *s, int index)
{
    l->told = true;
    target_signal(l->target, index, s->signo, TO_PROCESS);
}

static void begin_start(struct run *r, struct member *m, bool beside)
{
    struct error err = {0};
    if (member_start(m, beside, &err) < 0)
        r->events->broken(r, &err);
}

static void start(struct run *r, struct member *m, const struct plan_signal *s, int index)
{
    (void)s;
    m->busy = index;
    if (m->now)
        life_close(m->now); /* it has exited; action_closed goes on */
    else
        begin_start(r, m, false);
}

static void end(struct run *r, struct member *m, const struct plan_signal *s, int index)
{
    (void)r;
    m->busy = index;
    end_life(m->now, s, index);
}

static void replace(struct run *r, struct member *m, const struct plan_signal *s, int index)
{
    (void)s;
    m->busy = index;
    begin_start(r, m, true);
}

static void command(struct run *r, struct member *m, const struct plan_signal *s, int index)
{
    struct member *c = &r->members[s->command];
    if (s->act == ACT_NOTICE)
        m->now->told = true; /* the run waits for the end that was announced */
    c->busy = index;
    begin_start(r, c, false);
}

static void told(void *arg, const struct error *err)
{
    struct member *m = arg;
    m->tell = NULL;
    m->busy = -1;
    if (err)
        m->run->events->broken(m->run, err);
    m->run->end.check = true;
}

static void tell(struct run *r, struct member *m, const struct plan_signal *s, int index)
{
    char *path = mem_printf("%s/%s.sock", r->place.folder, m->name);
    char *line =
        mem_printf("set server servers/%s state %s", plan_process_name(r->plan, (size_t)s->server),
                   proxy_state_words[s->state]);
    m->busy = index;
    m->tell = tell_begin(&r->loop, m->name, path, line, told, m);
    free(path);
    free(line);
}

static const struct {
    void (*begin)(struct run *r, struct member *m, const struct plan_signal *s, int index);
    bool needs; /* a process that runs */
} acts[ACT_COUNT] = {
    [ACT_RESTART] = {end, true}, [ACT_REPLACE] = {replace, true}, [ACT_START] = {start, false},
    [ACT_STOP] = {end, true},    [ACT_NOTICE] = {command, true},  [ACT_RUN] = {command, false},
    [ACT_TELL] = {tell, true},
};

bool action_is_possible(const struct run *r, size_t index)
{
    const struct plan_signal *s = &r->plan->signals[index];
    const struct member *m = &r->members[s->process];
    bool runs = member_running(m);
    if (s->act == ACT_START)
        return !runs && m->busy < 0;
    return (!acts[s->act].needs || runs) && (m->busy < 0 || s->act == ACT_RUN);
}

void action_begin(struct run *r, size_t index)
{
    const struct plan_signal *s = &r->plan->signals[index];
    struct member *m = &r->members[s->process];
    journal_add(r->journal, &(struct event){.kind = EVENT_ACTION,
                                            .index = (int64_t)index,
                                            .act = s->act,
                                            .process = s->process ? m->name : NULL,
                                            .life = m->now ? m->now->number : m->lives});
    acts[s->act].begin(r, m, s, (int)index);
}

/* The one before has handed over its socket, or is told now. */
static void end_before(struct life *l, int index)
{
    struct run *r = l->of->run;
    const struct plan_signal *s = &r->plan->signals[index];
    struct life *old = l->before;
    if (!old || old->exited)
        return;
    if (l->plan.kind != TARGET_REFERENCE || l->plan.socket_activation) {
        end_life(old, s, index);
        return;
    }
    old->told = true;
    journal_add(
        &old->journal,
        &(struct event){.kind = EVENT_HANDOVER, .index = index, .pid = target_pid(old->target)});
}

void action_ready(struct life *l)
{
    struct member *m = l->of;
    if (m->busy < 0)
        return;
    enum act act = m->run->plan->signals[m->busy].act;
    if (act == ACT_REPLACE)
        end_before(l, m->busy);
    if (act != ACT_REPLACE || !l->before)
        m->busy = -1;
    m->run->end.check = true;
}

/* The old one of a replacement may be gone before the new one is ready: it is over with both. */
static bool is_over(const struct member *m, enum act act)
{
    return act == ACT_STOP || act == ACT_RUN || act == ACT_NOTICE ||
           (act == ACT_REPLACE && m->now && m->now->ready && !m->now->before);
}

void action_exited(struct life *l, int code, int signo)
{
    (void)code, (void)signo;
    /* what it has left is noted now, and its place is free for the next one */
    if (l->of->busy >= 0 || l->before || l->of->now != l)
        life_close(l);
}

/* What comes after the end: the start, or first the deploy, which is a process of its own. */
static void go_on(struct member *m, const struct plan_signal *s)
{
    struct run *r = m->run;
    bool deployed = (int)m->index == s->command;
    struct member *next = &r->members[deployed || s->command < 0 ? s->process : s->command];
    next->busy = m->busy;
    if (deployed)
        m->busy = -1;
    begin_start(r, next, false);
}

void action_closed(struct member *m)
{
    if (m->busy < 0)
        return;
    const struct plan_signal *s = &m->run->plan->signals[m->busy];
    enum act act = s->act;
    if ((act == ACT_RESTART || act == ACT_START) && !m->now)
        go_on(m, s);
    else if (is_over(m, act))
        m->busy = -1;
    m->run->end.check = true;
}
