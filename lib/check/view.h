/* One run as the rules of the catalogue see it: its facts, its place in the battery, and the
 * questions that rules ask of an attempt. Internal to lib/check. */
#ifndef CHECK_VIEW_H
#define CHECK_VIEW_H

#include "check/audit.h"
#include "check/roles.h"
#include "judge/facts.h"

struct view {
    const struct view *all; /* of all runs, in their order */
    const struct audit_input *in;
    const struct run_verdict *run;
    const struct run_facts *facts; /* of the run */
    size_t index;                  /* of the run */
    int64_t t0_ns;                 /* the first signal; 0: none */
    int64_t exit_ns;               /* 0: the target did not exit */
    int64_t kill_ns;   /* drainctl, or the platform it played, killed the target; INT64_MAX: no */
    int64_t closed_ns; /* the listener closed by itself; 0: not seen */
    int64_t unread_from_ns;    /* what connected later and was cut, the server may not have read */
    bool usable, ended_itself; /* as among the facts */
    bool held; /* drainctl holds its listening socket (socket activation), which never closes: what
                  lies in its queue waits for the next start */
    bool page; /* it is the page's (check-page): the rules of section G alone look at it, and to all
                  others it is not usable */
};

/* All runs: `looks` has room for as many as there are in the input. */
void view_init(struct view *views, const struct audit_input *in);

/* `names` is a list separated by spaces; a trailing '*' matches any rest. */
bool name_in(const char *name, const char *names);
/* Is it one of these runs of the battery; does the attempt belong to one of these loads? */
bool view_run_is(const struct view *l, run_set runs);
load_set view_load(const struct view *l, int64_t load); /* by its index; 0: none of ours */
const char *attempt_load(const struct view *l, const struct attempt *a);
bool load_in(const struct view *l, const struct attempt *a, load_set loads);
/* The program a command line (or a JSON array) runs: its first word without the folder; for "node
 * /usr/bin/npm" and the like `which` 1 gives the second one. Writes into out, "" when there is
 * none. */
const char *command_word(const char *command, int which, char *out, size_t size);
/* One of `programs` (as names for name_in) is the command's first or second word. */
bool command_is(const char *command, const char *programs);

/* For how long at a stretch drainctl was held up in this time: what it saw late may have been
 * early by this much. */
int64_t view_held_ns(const struct view *l, int64_t from_ns, int64_t to_ns);

/* The signal went to a target whose processes and listeners had come to rest, as far as a moment
 * waited for that: one that still starts may not have a handler yet. */
bool run_is_settled(const struct view *l);

/* Is the target at a Unix socket, where TCP's own ways do not exist? */
bool view_is_unix(const struct view *l);

typedef bool attempt_test(const struct view *l, const struct attempt *a);
/* Cut off by the server itself, before it was killed. */
attempt_test is_cut;
/* Cut off, timed out, or never answered, not counting what drainctl's own kill cut. What waits for
 * the next start is not lost. */
attempt_test is_lost, waits_for_next;
/* Reset in the accept queue, by a witness, or by all that was seen: with the listener's end, when
 * its queue held about as many as died so. Or it waits there. The server never had it. */
attempt_test is_unaccepted;
/* Connected, and no byte of an answer. */
attempt_test has_no_byte;
/* Sent or being sent when the first signal came, and not yet answered in full; in flight: and the
 * server had taken it from its accept queue. */
attempt_test was_open, was_in_flight;
attempt_test is_completed;
attempt_test any_attempt, is_never_bad;
/* A whole answer or a refusal; a whole answer like those before the signal. */
attempt_test is_told, is_answered, is_truncated;
/* Answered with an error (400 or more) that the same request was never answered with before the
 * signal, or in the run that has none. */
attempt_test is_changed;
/* Taken from the accept queue just before the signal, not yet read, and dropped: all that was older
 * came through, so that not the drain but the moment did it. */
attempt_test is_unread;
/* For those that read slowly (LARGE_LOADS): the server had more of the answer to send at the signal
 * than the kernel could have taken off its hands. */
attempt_test is_half_sent;

/* Count attempts of the loads `loads`: those that pass `of`, and of these those that pass `bad`,
 * remembering the first few. Adds to what the tally holds. */
void tally_attempts(struct tally *s, const struct view *l, load_set loads, attempt_test *of,
                    attempt_test *bad);
/* Count this one. */
void tally_one(struct tally *s, const struct view *l, const struct attempt *a, bool bad);
/* It was not bad: is what the row claims true of it, too? */
void tally_doubt(struct tally *s, const struct view *l, const struct attempt *a);
/* The rule looked at one thing, and it was bad or not. */
void tally_whole(struct tally *s, bool bad);
void tally_add_attempt(struct tally *s, int64_t id);
void tally_note(struct tally *s, const char *fmt, ...) PRINTF(2, 3);
/* Did any other run of the battery of these pass the test? */
bool other_run(const struct view *l, run_set runs, bool (*test)(const struct view *other));
/* There is at least one such run. */
bool has_run(const struct view *l, run_set runs);
/* Events of one kind, in order: start with NULL. */
const struct event *next_event(const struct view *l, enum event_kind kind,
                               const struct event *after);

/* Requests that were being worked on at the signal, in the loads that a drain must finish. */
#define INFLIGHT_LOADS (LOAD(WAITING) | LOAD(WAITING_POST) | LOAD(KEPT))
/* An answer in parts that a drain must finish, too; and those that never end by themselves. */
#define STREAM_LOADS       (LOAD(STREAMING))
#define SUBSCRIPTION_LOADS (LOAD(SUBSCRIBED))
/* Answers that are read slowly until some time after the signal. */
#define LARGE_LOADS (LOAD(LARGE) | LOAD(LARGE_SLOW))

#endif
