/* Sending a signal around a freeze, which makes a race certain. Frozen, the target is stopped; each
 * client of the load writes its request; the kernel is asked whether they all lie in the accept
 * queue or in receive buffers; the signal is queued; the target goes on.
 *
 * Or only the first few write before the signal, a third within milliseconds after the target goes
 * on, and the others in the milliseconds after it began to close.
 *
 * In turns, only the first few write before the signal, and the next few right behind it. Then the
 * target goes on for a fraction of a millisecond at a time, and in each pause a few more write: in
 * the middle of whatever it does at its shutdown. When it has closed the first of the connections
 * that it keeps idle, all that are left write at once. If it closes none in all its turns, half of
 * them do, and the others when it closes, once it goes on for good.
 *
 * With workers, the main process alone goes on, until it has handed the signal on; then the clients
 * of the stopped workers write. A worker that goes on has its signal and their requests at once. */
#include "run/internal.h"

#include "base/clock.h"
#include "base/mem.h"
#include "journal/note.h"

enum {
    FREEZE_PATIENCE_MS = 2000,
    TURN_PATIENCE_MS = 50, /* for a few requests, in a pause */
    AT_A_TIME = 3,         /* one that is lost may be the one that was just being closed */
    A_MILLISECOND = 5,     /* of those that write after it goes on */
    CLOSE_PATIENCE_MS = 1200,
    SHORT_TURNS = 20,
    TURNS_LEAST = 80,
    TURNS_PATIENCE_MS = 1100, /* a server may look for its signal once a second (gunicorn) */
    TURNS_AT_ONCE = 8,        /* before the loop goes round */
    HAND_ON_MS = 1100         /* as TURNS_PATIENCE_MS */
};

static const int64_t shortest_turn_ns = 40 * NS_PER_US, longest_turn_ns = 500 * NS_PER_US;

static int64_t written(const struct pending_signal *s)
{
    return loads_counts(s->run->loads, s->plan->freeze).written - s->written_before;
}

static void journal_freeze(struct pending_signal *s, int64_t queued, int64_t buffered)
{
    journal_add(s->run->journal, &(struct event){.kind = EVENT_FREEZE,
                                                 .load = s->plan->freeze,
                                                 .queued = queued,
                                                 .buffered = buffered});
}

static void thaw(struct pending_signal *s)
{
    if (target_thaw(member_target(s->run, (size_t)s->plan->process)))
        journal_add(s->run->journal, &(struct event){.kind = EVENT_THAW});
    s->thawed_ns = clock_ns();
}

/* True when the kernel holds all that was to be written, or patience has ended: then the signal is
 * queued. */
static bool queue_signal(struct pending_signal *s)
{
    struct run *r = s->run;
    int64_t queued = 0, buffered = 0;
    bool late = clock_ns() >= s->deadline_ns;
    if (written(s) < s->wanted && !late)
        return false;
    target_pending(member_target(r, (size_t)s->plan->process), &queued, &buffered);
    if (queued + buffered < s->wanted && !late)
        return false;
    if (queued + buffered < s->wanted)
        note_add(r->journal, NOTE_FREEZE_UNCERTAIN, (struct event){0});
    journal_freeze(s, queued, buffered);
    s->run->members[s->plan->process].now->told = true;
    target_signal(member_target(r, (size_t)s->plan->process), s->index, s->plan->signo,
                  s->plan->to);
    return true;
}

static int64_t all_clients(const struct pending_signal *s)
{
    return s->run->plan->loads[s->plan->freeze].clients;
}

static void release_all(struct pending_signal *s)
{
    s->wanted = all_clients(s);
    s->deadline_ns = clock_ns() + TURN_PATIENCE_MS * NS_PER_MS;
    loads_release(s->run->loads, s->plan->freeze);
}

static void release_some(struct pending_signal *s, int64_t n)
{
    s->wanted = s->wanted + n < all_clients(s) ? s->wanted + n : all_clients(s);
    s->deadline_ns = clock_ns() + TURN_PATIENCE_MS * NS_PER_MS;
    loads_release_some(s->run->loads, s->plan->freeze, n);
}

/* Short ones first, where most of a shutdown is done; then longer and longer ones. */
static int64_t turn_ns(int turn)
{
    int64_t ns = shortest_turn_ns;
    for (int i = SHORT_TURNS; i < turn && ns < longest_turn_ns; i++)
        ns += ns / 16;
    return ns;
}

/* New connections come slowly, as the listener may live for long; kept ones wait for the moment at
 * which they are closed. */
static bool is_due(const struct pending_signal *s)
{
    if (s->run->plan->loads[s->plan->freeze].reuse)
        return s->wanted < all_clients(s) / 2;
    return s->turns % 4 == 0 && s->wanted < all_clients(s);
}

/* Connections that it keeps may be closed long after the signal; no new client waits for that. */
static bool has_turned_enough(const struct pending_signal *s)
{
    return s->turns >= TURNS_LEAST &&
           (!s->run->plan->loads[s->plan->freeze].reuse || clock_ns() >= s->turns_until_ns);
}

static void read_kept(struct pending_signal *s, struct target *target)
{
    if (!s->kept)
        s->kept = MEM_NEW(struct target_kept);
    target_kept_read(target, s->kept);
}

/* From one pause to the next the clients did nothing: a connection that has gone, the target has
 * closed. Clients that keep theirs open no new ones: these are looked for once. */
static void look_at_kept(struct pending_signal *s, struct target *target)
{
    if (s->kept && s->run->plan->loads[s->plan->freeze].reuse)
        target_kept_closed(target, s->kept);
    else
        read_kept(s, target);
}

/* Turns, until clients must write or the loop must go round. */
static void go_on(struct pending_signal *s)
{
    struct target *target = member_target(s->run, (size_t)s->plan->process);
    look_at_kept(s, target);
    for (int i = 0; i < TURNS_AT_ONCE; i++) {
        if (target_turn(target, turn_ns(s->turns++)) < 0 || target_kept_closed(target, s->kept)) {
            s->step = FREEZE_LAST;
            release_all(s);
            return;
        }
        if (has_turned_enough(s)) {
            s->step = FREEZE_LAST;
            release_some(s, (all_clients(s) - s->wanted) / 2);
            return;
        }
        if (is_due(s)) {
            release_some(s, AT_A_TIME);
            return;
        }
    }
}

static bool look_signal(struct pending_signal *s)
{
    if (!queue_signal(s))
        return false;
    if (s->plan->write == WRITE_AFTER) {
        read_kept(s, member_target(s->run, (size_t)s->plan->process));
        thaw(s);
        s->step = FREEZE_THAWED;
        return false;
    }
    if (s->plan->write == WRITE_WORKERS) {
        struct target *target = member_target(s->run, (size_t)s->plan->process);
        s->turns_until_ns = clock_ns() + HAND_ON_MS * NS_PER_MS;
        s->alone = target_thaw_main(target) == 0;
        s->step = FREEZE_MAIN;
        return false;
    }
    s->step = FREEZE_TURNS;
    s->turns_until_ns = clock_ns() + TURNS_PATIENCE_MS * NS_PER_MS;
    release_some(s, AT_A_TIME);
    target_turns_begin();
    return false;
}

/* Those that do not come any more (a listener that takes no handshake) are not waited for in each
 * pause. */
static bool look_turns(struct pending_signal *s)
{
    if (written(s) < s->wanted)
        s->step = FREEZE_LAST;
    else
        go_on(s);
    return false;
}

static bool look_main(struct pending_signal *s)
{
    struct target *target = member_target(s->run, (size_t)s->plan->process);
    if (!s->alone && !target_is_handed_on(target) && clock_ns() < s->turns_until_ns)
        return false;
    release_all(s);
    s->deadline_ns =
        clock_ns() + FREEZE_PATIENCE_MS * NS_PER_MS; /* all of them, before it goes on */
    s->step = FREEZE_LAST;
    return false;
}

static bool look_last(struct pending_signal *s)
{
    target_turns_end();
    read_kept(s, member_target(s->run, (size_t)s->plan->process));
    thaw(s);
    s->step = FREEZE_THAWED;
    return s->wanted >= all_clients(s);
}

/* It has begun to close: its listener, or a connection that it kept. Or it does not seem to. */
static bool closes(struct pending_signal *s)
{
    struct target *target = member_target(s->run, (size_t)s->plan->process);
    return target_kept_closed(target, s->kept) || target_queue_depth(target) < 0 ||
           clock_ns() >= s->thawed_ns + CLOSE_PATIENCE_MS * NS_PER_MS;
}

/* Some at once, and the others when it closes: a few a millisecond. */
static bool look_thawed(struct pending_signal *s)
{
    bool at_once = s->plan->write == WRITE_AFTER && s->wanted < all_clients(s) / 3;
    if (s->run->end.target_exited) {
        release_all(s);
        return true;
    }
    s->closing = s->closing || (!at_once && closes(s));
    if (at_once || s->closing)
        release_some(s, A_MILLISECOND);
    if (s->wanted < all_clients(s))
        return false;
    release_all(s);
    return true;
}

static bool (*const looks[])(struct pending_signal *s) = {
    [FREEZE_SIGNAL] = look_signal, [FREEZE_TURNS] = look_turns,   [FREEZE_MAIN] = look_main,
    [FREEZE_LAST] = look_last,     [FREEZE_THAWED] = look_thawed,
};

/* The requests of this pause lie in the kernel, or do not come. */
static bool is_ready(const struct pending_signal *s)
{
    return s->step == FREEZE_SIGNAL || s->step == FREEZE_MAIN || s->step == FREEZE_THAWED ||
           written(s) >= s->wanted || s->run->end.target_exited || clock_ns() >= s->deadline_ns;
}

/* Go on when the kernel holds a request of every client, or when patience ends. */
bool freeze_look(struct pending_signal *s)
{
    if (s->plan->write != WRITE_BEFORE)
        return is_ready(s) && looks[s->step](s);
    if (!queue_signal(s))
        return false;
    thaw(s);
    return true;
}

void freeze_begin(struct pending_signal *s)
{
    struct run *r = s->run;
    if (target_freeze(member_target(r, (size_t)s->plan->process)) < 0)
        note_add(r->journal, NOTE_FREEZE_INCOMPLETE, (struct event){0});
    s->state = SIGNAL_FROZEN;
    s->written_before = loads_counts(r->loads, s->plan->freeze).written;
    if (s->plan->write != WRITE_BEFORE)
        release_some(s, AT_A_TIME);
    else
        release_all(s);
    s->deadline_ns = clock_ns() + FREEZE_PATIENCE_MS * NS_PER_MS;
}
