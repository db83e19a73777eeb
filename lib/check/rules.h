/* The rules of the catalogue: each looks at one run and says what it sees there. A rule must be
 * silent about a server that merely behaves differently; the reasons stand beside each rule. */
#ifndef CHECK_RULES_H
#define CHECK_RULES_H

#include "check/view.h"

typedef void defect_rule(const struct view *l, struct tally *s);

/* The rules themselves, one a page of defects/. Where they stand:
 *   rules_process.c   the process, its children, and what it leaves behind (sections A and E)
 *   rules_wrapper.c   a shell or a runner in front of it (A)
 *   rules_signal.c    requests in the first moments (B)
 *   rules_more.c      a second signal, one to the whole group, SIGINT (B)
 *   rules_group.c     a signal to the whole group (B)
 *   rules_sockets.c   connections in the first moments (B)
 *   rules_held.c      a listening socket that drainctl holds (B)
 *   rules_drain.c     while it drains (C)
 *   rules_stalls.c    what drags on (C)
 *   rules_crowd.c     many subscriptions (C)
 *   rules_deadline.c  the deadline, and the platform (D and F)
 *   rules_page.c      the files of an open page (G) */
#include "gen/defect_rules.h"

/* The catalogue, made from the pages: in the order of sections and places; a NULL id ends it. */
extern const struct defect defects[];
extern const size_t defects_count;

/* denials.c: what a run shows against a sentence of "what was fine", for the pages' "unless:" */
bool denies_obeys(const struct view *l);
bool denies_limit(const struct view *l);
bool denies_exit_in_time(const struct view *l);
bool denies_nobody_left(const struct view *l);
bool denies_nobody_listens(const struct view *l);
bool denies_pid1(const struct view *l); /* rules_wrapper.c */
bool denies_no_failure(const struct view *l);
bool denies_whole(const struct view *l);
bool denies_silent_no_hindrance(const struct view *l);

/* praise.c: what of the rows without a finding was fine, and which of them tries cannot prove; once
 * all findings are known */
void find_fine(struct audit *a, const struct view *views, size_t n_views,
               const struct finding *clean, size_t n);
void find_unproven(struct audit *a, const struct finding *clean, size_t n);

/* untested.c: which of the paths that were given saw nothing at work at the signal */
void find_untested(struct audit *a, const struct view *views, size_t n);

/* dependencies.c: what the card says of what the target was connected to; and for requests that
 * failed, which of its connections it had closed before */
void find_dependencies(struct audit *a, const struct view *views, size_t n);
void note_closed_first(const struct view *l, struct tally *s);

/* page.c: what the card says of the page that was given, and what it proves nothing of; has the run
 * of the page come to its end? */
enum { PAGE_SECTION = 'G' };
void find_page(struct audit *a, const struct view *views, size_t n);
bool page_was_asked_again(const struct view *l);

/* notes.c */
void find_notes(struct audit *a, const struct view *views, size_t n);

/* abilities.c: a load that was tried before the signal too, and what it is */
struct ability {
    load_set load, tried;
    const char *what; /* plural */
};
const struct ability *ability_at(size_t i); /* NULL behind the last one */
/* The like of this load was answered before the signal, or none was tried. */
bool was_able(const struct view *l, load_set load);
/* Connections were kept alive before the signal, or no client asked twice. */
bool keeps_alive(const struct view *l);

/* How the requests in flight at the signal were cut, if they were: shared by several rules. */
struct cuts {
    int64_t of, count;
    int64_t first_ns, last_ns; /* 0: none */
    bool at_exit;              /* they died with the process, and nothing happened after them */
};
void cuts_find(const struct view *l, struct cuts *cuts);
/* A limit of the server's own cut them, as it waited for them: without them it is gone sooner. */
bool cut_by_own_limit(const struct view *l, const struct cuts *cuts);
attempt_test is_cut_in_flight;
/* Requests in flight that were lost in these runs: only what a single signal does not do, as the
 * same come through in check-main, or at least in another run with the shutdown signal. */
void find_more_than_main(const struct view *l, struct tally *s, run_set runs);
/* Requests that outlast the deadline were lost in that run (check-deadline). */
bool run_cut_outlasting(const struct view *l);
/* When the target's own limit had cut all requests of check-deadline, if it had to be killed a
 * second or more later; else 0. */
int64_t limit_before_kill(const struct view *l);
/* The path that was given as --stream did not end within the grace in the run without a signal: it
 * is a subscription. */
bool stream_never_ends(const struct view *l);
/* Some request in flight in that run was lost; or got an error that it never gets otherwise. */
bool run_lost_in_flight(const struct view *l);
bool run_failed_in_flight(const struct view *l);
/* New connections of the main run were left hanging after the signal, until the end. */
bool run_leaves_hanging(const struct view *l);
/* A client was answered in the last moments before the signal. */
bool run_served_before(const struct view *l);
/* Nothing in flight came through, no client was answered after the signal, and it did not end. */
bool run_silent_after(const struct view *l);
/* Answered when the process that was signalled had been gone for a while. */
attempt_test is_answered_after_exit;
/* workers-orphaned, in the run as PID 1: what its exit cut, which the main run let finish. */
void find_orphaned_as_pid1(const struct view *l, struct tally *s);
/* After the target's exit a process still listened on its port, whether it answered or not. */
bool run_is_survived(const struct view *l);
/* Its listener was closed, and there is one again. */
bool listens_again(const struct view *l);
/* Its answer did not say that the connection ends. */
attempt_test is_untold;
/* When the process exited by itself, or was killed; 0: neither was seen. */
int64_t gone_ns(const struct view *l);
/* Nanoseconds from the last sign of work (an answer, the listener's end) to the exit or the kill;
 * 0 while the listener stayed open to the end, as it then was still in service. */
int64_t late_ns(const struct view *l);

/* lateness.c */
enum { LATE_MS = 1000 }; /* from here on an exit is late */
/* Runs in which no idle and no silent connection is open that could hold up the exit. */
#define BARE_RUNS (RUN(BARE) | RUN(GROUP) | ANY_RUN_SECOND_TERM | RUN(ACCEPT_QUEUE))
/* The last thing that kept the server busy, leaving out these loads. */
int64_t busy_ns(const struct view *l, load_set leaving_out);
/* ... leaving out streams and large answers. */
int64_t but_streams_ns(const struct view *l);
/* It serves as long as it listens: a delay for its load balancer. check-main shows it, where
 * requests go on coming; a listener that no process serves for most of that time is no work. */
bool serves_while_it_listens(const struct view *main);
/* How it ended after it had nothing left to do: late, not at all (it was killed), or in time. */
bool is_late(const struct view *l);
bool is_stuck(const struct view *l);
bool in_time(const struct view *l);

/* rules_stalls.c: killed, and its listener was never closed: it did not come to wait for
 * connections; a connection was open to the end, as it had been at the signal. */
bool never_began(const struct view *l);
bool is_held(const struct view *l);

static inline int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

#endif
