/* The rules of the catalogue: each looks at one run and says what it sees there. A rule must be
 * silent about a server that merely behaves differently; the reasons stand beside each rule. */
#ifndef CHECK_RULES_H
#define CHECK_RULES_H

#include "check/look.h"

typedef void defect_rule(const struct look *l, struct sight *s);

/* rules_process.c: the process, its children, and what it leaves behind (sections A and E) */
defect_rule find_pid1_no_handler, find_shell_wrapper, find_runner, find_wrong_signal,
    find_term_means_reload, find_unrelated_signal, find_startup_signal, find_signal_ignored,
    find_workers_orphaned, find_listener_leaked, find_leftover_file, find_exit_code;
/* rules_signal.c: requests in the first moments (section B) */
defect_rule find_exits_early, find_killed_at_signal, find_context_cancelled, find_unread_reset,
    find_upload_cut, find_expect_stranded, find_pipelined, find_second_signal, find_group_signal,
    find_sigint, find_handler_deadlock, find_half_head;
/* rules_sockets.c: connections in the first moments (section B) */
defect_rule find_accept_queue, find_handshake, find_defer_accept, find_reuseport, find_accept_race,
    find_keepalive_race;
/* rules_drain.c: while it drains (section C) */
defect_rule find_nobody_accepts, find_no_close, find_served_forever, find_shed_loop,
    find_health_stays, find_liveness, find_deps_closed, find_not_flushed, find_recycle_drop;
/* rules_stalls.c: what drags on (section C) */
defect_rule find_idle_stalls, find_silent_stalls, find_stream_stalls, find_exit_late,
    find_exit_never;
/* rules_deadline.c: at the deadline, and the platform (sections D and F) */
defect_rule find_no_deadline, find_deadline_ignored, find_exceeds_platform, find_result_hidden,
    find_truncated, find_header_cut, find_endpoint_lag, find_prestop, find_post_lost;

/* untested.c: which of the paths that were given saw nothing at work at the signal */
void find_untested(struct audit *a, const struct look *looks, size_t n);

/* How the requests in flight at the signal were cut, if they were: shared by several rules. */
struct cuts {
    int64_t of, count;
    int64_t first_ns, last_ns; /* 0: none */
    bool at_exit;              /* they died with the process, and nothing happened after them */
};
void cuts_find(const struct look *l, struct cuts *cuts);
attempt_test is_cut_in_flight;
/* Requests that outlast the deadline were lost in that run (check-deadline). */
bool run_cut_outlasting(const struct look *l);
/* Some request in flight in that run was lost. */
bool run_lost_in_flight(const struct look *l);
/* Somebody was answered in the last moments before the signal. */
bool run_served_before(const struct look *l);
/* Nothing in flight came through, nobody was answered after the signal, and it did not end. */
bool run_silent_after(const struct look *l);
/* Its answer did not say that the connection ends. */
attempt_test is_untold;
/* When the process exited by itself, or was killed; 0: neither was seen. */
int64_t gone_ns(const struct look *l);
/* Nanoseconds from the last sign of work (an answer, the listener's end) to the exit or the kill;
 * 0 while the listener stayed open to the end, as it then was still in service. */
int64_t late_ns(const struct look *l);

#endif
