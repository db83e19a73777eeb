/* From ports to processes: the members of a run, their lives, and what those tell. */
#include "run/internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "base/url.h"
#include "run/tell.h"

/* --- ports and names --- */

/* The port that ${port} stands for: a free one, unless the URL names one. 0: there is none. */
static int choose_port(const struct plan_target *t, int *claimed)
{
    if (!t->url) /* a process that is only followed */
        return 0;
    if (strstr(t->url, "${port}") || unix_address_is(t->url))
        return target_free_port(claimed); /* for ${port} and PORT, also beside a Unix socket */
    struct url u = url_split(t->url);
    int port = url_port(&u, 80);
    return port > 0 ? port : 80;
}

/* For notices, and for a look at its gauge. */
static bool needs_control(const struct plan *plan, size_t index)
{
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].act == ACT_NOTICE && plan->signals[i].process == (int)index)
            return true;
    for (size_t i = 0; i < plan->n_expects; i++)
        if (plan->expects[i].kind == EXPECT_POOL && plan->expects[i].whose.process == (int)index)
            return true;
    return false;
}

/* Said before anything starts. */
static bool proxy_is_there(const struct member *m, const struct plan_target *t, struct error *err)
{
    char *found = program_find(t->argv[0]);
    bool there = found != NULL;
    free(found);
    if (!there) {
        error_set(err, ERROR_RUN, "service '%s' needs the program '%s', which is not to be found",
                  m->name, t->argv[0]);
        error_hint(err, "install %s, or name the file: \"program\": \"/opt/%s\"",
                   proxy_titles[m->proxy], proxy_words[m->proxy - 1]);
    }
    return there;
}

static int init_member(struct run *r, size_t index, struct error *err)
{
    struct member *m = &r->members[index];
    const struct plan_target *t = plan_process(r->plan, index);
    const struct plan_process *p = index ? &r->plan->others.at[index - 1] : NULL;
    *m = (struct member){.run = r, .index = index, .port_fd = -1, .control_fd = -1, .busy = -1};
    m->socket.fd = -1;
    m->name = plan_process_name(r->plan, index);
    m->service = p && p->service;
    m->action = p && p->action;
    m->proxy = p ? p->proxy : PROXY_NONE;
    m->port = r->place.ports[index] = choose_port(t, &m->port_fd);
    if (m->proxy && !proxy_is_there(m, t, err))
        return -1;
    bool none = m->port == 0 && t->url;
    if (needs_control(r->plan, index))
        none |= (m->control = target_free_port(&m->control_fd)) == 0;
    if (!none)
        return 0;
    error_set(err, ERROR_RUN, "no free port could be found for ${port}");
    return error_hint(err, "name one in the target's url: http://127.0.0.1:8080");
}

int members_init(struct run *r, struct error *err)
{
    size_t n = plan_process_count(r->plan);
    r->members = mem_zero(n, sizeof *r->members);
    r->place.ports = mem_zero(n, sizeof *r->place.ports);
    r->place.urls = mem_zero(n, sizeof *r->place.urls);
    if (r->plan->several && !(r->place.folder = folder_make(err)))
        return -1;
    int rc = 0;
    for (size_t i = 0; i < n; i++) /* all of them, so that all may be freed */
        if (init_member(r, i, err) < 0)
            rc = -1;
    for (size_t i = 0; i < n && rc == 0; i++) {
        char *named = place_text(r, plan_process(r->plan, i)->url);
        r->members[i].url = named ? plan_expand(named, r->place.ports[i]) : NULL;
        r->place.urls[i] = r->members[i].url;
        free(named);
    }
    return rc == 0 && r->place.folder ? folder_fill(r->plan, r->place.folder, r->place.ports, err)
                                      : rc;
}

void members_free(struct run *r)
{
    for (size_t i = 0; r->members && i < plan_process_count(r->plan); i++) {
        struct member *m = &r->members[i];
        if (m->port_fd >= 0)
            close(m->port_fd);
        if (m->control_fd >= 0)
            close(m->control_fd);
        activation_close(&m->socket);
        free(m->url);
    }
    free(r->members);
    free(r->place.ports);
    free(r->place.urls);
    folder_remove(r->place.folder);
    free(r->place.folder);
}

/* --- lives --- */

/* What a restart runs between the end and the start. */
static bool is_deploy(const struct member *m)
{
    const struct plan *plan = m->run->plan;
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].act == ACT_RESTART && plan->signals[i].command == (int)m->index)
            return true;
    return false;
}

static char *life_words(const struct member *m)
{
    const struct plan *plan = m->run->plan;
    if (!plan->several || (!plan->names && m->index == 0)) /* the only target there is */
        return NULL;
    return is_deploy(m) ? mem_strdup("the deploy command")
           : m->action  ? mem_printf("the command of %s", m->name)
           : m->service ? mem_printf("service '%s'", m->name)
                        : mem_printf("target '%s'", m->name);
}

static void free_life(struct life *l)
{
    place_free(&l->plan);
    free(l->what);
    free(l);
}

int member_start(struct member *m, bool beside, struct error *err)
{
    struct run *r = m->run;
    const struct life_events *e = r->events;
    struct life *l = MEM_NEW(struct life);
    *l = (struct life){.of = m, .number = m->lives, .ledger_fd = -1};
    if (beside && m->now)
        target_share_port(m->now->target);
    place_target(m, beside, &l->plan);
    l->what = life_words(m);
    l->journal = (struct journal){
        .fd = -1, .into = r->journal, .process = m->index ? m->name : NULL, .life = l->number};
    if (l->plan.kind == TARGET_REFERENCE)
        l->ledger_fd = ledger_create();
    struct target_options options = {
        .loop = &r->loop,
        .journal = &l->journal,
        .plan = &l->plan,
        .program = r->options->program,
        .port = m->port,
        .what = l->what,
        .beside = beside,
        .activation = l->plan.socket_activation ? &m->socket : NULL,
        .ledger_fd = l->ledger_fd,
        .callbacks = {e->ready, e->failed, e->line, e->listener_closed, e->exited, e->extended, l},
    };
    l->target = target_start(&options, err);
    if (!l->target) {
        ledger_copy(&l->journal, &l->ledger_fd);
        free_life(l);
        return -1;
    }
    m->lives++;
    l->before = m->now;
    m->now = l;
    r->open_lives++;
    r->events->started(l);
    return 0;
}

static void on_closed(void *arg)
{
    struct life *l = arg, **at;
    struct member *m = l->of;
    struct run *r = m->run;
    ledger_copy(&l->journal, &l->ledger_fd);
    for (at = &m->now; *at != l; at = &(*at)->before)
        ;
    *at = l->before;
    free_life(l);
    r->open_lives--;
    r->events->closed(m);
}

void life_close(struct life *l)
{
    if (l->closing)
        return;
    l->closing = true;
    target_close(l->target, on_closed, l);
}

/* Write down for all that still runs that it is drainctl which ends it. */
static void note_kill(struct life *l)
{
    if (target_running(l->target) && l->plan.kind < TARGET_ATTACH && !l->closing)
        journal_add(&l->journal,
                    &(struct event){.kind = EVENT_TARGET_KILL, .pid = target_pid(l->target)});
}

void members_note_kills(struct run *r)
{
    for (size_t i = 0; r->members && i < plan_process_count(r->plan); i++)
        for (struct life *l = r->members[i].now; l; l = l->before)
            note_kill(l);
}

/* A proxy writes its log when a request is over, and may be about to: it is told to go, and may say
 * that first. */
static bool quit(struct life *l)
{
    enum { PATIENCE_MS = 500 };
    static const int signals[PROXY_COUNT] = {[PROXY_HAPROXY] = SIGUSR1, [PROXY_NGINX] = SIGQUIT};
    enum proxy proxy = l->of->proxy;
    l->quitting = proxy && l->ready && !l->closing && target_running(l->target);
    if (l->quitting)
        target_quit(l->target, signals[proxy], PATIENCE_MS * NS_PER_MS);
    return l->quitting;
}

void members_close(struct run *r)
{
    for (size_t i = 0; r->members && i < plan_process_count(r->plan); i++) {
        tell_cancel(r->members[i].tell);
        r->members[i].tell = NULL;
        for (struct life *l = r->members[i].now, *before; l; l = before) {
            before = l->before;
            if (!quit(l))
                life_close(l);
        }
    }
}

void members_kill(struct run *r)
{
    for (size_t i = 0; r->members && i < plan_process_count(r->plan); i++)
        for (struct life *l = r->members[i].now; l; l = l->before)
            target_kill(l->target);
}

static bool is_part_of_start(const struct run *r, const struct member *m)
{
    return m->index == 0 || !r->plan->others.at[m->index - 1].later;
}

/* What starts together, in this order. */
enum group { GROUP_SERVICES, GROUP_TARGETS, GROUP_PROXIES, GROUP_COUNT };

static enum group group_of(const struct member *m)
{
    return m->proxy ? GROUP_PROXIES : m->service ? GROUP_SERVICES : GROUP_TARGETS;
}

static bool is_group_ready(const struct run *r, enum group group)
{
    for (size_t i = 0; i < plan_process_count(r->plan); i++) {
        const struct member *m = &r->members[i];
        if (group_of(m) == group && is_part_of_start(r, m) && !(m->now && m->now->ready))
            return false;
    }
    return true;
}

static void start_group(struct run *r, enum group group)
{
    struct error err = {0};
    for (size_t i = 0; i < plan_process_count(r->plan) && r->stage < STAGE_ENDING; i++) {
        struct member *m = &r->members[i];
        if (group_of(m) == group && is_part_of_start(r, m) && !m->now &&
            member_start(m, false, &err) < 0)
            r->events->broken(r, &err);
    }
}

bool members_start_next(struct run *r)
{
    for (int g = 0; g < GROUP_COUNT; g++) {
        if (r->stage >= STAGE_ENDING)
            return false;
        if (is_group_ready(r, (enum group)g))
            continue;
        start_group(r, (enum group)g);
        return false;
    }
    return true;
}
