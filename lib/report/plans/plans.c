/* The sentences about plans that the formats share. */
#include "report/plans/plans.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"

enum { SENTENCE = 64 * 1024 };

char *plans_ready_text(const struct plan *plan)
{
    const struct plan_ready *r = &plan->target.ready;
    if (r->path)
        return mem_printf("GET %s answers %d", r->path, r->status);
    if (r->log)
        return mem_printf("a line of its output matches '%s'", r->log);
    return mem_strdup(r->port ? "its port has a listener" : "the process is there");
}

char *plans_health_text(const struct plan *plan)
{
    const struct plan_target *t = &plan->target;
    const char *since = t->health_early ? "the loads' start" : "the first signal";
    if (!t->health_ready && !t->health_live)
        return NULL;
    return mem_printf("%s%s%s, from %s on", t->health_ready ? t->health_ready : "",
                      t->health_ready && t->health_live ? " and " : "",
                      t->health_live ? t->health_live : "", since);
}

static const char *s_of(int64_t n)
{
    return n == 1 ? "" : "s";
}

/* What one client of a shape does that an ordinary one does not. */
static const char *const deeds[] = {
    [SHAPE_REQUEST] = "",
    [SHAPE_SILENT] = ", connected and never sending a byte",
    [SHAPE_PARTIAL_HEAD] = ", sending half of a request's head first",
    [SHAPE_PIPELINED] = ", sending two requests in one segment",
    [SHAPE_EXPECT_CONTINUE] = ", waiting for 100 Continue before the body",
};

char *plans_load_text(const struct plan_load *l)
{
    struct buf b;
    buf_init(&b, SENTENCE);
    if (l->rate > 0)
        buf_addf(&b, "%.10g request%s a second, at most %" PRId64 " at a time", l->rate,
                 l->rate == 1 ? "" : "s", l->clients);
    else
        buf_addf(&b, "%" PRId64 " client%s", l->clients, s_of(l->clients));
    buf_adds(&b, deeds[l->shape]);
    if (l->shape == SHAPE_SILENT)
        return buf_take(&b);
    if (l->requests >= 0)
        buf_addf(&b, ", %" PRId64 " request%s in all", l->requests, s_of(l->requests));
    else
        buf_addf(&b, ", until %s", l->stop.after_ns >= 0 ? "it stops" : "the target has exited");
    return buf_take(&b);
}

char *plans_place_text(const struct plan *plan, const struct plan_load *l)
{
    if (!plan->several)
        return NULL;
    return l->to.via ? mem_strdup("to each server of the registry in turn")
                     : mem_printf("to %s", plan_process_name(plan, (size_t)l->to.process));
}

char *plans_signal_text(const struct plan *plan, const struct plan_signal *s)
{
    return s->act == ACT_SIGNAL
               ? mem_strdup(signame_name(s->signo))
               : mem_printf("%s %s", act_words[s->act],
                            s->act == ACT_RUN ? "" : plan_process_name(plan, (size_t)s->process));
}

char *plans_action_text(const struct plan *plan, const struct plan_signal *s)
{
    const char *name = plan_process_name(plan, (size_t)s->process);
    char text[32];
    switch (s->act) {
    case ACT_RESTART:
        return mem_printf("%s is ended by %s, and started again once it is gone%s", name,
                          signame_name(s->signo), s->command < 0 ? "" : " and the deploy is done");
    case ACT_REPLACE:
        return mem_printf("another %s is started beside this one, which ends once that is ready",
                          name);
    case ACT_START:
        return mem_printf("%s is started", name);
    case ACT_STOP:
        return mem_printf("%s is ended by %s", name, signame_name(s->signo));
    case ACT_TELL:
        return mem_printf("%s is told that %s is in the state '%s'", name,
                          plan_process_name(plan, (size_t)s->server), proxy_state_words[s->state]);
    case ACT_NOTICE:
        return mem_printf("%s is told of a shutdown %s from then", name,
                          duration_words(s->notice_ns, text, sizeof text));
    default:
        return mem_printf("'%s' is run", plan_process(plan, (size_t)s->command)->argv[0]);
    }
}

static void add_time(struct buf *b, const char *before, int64_t ns, const char *after)
{
    char text[32];
    if (ns > 0)
        buf_addf(b, "%s%s%s", before, duration_words(ns, text, sizeof text), after);
}

char *plans_request_text(const struct plan_load *l)
{
    struct buf b;
    if (l->shape == SHAPE_SILENT)
        return NULL;
    buf_init(&b, SENTENCE);
    buf_addf(&b, "%s %s", l->method, l->path);
    if (l->shape == SHAPE_PIPELINED)
        buf_addf(&b, " and GET %s", l->then_path ? l->then_path : l->path);
    if (l->headers.n)
        buf_addf(&b, " with %zu header%s", l->headers.n, s_of((int64_t)l->headers.n));
    if (l->body.bytes >= 0)
        buf_addf(&b, "%s %" PRId64 " bytes of body", l->headers.n ? " and" : " with",
                 l->body.bytes);
    add_time(&b, " over ", l->body.over_ns, "");
    buf_adds(&b, l->reuse ? ", connections kept" : ", a new connection each");
    add_time(&b, ", ", l->pause_ns, " between two of a client");
    if (l->read.bps)
        buf_addf(&b, ", reading %" PRId64 " bytes a second", l->read.bps);
    if (l->resume.never)
        buf_adds(&b, ", then waiting for good");
    add_time(&b, ", given up after ", l->timeout_ns, "");
    return buf_take(&b);
}

const char *plans_receiver(enum signal_to to)
{
    static const char *const words[] = {
        [TO_PROCESS] = "the process",
        [TO_GROUP] = "the process group",
        [TO_TREE] = "the whole process tree",
        [TO_LISTENER] = "the process that owns the listening socket",
    };
    return words[to];
}
