/* Attempts, put together from their events, and the phase each was in at the first signal. Ids are
 * dense in a journal that drainctl wrote; here nothing relies on it. */
#include "judge/facts.h"

#include <stdlib.h>

#include "base/mem.h"

static int by_id(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

static void add_start(struct run_verdict *v, struct run_facts *f, const struct event *e)
{
    if (e->load < 0 || (uint64_t)e->load >= f->plan->n_loads) {
        f->course.stray++;
        return;
    }
    f->load_started[e->load]++;
    v->attempts[v->n_attempts++] = (struct attempt){
        .id = e->attempt,
        .load = e->load,
        .request = e->request,
        .client = e->client,
        .start_ns = e->t_ns,
        .due_ns = e->intended > 0 && e->intended < e->t_ns ? e->intended : e->t_ns,
    };
}

/* Ids that come twice: the first stays, and the sums will say that something is wrong. */
static void drop_doubles(struct run_verdict *v, struct run_facts *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        if (kept && v->attempts[kept - 1].id == v->attempts[i].id)
            f->course.stray++;
        else
            v->attempts[kept++] = v->attempts[i];
    }
    v->n_attempts = kept;
}

static void collect_starts(struct run_verdict *v, struct run_facts *f)
{
    size_t starts = 0;
    for (size_t i = 0; i < f->h->count; i++)
        starts += f->h->events[i].kind == EVENT_ATTEMPT_START;
    v->attempts = mem_zero(starts, sizeof *v->attempts);
    f->load_started = mem_zero(f->plan->n_loads, sizeof *f->load_started);
    bool sorted = true;
    for (size_t i = 0; i < f->h->count; i++) {
        if (f->h->events[i].kind != EVENT_ATTEMPT_START)
            continue;
        add_start(v, f, &f->h->events[i]);
        size_t n = v->n_attempts;
        sorted = sorted && (n < 2 || v->attempts[n - 2].id < v->attempts[n - 1].id);
    }
    if (!sorted) {
        qsort(v->attempts, v->n_attempts, sizeof *v->attempts, by_id);
        drop_doubles(v, f);
    }
}

static struct attempt *find_attempt(const struct run_verdict *v, int64_t id)
{
    if (v->n_attempts == 0)
        return NULL;
    /* the usual case: ids from 1, none missing */
    if (id >= 1 && (uint64_t)id <= v->n_attempts && v->attempts[id - 1].id == id)
        return &v->attempts[id - 1];
    struct attempt key = {.id = id};
    size_t low = 0, high = v->n_attempts;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (v->attempts[mid].id < key.id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < v->n_attempts && v->attempts[low].id == id ? &v->attempts[low] : NULL;
}

static void add_ledger(struct attempt_facts *facts, const struct event *e)
{
    facts->ledger |= LEDGER_SEEN;
    facts->ledger |= e->record == RECORD_LATER ? LEDGER_LATER : 0;
    facts->ledger |= e->record == RECORD_DONE ? LEDGER_DONE : 0;
    if (e->record == RECORD_READ || e->record == RECORD_ANSWERED || e->record == RECORD_WRITTEN)
        facts->ledger |= LEDGER_READ;
    if (e->record == RECORD_ANSWERED)
        facts->answered_ns = e->at > 0 ? e->at : e->t_ns;
}

static void add_connected(struct attempt *a, const struct event *e)
{
    if (a->connected_ns) /* libcurl's second try, which is not let through */
        return;
    a->connected_ns = e->t_ns;
    a->conn.reused = e->reused != 0;
    a->conn.port = e->port;
}

static void add_page_facts(struct attempt *a, const struct event *e)
{
    if (e->kind == EVENT_CORS)
        a->cors.kept = e;
    else
        a->cors.preflight = e->preflight != 0;
}

static void add_step(struct run_verdict *v, struct run_facts *f, const struct event *e)
{
    struct attempt *a = find_attempt(v, e->attempt);
    if (e->kind == EVENT_LEDGER) { /* it also holds requests that are not ours */
        if (a)
            add_ledger(&f->attempts[a - v->attempts], e);
        return;
    }
    if (e->kind == EVENT_PROXIED) {
        if (a)
            a->proxy.said = e;
        return;
    }
    if (e->kind == EVENT_JOIN || e->kind == EVENT_CORS) {
        if (a)
            add_page_facts(a, e);
        return;
    }
    if (!a || a->end) {
        f->course.stray++;
        return;
    }
    if (e->kind == EVENT_ATTEMPT_CONNECTED) {
        add_connected(a, e);
    } else if (e->kind == EVENT_ATTEMPT_SENT) {
        a->sent_ns = a->sent_ns ? a->sent_ns : e->t_ns;
    } else if (e->kind == EVENT_ATTEMPT_FIRST_BYTE) {
        a->first_ns = a->first_ns ? a->first_ns : e->t_ns;
    } else {
        a->end = e;
        a->end_ns = e->t_ns;
        a->status = e->status >= 100 && e->status <= 999 ? (int)e->status : 0;
        a->answer.told_to_close = e->close != 0;
    }
}

static bool reached(int64_t t_ns, int64_t t0_ns)
{
    return t_ns && t_ns <= t0_ns;
}

static enum phase phase_at(const struct attempt *a, int64_t t0_ns)
{
    if (!t0_ns || (a->end && a->end_ns <= t0_ns))
        return PHASE_DONE;
    if (a->start_ns > t0_ns)
        return PHASE_NOT_STARTED;
    if (reached(a->first_ns, t0_ns))
        return PHASE_RECEIVING;
    if (reached(a->sent_ns, t0_ns))
        return PHASE_WAITING;
    return reached(a->connected_ns, t0_ns) ? PHASE_SENDING : PHASE_CONNECTING;
}

static int by_connection(const void *a, const void *b)
{
    const struct attempt *x = *(struct attempt *const *)a, *y = *(struct attempt *const *)b;
    if (x->load != y->load)
        return x->load < y->load ? -1 : 1;
    if (x->conn.port != y->conn.port)
        return x->conn.port < y->conn.port ? -1 : 1;
    if (x->start_ns != y->start_ns)
        return x->start_ns < y->start_ns ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* An attempt that began after the signal on a connection that stood idle at the signal: the one
 * before it on the same connection was over by then. */
static void find_idle(struct run_verdict *v, int64_t t0_ns)
{
    size_t n = 0;
    struct attempt **order = mem_zero(v->n_attempts, sizeof *order);
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].conn.port > 0)
            order[n++] = &v->attempts[i];
    qsort(order, n, sizeof *order, by_connection);
    for (size_t i = 1; i < n; i++) {
        const struct attempt *before = order[i - 1];
        if (order[i]->phase == PHASE_NOT_STARTED && order[i]->conn.reused &&
            before->load == order[i]->load && before->conn.port == order[i]->conn.port &&
            reached(before->end_ns, t0_ns))
            order[i]->phase = PHASE_IDLE;
    }
    free(order);
}

void attempts_assemble(struct run_verdict *v, struct run_facts *f)
{
    collect_starts(v, f);
    f->attempts = mem_zero(v->n_attempts, sizeof *f->attempts);
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if ((e->kind >= EVENT_ATTEMPT_CONNECTED && e->kind <= EVENT_ATTEMPT_END) ||
            e->kind == EVENT_LEDGER || e->kind == EVENT_PROXIED || e->kind == EVENT_JOIN ||
            e->kind == EVENT_CORS)
            add_step(v, f, e);
    }
    for (size_t i = 0; i < v->n_attempts; i++)
        v->attempts[i].phase = phase_at(&v->attempts[i], f->t0_ns);
    if (f->t0_ns)
        find_idle(v, f->t0_ns);
}
