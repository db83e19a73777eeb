/* Rules about what stands in front of the server: a shell or a runner that is signalled in its
 * place. That alone is fine: it may hand the signal on, and wait. */
#include "check/rules.h"

#include "base/duration.h"

#define MS(n) ((int64_t)(n)*1000000)

#define SHELLS "sh bash dash ash ksh zsh busybox"
#define RUNNERS                                                                                    \
    "npm npx pnpm yarn npm-cli.js npx-cli.js yarn.js pnpm.cjs nodemon foreman honcho poetry "      \
    "pipenv uv bundle gradle gradlew mvn mvnw make go cargo dotnet"

/* Another process than the signalled one owns the port. */
static bool is_wrapped(const struct view *l, const char *programs)
{
    return l->facts->main.pid && l->facts->owner.pid && l->facts->owner.pid != l->facts->main.pid &&
           command_is(l->facts->main.command, programs);
}

static void note_wrapper(const struct view *l, struct tally *s)
{
    char main_word[64], owner_word[64];

    tally_note(s, "signalled %lld (%s), but the port belongs to %lld (%s)",
               (long long)l->facts->main.pid,
               command_word(l->facts->main.command, 0, main_word, sizeof main_word),
               (long long)l->facts->owner.pid,
               command_word(l->facts->owner.command, 0, owner_word, sizeof owner_word));
}

static bool left_its_server(const struct view *l)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_ORPHAN, e));)
        if (e->pid == l->facts->owner.pid)
            return true;
    return false;
}

/* It counts only when the server outlived the wrapper, or never ended, and never closed its
 * listener: one that did got the signal, and something else holds it. */
static void find_swallowed(const struct view *l, struct tally *s, const char *programs)
{
    bool outlived = run_is_survived(l) || (left_its_server(l) && !l->closed_ns);
    bool stayed = l->t0_ns && !l->ended_itself && !l->closed_ns;

    if (!view_run_is(l, RUN(MAIN)) || !l->facts->main.pid || !l->facts->owner.pid)
        return;
    tally_whole(s, is_wrapped(l, programs) && (outlived || stayed));
    if (s->count)
        note_wrapper(l, s);
}

void find_shell_wrapper(const struct view *l, struct tally *s)
{
    find_swallowed(l, s, SHELLS);
}

void find_runner(const struct view *l, struct tally *s)
{
    find_swallowed(l, s, RUNNERS);
}

bool is_answered_after_exit(const struct view *l, const struct attempt *a)
{
    return a->answer.whole && l->exit_ns && a->end_ns > l->exit_ns + MS(200);
}

/* The server heard the signal, and went on with its requests when the process that was told to stop
 * had gone. */
static bool goes_on_after_exit(const struct view *l)
{
    struct tally after = {0};

    if (!l->ended_itself || !l->closed_ns || run_is_survived(l))
        return false;
    tally_attempts(&after, l, INFLIGHT_LOADS | STREAM_LOADS, was_in_flight, is_answered_after_exit);
    return after.count > 0 || left_its_server(l);
}

/* As PID 1 of a container its exit is the kernel's SIGKILL to all others (pid_namespaces(7)). */
static void find_cut_with_container(const struct view *l, struct tally *s)
{
    if (!other_run(l, RUN(MAIN), goes_on_after_exit))
        return;
    tally_attempts(s, l, INFLIGHT_LOADS, was_in_flight, is_cut_in_flight);
    if (s->count)
        tally_note(s, "as PID 1 of a container its exit, %s after the signal, cut them",
                   DURATION_HUMAN(l->exit_ns - l->t0_ns));
}

/* A shell's wait ends with the signal that it has a trap for (POSIX, "wait"): one that forwards and
 * waits once leaves before its server. */
void find_wrapper_leaves(const struct view *l, struct tally *s)
{
    if (!is_wrapped(l, SHELLS " " RUNNERS) || !l->ended_itself)
        return;
    if (view_run_is(l, RUN(PID1)))
        find_cut_with_container(l, s);
    if (!view_run_is(l, RUN(MAIN)) || !l->closed_ns || run_is_survived(l))
        return;
    tally_attempts(s, l, INFLIGHT_LOADS | STREAM_LOADS, was_in_flight, is_answered_after_exit);
    if (!s->count && left_its_server(l)) {
        tally_whole(s, true);
        s->uncounted = true;
    }
    if (s->count)
        tally_note(s, "the wrapper exited %s after the signal, and its server had not ended",
                   DURATION_HUMAN(l->exit_ns - l->t0_ns));
}

bool denies_pid1(const struct view *l)
{
    struct cuts cuts;

    if (!view_run_is(l, RUN(PID1)) || !other_run(l, RUN(MAIN), goes_on_after_exit))
        return false;
    cuts_find(l, &cuts);
    return cuts.count > 0;
}

void find_orphaned_as_pid1(const struct view *l, struct tally *s)
{
    if (!is_wrapped(l, SHELLS " " RUNNERS) && l->ended_itself)
        find_cut_with_container(l, s);
}
