/* Rules about the process: does the signal reach the server, does all of it go, what stays. */
#include "check/rules.h"
#include "journal/note.h"

#include <signal.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"

#define MS(n) ((int64_t)(n)*1000000)

/* Servers whose graceful signal is another one than SIGTERM, which is their fast stop. */
struct stop_signal {
    const char *programs;
    int graceful;
};

static const struct stop_signal stop_signals[] = {
    {"nginx", SIGQUIT},          {"lighttpd", SIGINT},
    {"haproxy", SIGUSR1},        {"unicorn unicorn_rails", SIGQUIT},
    {"apache2 httpd", SIGWINCH}, {"php-fpm php-fpm8.2 php-fpm8.1 php-fpm8.3 php-fpm7.4", SIGQUIT},
};

/* NULL: not one of those. */
static const struct stop_signal *stop_signal_of(const struct view *l)
{
    for (size_t i = 0; i < sizeof stop_signals / sizeof *stop_signals; i++)
        if (command_is(l->facts->owner.command, stop_signals[i].programs) ||
            command_is(l->facts->main.command, stop_signals[i].programs))
            return &stop_signals[i];
    return NULL;
}

static int first_signal(const struct view *l)
{
    return l->run->n_signals ? l->run->signals[0].signo : 0;
}

static bool ended(const struct view *l)
{
    return l->ended_itself;
}

static bool stayed(const struct view *l)
{
    return l->t0_ns && !l->ended_itself;
}

static bool died_of_signal(const struct view *l)
{
    return l->ended_itself && l->run->target.exit_signal &&
           l->run->target.exit_signal == first_signal(l);
}

/* PID 1 without a handler: the kernel drops the signal. A server that never ends anywhere has
 * another defect; here it must end, or die of the signal, when it is not PID 1. */
void find_pid1_no_handler(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, RUN(PID1)) || !l->t0_ns || died_of_signal(l))
        return; /* PID 1 does not die of a signal that it has no handler for: it was not PID 1 */
    if (ended(l)) {
        tally_whole(s, false);
        return;
    }
    if (l->facts->main.disposition != DISPOSITION_DEFAULT &&
        !other_run(l, RUN(MAIN), died_of_signal))
        return; /* killed for another reason */
    tally_whole(s, true);
    tally_note(s, "as PID 1 it did not react to %s and had to be killed",
               signame_name(first_signal(l)));
}

void find_wrong_signal(const struct view *l, struct tally *s)
{
    const struct stop_signal *stop = stop_signal_of(l);
    struct cuts cuts;

    if (!view_run_is(l, RUN(MAIN)) || !stop || first_signal(l) == stop->graceful)
        return;
    cuts_find(l, &cuts);
    if (cuts.of == 0)
        return;
    tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
    tally_note(s, "%s is its fast stop; %s lets requests finish", signame_name(first_signal(l)),
               signame_name(stop->graceful));
}

static bool is_late_arrival(const struct view *l, const struct attempt *a)
{
    /* until the listener's own close it is a lame-duck delay, whatever holds the process then */
    int64_t from_ns = l->closed_ns ? l->closed_ns : l->t0_ns;

    return !a->conn.reused && a->start_ns > from_ns + MS(500) && a->start_ns < l->kill_ns;
}

/* New connections served long after the signal, or after its close, by something that does not
 * end. */
static int64_t served_late(const struct view *l)
{
    struct tally late = {0};

    if (!stayed(l))
        return 0;
    tally_attempts(&late, l, ANY_LOAD_ARRIVALS, is_late_arrival, is_completed);
    return late.count >= 5 ? late.count : 0;
}

static bool is_gone(const struct view *l, int64_t pid, int64_t from_ns)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS_GONE, e));)
        if (e->pid == pid && e->t_ns > from_ns && e->t_ns < l->kill_ns)
            return true;
    return false;
}

/* One like it came after the signal, and stayed. */
static bool is_replaced(const struct view *l, const struct event *worker)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS, e));)
        if (e->t_ns > l->t0_ns && e->t_ns < l->kill_ns - MS(500) && e->pid != worker->pid &&
            e->text && worker->text && strcmp(e->text, worker->text) == 0 &&
            !is_gone(l, e->pid, e->t_ns))
            return true;
    return false;
}

/* Its listener came back, or workers were replaced. (A helper of a request goes with it: no other
 * like it stays.) */
static bool has_reloaded(const struct view *l)
{
    if (!stayed(l))
        return false;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_PROCESS, e));)
        if (e->t_ns < l->t0_ns && is_gone(l, e->pid, l->t0_ns) && is_replaced(l, e))
            return true;
    return listens_again(l);
}

void find_term_means_reload(const struct view *l, struct tally *s)
{
    struct cuts cuts;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !run_is_settled(l))
        return;
    cuts_find(l, &cuts);
    tally_whole(s, (cuts.count > 0 || has_reloaded(l)) && served_late(l));
    if (s->count && !cuts.count) {
        s->severity = SEVERITY_HIGH;
        tally_note(s,
                   "no request was cut: its workers or its listener were replaced, and %lld new "
                   "connections were served later",
                   (long long)served_late(l));
    } else if (s->count)
        tally_note(s, "%lld requests were cut at the signal, %lld new ones were served later",
                   (long long)cuts.count, (long long)served_late(l));
}

/* What the kernel showed of the signal just before it was sent. */
static const char *disposition_text(enum disposition is)
{
    static const char *const texts[] = {
        [DISPOSITION_UNKNOWN] = "",
        [DISPOSITION_CAUGHT] = "; the process has a handler for it",
        [DISPOSITION_IGNORED] = "; the process ignores it",
        [DISPOSITION_BLOCKED] = "; the process blocks it",
        [DISPOSITION_DEFAULT] = "; the process has no handler for it",
    };
    return (int)is < 0 ? "" : texts[is];
}

/* The same signal ends it as a rule where no stream and no silent client holds it: it changes
 * something, and what served on in check-main was held. */
static bool obeys_elsewhere(const struct view *l)
{
    size_t told = 0, gone = 0;

    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *other = &l->all[i];

        if (!view_run_is(other, BARE_RUNS) || !other->usable || !other->t0_ns)
            continue;
        told++;
        gone += other->ended_itself;
    }
    return gone * 2 > told;
}

void find_signal_ignored(const struct view *l, struct tally *s)
{
    struct cuts cuts;

    if (!view_run_is(l, RUN(MAIN)) || !l->t0_ns || !run_is_settled(l) ||
        (!ended(l) && obeys_elsewhere(l)))
        return;
    cuts_find(l, &cuts);
    if (cuts.count == 0 && has_reloaded(l))
        return; /* that is no stop either, but it did something */
    if (cuts.count == 0 && served_late(l)) {
        tally_whole(s, true);
        tally_note(s, "%lld new connections were served later than 500 ms after the signal%s",
                   (long long)served_late(l), disposition_text(l->facts->main.disposition));
    } else if (stayed(l) && !l->closed_ns && l->facts->main.disposition == DISPOSITION_IGNORED) {
        tally_whole(s, true);
        tally_note(s, "the process ignores it, and had to be killed");
    } else if (ended(l)) { /* what was killed did not obey, whatever kept it */
        tally_whole(s, false);
    }
}

/* When it stopped serving by itself, before the kill that ends the run; INT64_MAX: it did not. A
 * listener that came back was only restarted. */
static int64_t stopped_ns(const struct view *l)
{
    int64_t closed = INT64_MAX;

    if (l->ended_itself)
        return l->closed_ns && l->closed_ns < l->exit_ns ? l->closed_ns : l->exit_ns;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_LISTENER, e));) {
        if (e->t_ns < l->t0_ns || e->t_ns >= l->kill_ns)
            continue;
        if (e->sockets > 0)
            closed = INT64_MAX;
        else if (closed == INT64_MAX)
            closed = e->t_ns;
    }
    return closed;
}

/* A signal that does nothing by default, and that the process has no handler for, did nothing. (A
 * blocked one may be read from a signalfd.) */
static bool is_without_effect(const struct view *l, int signo)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_DISPOSITION, e));)
        if (e->signo == signo && e->role == ROLE_MAIN)
            return e->disposition == DISPOSITION_DEFAULT || e->disposition == DISPOSITION_IGNORED;
    return false;
}

static bool is_its_stop(const struct view *l, int signo)
{
    const struct stop_signal *stop = stop_signal_of(l);

    return stop && stop->graceful == signo;
}

/* Only signals that do nothing by default: any other ends a process that has no handler. One that
 * its manual calls a stop is no defect, only good to know: a terminal sends it, too. */
void find_unrelated_signal(const struct view *l, struct tally *s)
{
    int64_t end = stopped_ns(l);
    int signo = 0;

    if (!view_run_is(l, RUN(UNRELATED_SIGNAL)) || !l->t0_ns)
        return;
    for (size_t i = 0; i < l->run->n_signals; i++) {
        int sent = l->run->signals[i].signo;

        if (sent == SIGKILL || l->run->signals[i].t_ns >= end)
            continue;
        s->of++;
        if (!is_without_effect(l, sent) && !is_its_stop(l, signo))
            signo = sent;
    }
    s->count = signo && end != INT64_MAX;
    if (!s->count)
        return;
    if (is_its_stop(l, signo))
        s->severity = SEVERITY_INFO;
    tally_note(s, "%s %s, and %s", signame_name(signo),
               is_its_stop(l, signo) ? "is its graceful stop" : "came",
               end == l->exit_ns ? "it exited" : "its listener was closed");
}

/* Dying of the signal before there is a handler is in order: nothing was promised yet. */
void find_startup_signal(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, ANY_RUN_STARTUP) || !l->t0_ns || other_run(l, RUN(MAIN), stayed))
        return;
    tally_whole(s, stayed(l));
    if (s->count)
        tally_note(s, "%s during the start was forgotten, and the server stayed",
                   signame_name(first_signal(l)));
}

/* Answers that others gave when the main process was gone: in a container, or where the platform
 * kills what the main process leaves, they would have been cut. */
static void find_left_working(const struct view *l, struct tally *s)
{
    struct tally after = {0};

    tally_attempts(&after, l, INFLIGHT_LOADS | STREAM_LOADS | LOAD(OUTLASTING), was_in_flight,
                   is_answered_after_exit);
    if (!after.count)
        return;
    after.severity = s->severity;
    *s = after;
    s->of = s->count;
    tally_note(s, "the main process exited, and those that it left went on for up to %s",
               DURATION_HUMAN(l->facts->course.answered_ns - l->exit_ns));
}

/* Processes left behind, but for one that merely holds the listener: that is the next rule. */
void find_workers_orphaned(const struct view *l, struct tally *s)
{
    int64_t left = 0;
    char word[64] = "";

    if (view_run_is(l, RUN(PID1)))
        find_orphaned_as_pid1(l, s);
    if (!view_run_is(l, RUN(MAIN) | RUN(GROUP) | RUN(DEADLINE)) || !l->exit_ns || !ended(l))
        return;
    for (const struct event *e = NULL; (e = next_event(l, EVENT_ORPHAN, e));) {
        bool holds = false;

        for (const struct event *v = NULL; (v = next_event(l, EVENT_SURVIVOR, v));)
            holds |= v->pid == e->pid && v->status == -1 && !l->held;
        if (!holds && left++ == 0)
            command_word(e->text ? e->text : "", 0, word, sizeof word);
    }
    tally_whole(s, left > 0);
    if (left)
        tally_note(s, "%lld left behind, the first is '%s'", (long long)left, word);
    else
        find_left_working(l, s);
}

void find_listener_leaked(const struct view *l, struct tally *s)
{
    if (!view_run_is(l, ANY_RUN) || !ended(l) || l->held) /* drainctl listens there itself */
        return;
    tally_whole(s, false);
    for (const struct event *e = NULL; (e = next_event(l, EVENT_SURVIVOR, e));)
        if (e->status == -1) {
            char word[64];

            s->count = 1;
            if (e->pid)
                tally_note(s, "%lld (%s) still listens after the exit, and does not answer",
                           (long long)e->pid,
                           command_word(e->text ? e->text : "", 0, word, sizeof word));
            else
                tally_note(s, "a process that cannot be looked at still listens after the exit, "
                              "and does not answer");
        }
}

/* The start over a socket file that an exit, or a kill, had left. */
static const struct event *failed_second_start(const struct view *l)
{
    for (size_t i = 0; i < l->in->n; i++) {
        const struct view *other = &l->all[i];

        for (const struct event *e = NULL; (e = next_event(other, EVENT_NOTE, e));)
            if (view_run_is(other, RUN(SECOND_START)) && e->why &&
                note_find(e->why) == NOTE_STALE_SOCKET && next_event(other, EVENT_ERROR, NULL))
                return e;
    }
    return NULL;
}

void find_leftover_file(const struct view *l, struct tally *s)
{
    const struct event *stale = view_run_is(l, RUN(MAIN)) ? failed_second_start(l) : NULL;

    if (stale) {
        tally_whole(s, true);
        s->severity = SEVERITY_MEDIUM;
        tally_note(s, "the socket '%s' was left by a%s, and the next start failed on it",
                   stale->text ? stale->text : "", ended(l) ? "n exit" : " kill");
        return;
    }
    if (!view_run_is(l, ANY_RUN) || !ended(l))
        return;
    tally_whole(s, false);
    for (const struct event *e = NULL; (e = next_event(l, EVENT_LEFTOVER, e));) {
        s->count = 1;
        tally_note(s, "the %s '%s' is still there",
                   e->leftover == LEFTOVER_SOCKET ? "socket" : "pid file", e->text ? e->text : "");
    }
}
