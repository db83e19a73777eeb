/* What the rules ask of a run and of an attempt; no rule of the catalogue stands here. */
#include "check/view.h"

#include <stdio.h>
#include <string.h>

#include "base/unix_address.h"
#include "journal/history.h"
#include "journal/note.h"

#define MS(n) ((int64_t)(n)*1000000)

const struct event *next_event(const struct view *l, enum event_kind kind,
                               const struct event *after)
{
    const struct history *h = l->run->history;
    size_t i = after ? (size_t)(after - h->events) + 1 : 0;

    for (; i < h->count; i++)
        if (h->events[i].kind == kind)
            return &h->events[i];
    return NULL;
}

int64_t view_held_ns(const struct view *l, int64_t from_ns, int64_t to_ns)
{
    int64_t held = 0;

    for (size_t i = 0; i < l->facts->stalls.n; i++) {
        const struct stall *s = &l->facts->stalls.at[i];
        int64_t from = s->from_ns > from_ns ? s->from_ns : from_ns;
        int64_t to = s->to_ns < to_ns ? s->to_ns : to_ns;

        held = to - from > held ? to - from : held;
    }
    return held;
}

bool is_unaccepted(const struct view *l, const struct attempt *a)
{
    return a->reason == REASON_NEVER_ACCEPTED || waits_for_next(l, a) ||
           (is_reset_at_close(l->facts, a) && a->connected_ns >= l->facts->queue.reset_from_ns);
}

bool run_is_settled(const struct view *l)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_NOTE, e));)
        if (note_find(e->why) == NOTE_UNSETTLED)
            return false;
    return true;
}

bool view_is_unix(const struct view *l)
{
    const char *url = l->run->plan.target.url;

    return url && unix_address_is(url);
}

bool name_in(const char *name, const char *names)
{
    for (const char *p = names; *p;) {
        size_t len = strcspn(p, " ");
        bool any_rest = len && p[len - 1] == '*';

        if (any_rest ? strncmp(name, p, len - 1) == 0
                     : strlen(name) == len && strncmp(name, p, len) == 0)
            return true;
        p += len;
        p += strspn(p, " ");
    }
    return false;
}

bool view_run_is(const struct view *l, run_set runs)
{
    return (run_role(l->run) & runs) != 0;
}

const char *attempt_load(const struct view *l, const struct attempt *a)
{
    const struct plan *plan = &l->run->plan;

    return a->load >= 0 && (size_t)a->load < plan->n_loads ? plan->loads[a->load].name : "";
}

load_set view_load(const struct view *l, int64_t load)
{
    const struct plan *plan = &l->run->plan;

    return load >= 0 && (size_t)load < plan->n_loads ? load_role(plan->loads[load].name) : 0;
}

bool load_in(const struct view *l, const struct attempt *a, load_set loads)
{
    return (view_load(l, a->load) & loads) != 0;
}

/* What stands between words; a command line may also be the JSON array of target-start. */
#define BETWEEN " [],\""

const char *command_word(const char *command, int which, char *out, size_t size)
{
    size_t len, at = 0;

    for (int i = 0;; i++) {
        command += strspn(command, BETWEEN);
        len = strcspn(command, BETWEEN);
        if (i == which)
            break;
        command += len;
    }
    for (size_t i = 0; i < len; i++)
        if (command[i] == '/')
            at = i + 1;
    command += at;
    len -= at;
    if (len && command[len - 1] == ':') /* "nginx: master process" */
        len--;
    snprintf(out, size, "%.*s", (int)len, command);
    return out;
}

bool command_is(const char *command, const char *programs)
{
    char word[64];

    for (int i = 0; i < 2; i++)
        if (*command_word(command, i, word, sizeof word) && name_in(word, programs))
            return true;
    return false;
}

bool is_told(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome != OUTCOME_CUT_OFF && a->outcome != OUTCOME_TIMED_OUT &&
           a->outcome != OUTCOME_UNFINISHED;
}

bool any_attempt(const struct view *l, const struct attempt *a)
{
    (void)l;
    (void)a;
    return true;
}

bool is_never_bad(const struct view *l, const struct attempt *a)
{
    return !any_attempt(l, a);
}

bool is_cut(const struct view *l, const struct attempt *a)
{
    return a->outcome == OUTCOME_CUT_OFF && a->end_ns < l->kill_ns;
}

bool waits_for_next(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_UNFINISHED && a->reason == REASON_WAITS_IN_QUEUE;
}

bool is_lost(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) || a->outcome == OUTCOME_TIMED_OUT ||
           (a->outcome == OUTCOME_UNFINISHED && !waits_for_next(l, a)) ||
           (a->outcome == OUTCOME_CUT_OFF && a->end_ns >= l->kill_ns);
}

bool has_no_byte(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->connected_ns && !a->first_ns;
}

bool was_open(const struct view *l, const struct attempt *a)
{
    (void)l;
    return phase_is_in_flight(a->phase);
}

/* A request is read this soon by a server that is not held up; and the clocks of two requests that
 * came together differ by so much. */
static const int64_t unread_ns = MS(30), together_ns = MS(10);

static bool is_cut_unanswered(const struct view *l, const struct attempt *a)
{
    return is_cut(l, a) && has_no_byte(l, a) && !a->conn.reused && a->end_ns < l->t0_ns + MS(500);
}

/* Requests for a fast path come all the time until the signal. When it comes, those that the server
 * has not answered for long, and none younger was answered either, show since when it had read
 * nothing: it was held up. */
static int64_t unread_from(const struct view *l)
{
    const int64_t usual = l->t0_ns - unread_ns;
    int64_t served = 0, from = usual;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (a->answer.whole && !a->conn.reused && a->connected_ns < l->t0_ns &&
            a->connected_ns > served)
            served = a->connected_ns;
    }
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (load_in(l, a, ANY_LOAD_ARRIVALS) && is_cut_unanswered(l, a) &&
            a->connected_ns > served && a->connected_ns - together_ns < from)
            from = a->connected_ns - together_ns;
    }
    return served >= usual ? usual : from > served ? from : served;
}

/* One that it reads after the signal it may turn away, like any that comes then. */

static bool may_be_unread(const struct view *l, const struct attempt *a)
{
    bool turned_away = a->outcome == OUTCOME_REFUSED && a->status == 503;

    return (is_cut_unanswered(l, a) || (turned_away && !a->conn.reused)) && was_open(l, a) &&
           a->sent_ns && a->sent_ns <= l->t0_ns && a->connected_ns > l->unread_from_ns &&
           a->end_ns < l->t0_ns + MS(500);
}

static const char *method_of(const struct view *l, const struct attempt *a)
{
    const char *method = l->run->plan.loads[a->load].method;

    return method ? method : "";
}

bool is_unread(const struct view *l, const struct attempt *a)
{
    bool older_lives = false;

    if (!l->t0_ns || !load_in(l, a, INFLIGHT_LOADS) || !may_be_unread(l, a))
        return false;
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *b = &l->run->attempts[i];

        if (!load_in(l, b, INFLIGHT_LOADS) || !was_open(l, b) || may_be_unread(l, b))
            continue;
        if (is_lost(l, b))
            return false;
        older_lives |= b->answer.whole && b->end_ns > l->t0_ns && b->sent_ns < a->sent_ns &&
                       strcmp(method_of(l, a), method_of(l, b)) == 0;
    }
    return older_lives;
}

bool was_in_flight(const struct view *l, const struct attempt *a)
{
    return was_open(l, a) && !is_unaccepted(l, a) && !is_unread(l, a) && !is_waiting(l->facts, a);
}

void view_init(struct view *views, const struct audit_input *in)
{
    for (size_t i = 0; i < in->n; i++) {
        const struct run_facts *f = in->runs[i].facts;

        views[i] = (struct view){
            .all = views,
            .in = in,
            .run = &in->runs[i],
            .facts = f,
            .index = i,
            .t0_ns = f->t0_ns,
            .exit_ns = f->exit.any ? f->exit.any->t_ns : 0,
            .kill_ns = f->forced_ns ? f->forced_ns : INT64_MAX,
            .closed_ns = f->listener.closed_ns,
            .ended_itself = f->exit.by_itself,
            .held = f->whose.holds_socket,
        };
        views[i].unread_from_ns = views[i].t0_ns ? unread_from(&views[i]) : 0;
        views[i].page = view_run_is(&views[i], RUN(PAGE));
        views[i].usable = f->course.usable && !views[i].page;
    }
}

/* A slow reader's small segments and window let the kernel take about 240 KB off a server's hands
 * (measured on Linux 6.18, loopback). A whole answer that is not much larger proves nothing: it may
 * have lain there, and would have come through without the server. One that was cut does. */
enum { HALF_SENT_LEAST = 512 * 1024 };

bool is_half_sent(const struct view *l, const struct attempt *a)
{
    return load_in(l, a, LARGE_LOADS) && a->phase == PHASE_RECEIVING &&
           (is_cut(l, a) || (a->end && a->end->body_bytes >= HALF_SENT_LEAST));
}

bool is_completed(const struct view *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_COMPLETED;
}

bool other_run(const struct view *l, run_set runs, bool (*test)(const struct view *other))
{
    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *other = &l->all[i];

        if (i != l->index && view_run_is(other, runs) && other->usable && test(other))
            return true;
    }
    return false;
}

bool has_run(const struct view *l, run_set runs)
{
    for (size_t i = 0; i < l->in->n; i++)
        if (view_run_is(&l->all[i], runs))
            return true;
    return false;
}
