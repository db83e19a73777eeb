/* Scenarios that drainctl writes itself, for what the command line asks: what more than one of them
 * says. The rest of each is written with json_out.h where it is thought of. */
#ifndef PLAN_SCENARIO_OUT_H
#define PLAN_SCENARIO_OUT_H

#include "base/json_out.h"
#include "plan/plan.h"

struct scenario_out {
    struct buf text;
    struct json_out j;
};

/* Begin one, with its name. What follows is written to s->j. */
void scenario_begin(struct scenario_out *s, const char *name);
/* End it and parse it; frees it in any case. `file` names it in errors. 0, or -1 with err filled:
 * it was given something that no scenario can say, or that is too long for one. */
int scenario_end(struct scenario_out *s, const char *file, struct plan *plan, struct error *err);

void scenario_duration(struct json_out *j, const char *key, int64_t ns);
/* "command": all of a NULL-terminated argv. */
void scenario_command(struct json_out *j, char *const *argv);
/* "request" with a path and nothing else. */
void scenario_request(struct json_out *j, const char *path);

/* When a target is ready: the first of these that is set; if none is, when its port is open. */
struct scenario_ready {
    bool notify;
    const char *log, *path;
    int64_t within_ns;
};
void scenario_ready(struct json_out *j, const struct scenario_ready *ready);

/* An instant that counts from a signal: {"after": "300ms", "of": "SIGTERM"} under the key. */
void scenario_after(struct json_out *j, const char *key, const char *after, int signo);
/* An element of "signals": SIGKILL to the whole tree, this time after that signal. */
void scenario_kill(struct json_out *j, int64_t after_ns, int signo);

#endif
