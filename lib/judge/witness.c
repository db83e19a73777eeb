/* What the client cannot know by itself: was a request that died ever accepted, did the server
 * process it, is an answer without a length whole? The reference server's ledger, the kernel's
 * accept queue and the answers before the signal are the witnesses. */
#include "judge/facts.h"

#include <stdlib.h>
#include <string.h>
#include <string.h>

#include "base/mem.h"

/* A connection that could have died in the accept queue: new, reset, no byte of answer, and there
 * since the queue was last empty. */
static bool may_be_unaccepted(const struct run_facts *f, const struct attempt *a)
{
    return !is_taken(f, a) && a->outcome == OUTCOME_CUT_OFF && !a->conn.reused &&
           (a->reason == REASON_RESET_BEFORE_RESPONSE || a->reason == REASON_RESET_WHILE_SENDING);
}

/* The ledger speaks for each request: what is not in a complete one was never read, and the
 * reference server reads what it accepts. Without a ledger the kernel speaks for all of them
 * together: it knows how many it reset when the listener closed. If more died this way than were
 * in the queue, it is not known which, and all stay what the client saw. */
static void find_unaccepted(struct run_verdict *v, const struct run_facts *f)
{
    int64_t candidates = 0;
    if (f->whose.holds_socket) /* what lies in its queue stays there */
        return;
    for (size_t i = 0; i < v->n_attempts; i++)
        candidates += may_be_unaccepted(f, &v->attempts[i]) && !f->attempts[i].ledger;
    bool kernel = !f->ledger.any && f->listener.gone_ns && candidates <= f->queue.lost &&
                  !f->plan->others.n; /* of several, it is not known whose queue they were in */
    for (size_t i = 0; i < v->n_attempts; i++) {
        struct attempt *a = &v->attempts[i];
        if (may_be_unaccepted(f, a) && !f->attempts[i].ledger && (kernel || f->ledger.complete))
            a->reason = REASON_NEVER_ACCEPTED;
    }
}

/* Lengths of the whole answers to one request, of one status, before the first signal. */
struct sample {
    const char *method, *path;
    int status;
    int64_t count, shortest, longest;
};

struct samples {
    const struct plan *plan;
    struct sample *items;
    size_t count, cap;
};

/* What an attempt asks for, whatever load it is of; of a pair the second asks for another path. */
static struct sample asked(const struct samples *s, const struct attempt *a)
{
    const struct plan_load *l = &s->plan->loads[a->load];
    bool second = l->shape == SHAPE_PIPELINED && a->request % 2 == 0 && l->then_path;
    return (struct sample){
        .method = second ? "GET" : l->method,
        .path = second ? l->then_path : l->path,
        .status = a->status,
    };
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct sample *find_sample(const struct samples *s, const struct attempt *a)
{
    struct sample wanted = asked(s, a);
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].status == wanted.status && is_same(s->items[i].path, wanted.path) &&
            is_same(s->items[i].method, wanted.method))
            return &s->items[i];
    return NULL;
}

static void add_sample(struct samples *s, const struct attempt *a)
{
    int64_t bytes = a->end->body_bytes;
    struct sample *known = find_sample(s, a);
    if (!known) {
        MEM_GROW(s->items, s->count, s->cap);
        known = &s->items[s->count++];
        *known = asked(s, a);
        known->shortest = known->longest = bytes;
    }
    known->count++;
    known->shortest = bytes < known->shortest ? bytes : known->shortest;
    known->longest = bytes > known->longest ? bytes : known->longest;
}

/* A body that ends with its connection is short when it is shorter than every one before. One with
 * a length or chunks was delivered as promised; that the promise shrank shows only against answers
 * that were all of one length. */
static bool is_short(const struct sample *s, const struct attempt *a)
{
    bool by_close = a->end->framing == FRAMING_CLOSE;
    if (a->end->body_bytes >= s->shortest)
        return false;
    return by_close || (s->count >= 3 && s->shortest == s->longest);
}

static void find_truncated(struct run_verdict *v)
{
    struct samples samples = {.plan = &v->plan};
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].outcome == OUTCOME_COMPLETED && v->attempts[i].phase == PHASE_DONE &&
            !v->attempts[i].cors.preflight)
            add_sample(&samples, &v->attempts[i]);
    for (size_t i = 0; i < v->n_attempts; i++) {
        struct attempt *a = &v->attempts[i];
        const struct sample *s = NULL;
        if (a->outcome == OUTCOME_COMPLETED && a->phase != PHASE_DONE && !a->cors.preflight)
            s = find_sample(&samples, a);
        if (s && is_short(s, a)) {
            a->outcome = OUTCOME_CUT_OFF;
            a->reason = REASON_TRUNCATED;
            a->answer.whole = false;
        }
    }
    free(samples.items);
}

/* Nothing of the request was ever handed to the kernel. */
static bool never_written(const struct attempt *a)
{
    return a->end && !a->sent_ns && a->end->sent_bytes == 0 && !a->first_ns;
}

static enum processed processed_of(const struct attempt *a, const struct run_facts *f,
                                   unsigned ledger)
{
    bool turned_away = a->reason == REASON_CORS_BLOCKED && (a->status == 503 || a->status == 429);
    if (a->cors.preflight || turned_away) /* a preflight asks for no work */
        return PROCESSED_NO;
    if (a->outcome == OUTCOME_REFUSED || a->reason == REASON_NEVER_ACCEPTED ||
        a->reason == REASON_WAITS_IN_QUEUE)
        return PROCESSED_NO;
    if ((ledger & LEDGER_LATER) && !(ledger & LEDGER_DONE)) /* the answer promised more */
        return f->ledger.complete ? PROCESSED_NO : PROCESSED_UNKNOWN;
    if ((ledger & LEDGER_READ) || (a->answer.whole && !a->proxy.answered))
        return PROCESSED_YES;
    if (never_written(a) || (f->ledger.complete && !ledger))
        return PROCESSED_NO;
    return PROCESSED_UNKNOWN;
}

void attempts_witness(struct run_verdict *v, const struct run_facts *f)
{
    find_unaccepted(v, f);
    if (f->t0_ns)
        find_truncated(v);
    attempts_waiting(v, f);
    for (size_t i = 0; i < v->n_attempts; i++)
        v->attempts[i].processed = processed_of(&v->attempts[i], f, f->attempts[i].ledger);
}
