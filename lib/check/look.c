/* What the rules ask of a run and of an attempt; no rule of the catalogue stands here. */
#include "check/look.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "journal/history.h"

#define MS(n) ((int64_t)(n)*1000000)

const struct event *next_event(const struct look *l, enum event_kind kind,
                               const struct event *after)
{
    const struct history *h = l->run->history;
    size_t i = after ? (size_t)(after - h->events) + 1 : 0;

    for (; i < h->count; i++)
        if (h->events[i].kind == kind)
            return &h->events[i];
    return NULL;
}

static void learn_kill(struct look *l)
{
    const struct event *kill = next_event(l, EVENT_TARGET_KILL, NULL);

    l->kill_ns = kill ? kill->t_ns : INT64_MAX;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_SIGNAL, e));)
        if (e->signo == SIGKILL && !e->os_errno && e->t_ns < l->kill_ns)
            l->kill_ns = e->t_ns;
    /* a kill that came after the exit killed nobody */
    if (l->exit_ns && l->kill_ns >= l->exit_ns)
        l->kill_ns = INT64_MAX;
}

static void learn_process(struct look *l)
{
    const struct event *start = next_event(l, EVENT_TARGET_START, NULL);
    const struct event *listen = next_event(l, EVENT_TARGET_LISTEN, NULL);

    l->main_pid = start ? start->pid : 0;
    l->main_command = start && start->text ? start->text : "";
    l->owner_pid = listen ? listen->owner : 0;
    l->owner_command = listen && listen->text ? listen->text : "";
    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS, e));) {
        const char **command = e->pid == l->main_pid    ? &l->main_command
                               : e->pid == l->owner_pid ? &l->owner_command
                                                        : NULL;
        if (command && e->text && *e->text)
            *command = e->text;
    }
    l->main_disposition = l->owner_disposition = "";
    for (const struct event *e = NULL; (e = next_event(l, EVENT_DISPOSITION, e));) {
        const char **is =
            e->role && strcmp(e->role, "main") == 0 ? &l->main_disposition : &l->owner_disposition;
        if (!**is && e->role && e->text) /* later ones are of later signals */
            *is = e->text;
    }
}

/* The listener's end as the target's watcher saw it: an event with no socket left. */
static void learn_listener(struct look *l)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_LISTENER, e));)
        if (e->t_ns >= l->t0_ns && l->t0_ns && e->sockets == 0) {
            l->closed_ns = e->t_ns;
            return;
        }
}

static void learn_stalls(struct look *l)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_STALL, e));)
        if (l->n_stalls < STALLS_MOST) {
            l->stalls[l->n_stalls].from_ns = e->at;
            l->stalls[l->n_stalls++].to_ns = e->t_ns;
        } else {
            l->stalls[STALLS_MOST - 1].to_ns = e->t_ns;
        }
}

int64_t look_held_ns(const struct look *l, int64_t from_ns, int64_t to_ns)
{
    int64_t held = 0;

    for (size_t i = 0; i < l->n_stalls; i++) {
        int64_t from = l->stalls[i].from_ns > from_ns ? l->stalls[i].from_ns : from_ns;
        int64_t to = l->stalls[i].to_ns < to_ns ? l->stalls[i].to_ns : to_ns;

        held = to - from > held ? to - from : held;
    }
    return held;
}

static bool is_reset_at_close(const struct look *l, const struct attempt *a)
{
    int64_t off = a->end_ns - l->closed_ns;

    return l->closed_ns && a->outcome == OUTCOME_CUT_OFF && !a->reused && !a->first_ns &&
           (a->reason == REASON_RESET_BEFORE_RESPONSE || a->reason == REASON_RESET_WHILE_SENDING) &&
           off > -MS(5) && off < MS(5);
}

/* How many of them connected after this one. */
static int64_t younger_than(const struct look *l, const struct attempt *one)
{
    int64_t younger = 0;

    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        younger += is_reset_at_close(l, a) && a->connected_ns > one->connected_ns;
    }
    return younger;
}

/* The depth was polled a moment before the end, and one or two may have been accepted since. What
 * is more than the queue held was not in it: a queue is served in order, so these are the oldest.
 * Those of the last moment may have come after the poll, and are not counted against it. */
static void learn_queue(struct look *l)
{
    int64_t dead = 0, lost = l->run->target.queue_lost;

    l->queued_from_ns = INT64_MAX;
    for (size_t i = 0; i < l->run->n_attempts; i++)
        dead += is_reset_at_close(l, &l->run->attempts[i]);
    if (!dead || lost * 10 < dead * 9)
        return;
    l->queued_from_ns = l->closed_ns - MS(5);
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (is_reset_at_close(l, a) && a->connected_ns < l->queued_from_ns &&
            younger_than(l, a) < lost)
            l->queued_from_ns = a->connected_ns;
    }
}

bool is_unaccepted(const struct look *l, const struct attempt *a)
{
    return a->reason == REASON_NEVER_ACCEPTED ||
           (is_reset_at_close(l, a) && a->connected_ns >= l->queued_from_ns);
}

void look_init(struct look *l, const struct audit_input *in, size_t run)
{
    const struct run_verdict *v = &in->runs[run];
    const struct event *end;

    memset(l, 0, sizeof *l);
    l->in = in;
    l->run = v;
    l->index = run;
    l->t0_ns = v->t0_ns;
    end = next_event(l, EVENT_TARGET_EXIT, NULL);
    l->exit_ns = end ? end->t_ns : 0;
    learn_kill(l);
    learn_process(l);
    learn_listener(l);
    learn_stalls(l);
    learn_queue(l);
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].whole && v->attempts[i].end_ns > l->last_ns)
            l->last_ns = v->attempts[i].end_ns;
    l->usable = !v->cut && !next_event(l, EVENT_ERROR, NULL) &&
                !(l->t0_ns && l->exit_ns && l->exit_ns < l->t0_ns);
    l->ended_itself = l->t0_ns && l->exit_ns >= l->t0_ns && l->kill_ns == INT64_MAX &&
                      v->target.exit_signal != SIGKILL;
}

double look_ms(const struct look *l, int64_t t_ns)
{
    return (double)(t_ns - l->t0_ns) / 1e6;
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

bool look_run_is(const struct look *l, const char *names)
{
    return l->run->scenario && name_in(l->run->scenario, names);
}

const char *attempt_load(const struct look *l, const struct attempt *a)
{
    const struct plan *plan = &l->run->plan;

    return a->load >= 0 && (size_t)a->load < plan->n_loads ? plan->loads[a->load].name : "";
}

bool load_in(const struct look *l, const struct attempt *a, const char *names)
{
    return name_in(attempt_load(l, a), names);
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

bool any_attempt(const struct look *l, const struct attempt *a)
{
    (void)l;
    (void)a;
    return true;
}

bool is_never_bad(const struct look *l, const struct attempt *a)
{
    return !any_attempt(l, a);
}

bool is_cut(const struct look *l, const struct attempt *a)
{
    return a->outcome == OUTCOME_CUT_OFF && a->end_ns < l->kill_ns;
}

bool is_lost(const struct look *l, const struct attempt *a)
{
    return is_cut(l, a) || a->outcome == OUTCOME_TIMED_OUT || a->outcome == OUTCOME_UNFINISHED ||
           (a->outcome == OUTCOME_CUT_OFF && a->end_ns >= l->kill_ns);
}

bool has_no_byte(const struct look *l, const struct attempt *a)
{
    (void)l;
    return a->connected_ns && !a->first_ns;
}

bool was_open(const struct look *l, const struct attempt *a)
{
    (void)l;
    return a->phase == PHASE_SENDING || a->phase == PHASE_WAITING || a->phase == PHASE_RECEIVING;
}

bool was_in_flight(const struct look *l, const struct attempt *a)
{
    return was_open(l, a) && !is_unaccepted(l, a);
}

/* A slow reader's small segments and window let the kernel take about 240 KB off a server's hands
 * (measured on Linux 6.18, loopback). A whole answer that is not much larger proves nothing: it may
 * have lain there, and would have come through without the server. One that was cut does. */
enum { HALF_SENT_LEAST = 512 * 1024 };

bool is_half_sent(const struct look *l, const struct attempt *a)
{
    return load_in(l, a, LARGE_LOADS) && a->phase == PHASE_RECEIVING &&
           (is_cut(l, a) || (a->end && a->end->body_bytes >= HALF_SENT_LEAST));
}

bool is_completed(const struct look *l, const struct attempt *a)
{
    (void)l;
    return a->outcome == OUTCOME_COMPLETED;
}

void sight_add_attempt(struct sight *s, int64_t id)
{
    if (s->n_attempts < EVIDENCE_ATTEMPTS)
        s->attempts[s->n_attempts++] = id;
}

void sight_attempts(struct sight *s, const struct look *l, const char *loads, attempt_test *of,
                    attempt_test *bad)
{
    for (size_t i = 0; i < l->run->n_attempts; i++) {
        const struct attempt *a = &l->run->attempts[i];

        if (!load_in(l, a, loads) || a->outcome == OUTCOME_CLIENT_LIMIT || !of(l, a))
            continue;
        s->of++;
        if (bad(l, a)) {
            s->count++;
            sight_add_attempt(s, a->id);
        }
    }
}

void sight_whole(struct sight *s, bool bad)
{
    s->of++;
    s->count += bad;
}

void sight_note(struct sight *s, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(s->note, sizeof s->note, fmt, args);
    va_end(args);
}

bool other_run(const struct look *l, const char *names, bool (*test)(const struct look *other))
{
    for (size_t i = 0; i < l->in->n; i++) {
        struct look other;

        if (i == l->index || !l->in->runs[i].scenario || !name_in(l->in->runs[i].scenario, names))
            continue;
        look_init(&other, l->in, i);
        if (other.usable && test(&other))
            return true;
    }
    return false;
}

bool has_run(const struct look *l, const char *names)
{
    for (size_t i = 0; i < l->in->n; i++)
        if (l->in->runs[i].scenario && name_in(l->in->runs[i].scenario, names))
            return true;
    return false;
}
