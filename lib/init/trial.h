/* Trying a server once before its first scenario is written (`drainctl init`): two ordinary plans,
 * what they are to find out, and the file that comes of it. Pure; cmd/trial.h carries them out. */
#ifndef INIT_TRIAL_H
#define INIT_TRIAL_H

#include "base/buf.h"
#include "plan/plan.h"
#include "plan/profiles.h"

struct trial_options {
    char *const *command; /* NULL-terminated */
    const char *url;      /* NULL: http://127.0.0.1:${port} */
    const char *path;     /* an ordinary path; NULL: the best of those that answer */
    const char *slow;     /* a path that takes a while, or NULL */
    const char *ready;    /* readiness path; NULL: the port, and what is found */
    const char *live;     /* liveness path, or NULL: what is found */
    const char *ready_log;
    int signo;
    int64_t grace_ns;  /* from the signal to SIGKILL */
    int64_t within_ns; /* for the target to become ready */
    const struct profile *profile;
};

enum trial_role {
    TRIAL_FAST,    /* what users ask for */
    TRIAL_LIVE,    /* liveness by convention */
    TRIAL_HEALTH,  /* health by convention: readiness where there is nothing better */
    TRIAL_READY,   /* readiness by convention */
    TRIAL_NOWHERE, /* a path that no server has: what answers there answers everywhere */
    TRIAL_MANY,    /* many at a time, of the slow path or of an ordinary one */
};

enum { TRIAL_PATHS = 18, TRIAL_CLIENTS = 10 };

/* One path of the first plan; the load of the same index asks for it. */
struct trial_path {
    const char *path;
    enum trial_role role;
    bool given;       /* by the user, not guessed */
    int status;       /* what it answered; 0: no whole answer */
    bool not_http;    /* … because it was not HTTP */
    int64_t took_ns;  /* the quickest answer */
    int64_t together; /* TRIAL_MANY: how many were served at a time */
};

enum trial_end { TRIAL_EXITED, TRIAL_DIED, TRIAL_KILLED };

struct trial_findings {
    struct trial_path paths[TRIAL_PATHS];
    size_t n_paths;
    int64_t ready_ns; /* from the start */
    /* the choice made of them; NULL: there is none */
    const struct trial_path *fast, *ready, *live, *many;
    bool everywhere; /* every path answers 2xx: that one does says nothing */
    bool slow;       /* `many` takes long enough to be in flight when a signal comes */
    /* of the second plan */
    enum trial_end end;
    int exit_code, exit_signal;
    int64_t exit_ns; /* after the signal */
    bool handled;    /* the signal has a handler */
    bool ignored;    /* … or is ignored */
};

/* Can a scenario hold them? ERROR_USAGE names the option or the argument. To be asked first. */
int trial_check(const struct trial_options *o, struct error *err);
/* The paths to ask for. */
void trial_begin(struct trial_findings *f, const struct trial_options *o);
/* First plan: start it, ask for each path. ERROR_USAGE when the command is too long. */
int trial_plan_look(const struct trial_findings *f, const struct trial_options *o,
                    struct plan *plan, struct error *err);
/* Choose among the answered paths. ERROR_RUN when nothing can be made of them. */
int trial_choose(struct trial_findings *f, const struct trial_options *o, struct error *err);
/* Second plan: start it again, as the scenario will, and stop it when it is idle. */
int trial_plan_stop(const struct trial_findings *f, const struct trial_options *o,
                    struct plan *plan, struct error *err);
/* The commented scenario. `schema` is what "$schema" says, or NULL. */
void trial_write(const struct trial_findings *f, const struct trial_options *o, const char *schema,
                 struct buf *out);

/* How long a run gives it to become ready: thrice what it took, and what was asked for at least. */
int64_t trial_ready_within(const struct trial_findings *f, const struct trial_options *o);

#endif
