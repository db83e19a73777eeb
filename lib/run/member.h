/* The processes of a run: each of the plan's is a member, and each time that one is started it is a
 * life of it. */
#ifndef RUN_MEMBER_H
#define RUN_MEMBER_H

#include <stdbool.h>

#include "journal/journal.h"
#include "plan/plan.h"
#include "process/activation.h"
#include "process/target.h"

struct run;

/* A process that was started, until it is closed. */
struct life {
    struct member *of;
    int number; /* from 0 */
    struct target *target;
    struct plan_target plan; /* as the plan has it, with all names replaced; owned */
    char *what;              /* for messages */
    struct journal journal;  /* writes into the run's, with this one's name */
    int ledger_fd;
    bool ready, exited;
    bool told;     /* it was sent a signal, or handed over: that it ends is no surprise */
    bool quitting; /* the run is over, and it was told to go */
    bool closing;
    bool watched;        /* its health paths are asked */
    struct life *before; /* the one that was started before it and is not closed yet */
};

struct member {
    struct run *run;
    size_t index; /* plan_process */
    const char *name;
    bool service, action;
    enum proxy proxy;
    int port, control;        /* 0: none */
    int port_fd, control_fd;  /* hold the claim on it; -1 */
    struct activation socket; /* with the plan's socket_activation: held from its first start on */
    char *url;                /* where clients reach it; NULL: nowhere */
    struct life *now;         /* the newest; NULL: none, or all closed */
    int lives;                /* how often it was started */
    struct tell *tell;        /* what it is being told; NULL: nothing */
    int busy;                 /* index of the action that is under way; -1: none */
};

/* What the lives of a run tell. `arg` is the life (struct target_callbacks). */
struct life_events {
    void (*started)(struct life *l);
    void (*ready)(void *arg);
    void (*failed)(void *arg, const struct error *err);
    void (*line)(void *arg, int stream, const char *text);
    void (*listener_closed)(void *arg);
    void (*exited)(void *arg, int code, int signo);
    void (*extended)(void *arg, int64_t ns);
    void (*closed)(struct member *m);                       /* one of its lives */
    void (*broken)(struct run *r, const struct error *err); /* a process could not be started */
};
extern const struct life_events run_events; /* events.c */

/* All of them with ports and URLs, none started. 0, or -1 and ERROR_RUN. */
int members_init(struct run *r, struct error *err);
void members_free(struct run *r);
/* Start those that are to be there from the beginning, as far as what they need is ready: first
 * the services, then the targets, then the proxies in front of them. True when all are ready. */
bool members_start_next(struct run *r);
/* One more life of it. -1 and err: it could not be started. */
int member_start(struct member *m, bool beside, struct error *err);
/* The run is over: write down what is still running, and is now ended by drainctl. */
void members_note_kills(struct run *r);
/* Close what is left of all lives. */
void members_close(struct run *r);
void members_kill(struct run *r); /* at once, and nothing more */
/* Note what it left behind, and let go of it; the loop tells when it is closed. */
void life_close(struct life *l);

/* lookup.c. The process that runs now, or ran last; NULL: it was never started, or is closed. */
struct target *member_target(const struct run *r, size_t index);
bool member_running(const struct member *m);

/* actions.c: what comes of an action as its processes go on. */
bool action_is_possible(const struct run *r, size_t index);
void action_begin(struct run *r, size_t index);
void action_ready(struct life *l);
void action_exited(struct life *l, int code, int signo);
void action_closed(struct member *m);

#endif
