/* What is learnt of a run from its history, once: the verdict is formed of it, and the audit of a
 * battery asks it. For the judge and the rules of `check`; no report reads it. */
#ifndef JUDGE_FACTS_H
#define JUDGE_FACTS_H

#include "judge/judge.h"

/* What the reference server's ledger says of one attempt. */
enum ledger_mark {
    LEDGER_SEEN = 1,
    LEDGER_READ = 2,
    LEDGER_LATER = 4, /* work goes on after its answer */
    LEDGER_DONE = 8,  /* ... and was done */
};

/* Beside each attempt, what only the rules need. Same index as run_verdict.attempts. */
struct attempt_facts {
    unsigned ledger;     /* of enum ledger_mark */
    int64_t answered_ns; /* ledger: when the server wrote the answer's head; 0 not known */
    bool could_tell;     /* a whole answer, begun when the server knew of the signal */
};

/* A process of the target, as far as it was seen. */
struct process_facts {
    int64_t pid;                  /* 0: not known */
    const char *command;          /* "" when not known */
    const char *built;            /* what it was built with, "go1.22.5"; "" when not known */
    enum disposition disposition; /* of the first signal, just before it was sent */
};

/* A time in which drainctl itself was held up. */
struct stall {
    int64_t from_ns, to_ns;
};

enum { STALLS_MOST = 64 };

/* Whose facts these are. Those of a run are about its first target in its first life, but for the
 * signal, the ledger and the end, which any process may have. */
struct facts_whose {
    const struct plan_target *target; /* while the run is judged: a verdict that moves leaves it */
    const char *process;              /* as in events: "" is the first target */
    int64_t life;
    bool holds_socket; /* drainctl does, for this target (socket activation), and the target has not
                          shut it down */
};

/* From the first event to the last. */
struct facts_course {
    int64_t first_ns, last_ns; /* of all events */
    int64_t answered_ns;       /* the last whole answer's last byte; 0: none */
    const struct event *end, *error;
    bool usable; /* carried out: not cut, no error, and the target was there at the signal */
    bool interrupted;
    bool partial;  /* cut, interrupted or not carried out: more could have come */
    int64_t stray; /* attempt events that belong to no attempt */
};

/* The target was stopped around a signal. */
struct facts_freeze {
    int64_t at_ns, thaw_ns;
    int64_t held; /* connections that the kernel held; -1: no freeze */
};

struct facts_exit {
    const struct event *own; /* the target's own; NULL */
    const struct event *any; /* its exit, whatever brought it about; NULL */
    bool by_itself;          /* it came after the first signal, and not because of a SIGKILL */
};

struct facts_stalls {
    struct stall at[STALLS_MOST]; /* of more than these the last one holds the rest */
    size_t n;
};

struct facts_listener {
    bool seen;
    int64_t gone_ns;   /* no listener any more: first time from the first signal on and before
                          drainctl's own kill; 0: never. For a socket that drainctl holds: no
                          process of the target had it any more */
    int64_t closed_ns; /* the same, but not if a SIGKILL after the first signal did it */
};

/* The listener's accept queue. */
struct facts_queue {
    int64_t lost;     /* -1: not known */
    int64_t open;     /* of these, how many may have turned out well */
    int64_t empty_ns; /* when it was last seen to be empty before the listener closed: all that had
                         connected were taken; 0: never seen */
    /* of what was reset as the listener closed, nearly all lay in the queue: those that connected
     * from then on; INT64_MAX: not so */
    int64_t reset_from_ns;
    /* at the first signal it held as many connections as had been made from then on, and had no
     * byte of an answer; 0: it was empty, or was not seen */
    int64_t waiting_from_ns;
};

/* What the health paths answered. */
struct facts_health {
    bool ready_seen;                        /* the readiness path was polled */
    int64_t not_ready_ns, not_ready_status; /* the first answer after the signal that said it was
                                               not ready; 0: there was none */
    bool open_after_turn; /* a health path was asked after that answer, and answered */
    int64_t live_answers;
    const struct event *live_broken;
};

struct facts_dependencies {
    struct dependency_facts *at; /* judge/dependencies.h; one for each address */
    size_t n;
};

/* The reference server's own record. */
struct facts_ledger {
    bool any;      /* the server keeps one */
    bool complete; /* so what is not in it never reached the server */
};

struct run_facts {
    const struct history *h;
    const struct plan *plan;
    struct facts_whose whose;
    struct run_facts *of; /* of a run of several: the same of each process by itself; else NULL */
    struct facts_course course;
    int64_t t0_ns;     /* first signal that was really sent, 0: none */
    int64_t kill_ns;   /* drainctl ends the target, 0: it did not */
    int64_t forced_ns; /* the first SIGKILL, drainctl's own or the plan's, that came before the
                          target's exit; 0: none */
    struct facts_freeze freeze;
    struct facts_exit exit;
    struct process_facts main, owner; /* owner: of the listening socket */
    struct facts_stalls stalls;
    struct facts_listener listener;
    struct facts_queue queue;
    struct facts_health health;
    struct facts_dependencies dependencies;
    struct facts_ledger ledger;
    /* these two are freed once the verdict is formed */
    int64_t *load_started; /* start events of each load, counted apart from the attempts */
    struct attempt_facts *attempts;
};

/* Milliseconds from a to b. */
double ms_between(int64_t from_ns, int64_t to_ns);

/* facts.c: everything but attempts. */
void facts_gather(struct run_facts *f, const struct history *h, const struct plan *plan);
/* f->of, when the plan has more than one process: only what is a process's own is in them. */
void facts_gather_each(struct run_facts *f);
/* How often a process was started. */
int64_t facts_lives(const struct run_facts *run, const char *process);
/* The facts about one more life of a process, which has nothing to be released. */
void facts_gather_life(struct run_facts *out, const struct run_facts *run, size_t process,
                       int64_t life);
void facts_free(struct run_facts *f); /* and the memory itself; accepts NULL */
/* whose.c. Is the event of this process (see run_facts)? */
bool is_of_process(const struct event *e, const char *process);
/* ... and of the life that they are about, or not of any process at all? */
bool is_about(const struct run_facts *f, const struct event *e);
/* Is a process told by it to go: a signal that was sent, a handover, a notice? */
bool is_told_by(const struct event *e);
/* Frees what only the verdict needs; the rest lives in the struct and the history. */
void facts_release(struct run_facts *f);
/* facts_process.c: main, owner and stalls; facts_gather calls it. */
void facts_of_processes(struct run_facts *f);
/* facts_queue.c: course.answered_ns, queue.reset_from_ns and queue.waiting_from_ns, once the
 * attempts are judged and the target's verdict says how many its queue lost. */
void facts_of_attempts(struct run_facts *f, const struct run_verdict *v);
/* facts_queue.c: queue.empty_ns; facts_gather calls it. */
void facts_of_queue(struct run_facts *f);
/* It had connected, and written what it had, when the queue was seen to be empty. */
bool is_taken(const struct run_facts *f, const struct attempt *a);
/* A new connection that lay in the accept queue at the first signal: the server did not have it. */
bool is_waiting(const struct run_facts *f, const struct attempt *a);
/* A connection that died as the listener closed, with no byte of an answer. */
bool is_reset_at_close(const struct run_facts *f, const struct attempt *a);
/* attempts.c: v->attempts and f->attempts with times, facts and phase; not yet judged. */
void attempts_assemble(struct run_verdict *v, struct run_facts *f);
/* classify.c: outcome, reason, whole of each. */
void attempts_classify(struct run_verdict *v, const struct run_facts *f);
/* proxied.c: proxy.answered of each, and, once the loads are tallied, the counts of those. */
void attempts_proxied(struct run_verdict *v);
void proxied_tally(struct run_verdict *v);
/* witness.c: what a second witness adds: never-accepted, truncated, processed. */
void attempts_witness(struct run_verdict *v, const struct run_facts *f);
/* waiting.c: which clients wait in the queue of a socket that drainctl holds, or had, until this
 * life was ready (process_verdict). */
void attempts_waiting(struct run_verdict *v, const struct run_facts *f);
void waiting_served(struct process_verdict *p, const struct run_verdict *v, size_t process,
                    int64_t start_ns, int64_t ready_ns);
/* reconcile.c: what was polled, held against the attempts. */
void queue_reconcile(const struct run_verdict *v, struct run_facts *f);
void told_reconcile(const struct run_verdict *v, struct run_facts *f);
/* load_verdict.c: one load_verdict a load. */
void loads_tally(struct run_verdict *v, const struct run_facts *f);
/* users.c: what the people at the pages saw, from the events and the judged attempts. */
/* storm.c: of loads with a frontend. */
void storms_judge(struct run_verdict *v, const struct run_facts *f);
void users_judge(struct run_verdict *v, const struct run_facts *f);
/* target_verdict.c: target and signals. */
void drain_judge(struct run_verdict *v, const struct run_facts *f);
/* processes.c: v->processes. */
void processes_judge(struct run_verdict *v, const struct run_facts *f);
/* expect.c: one expectation_verdict an expectation. */
void expects_judge(struct run_verdict *v, const struct run_facts *f);
/* verdict.c: value, why and hint. */
void verdict_form(struct run_verdict *v, const struct run_facts *f);

/* judge_history.c: all of the above on a plan already in v->plan. */
void judge_history(struct run_verdict *v, const struct history *h);

/* load_verdict.c: nearest-rank percentile of sorted ns; NaN of none. */
double percentile_of(const int64_t *sorted, size_t n, int percent);

/* `one` when n is 1, else `many`. */
const char *plural(int64_t n, const char *one, const char *many);

#endif
