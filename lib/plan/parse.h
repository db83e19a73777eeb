/* What the files of the scenario parser share; not for use outside lib/plan. Each object of a
 * scenario is a table of keys (struct json_field); where one key depends on another the whole
 * object is read first and checked afterwards. */
#ifndef PLAN_PARSE_H
#define PLAN_PARSE_H

#include "base/json.h"
#include "plan/plan.h"

/* The parameters of a json_field's reader. */
#define READ_PARAMS const struct json_doc *doc, const cJSON *node, void *into, struct error *err

/* A json_field reader that stores into one member of a struct through a typed reader below. */
#define READ_MEMBER(fn, reader, type, member)                                                      \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return reader(doc, node, &((type *)into)->member, err);                                    \
    }

/* --- parse_value.c: values with rules of their own. Strings are copied; what stood there before
 * is freed. All fail with json_error. --- */

/* Not empty, no control characters. */
int read_text(const struct json_doc *doc, const cJSON *node, char **out, struct error *err);
/* Does it begin as a registry does: file:FOLDER or etcd://…? */
bool plan_is_registry(const char *text);
/* A path for a request line: begins with '/', no blanks or control characters (RFC 9112 3.2.1). */
int read_path(const struct json_doc *doc, const cJSON *node, char **out, struct error *err);
/* A POSIX extended regular expression that compiles. */
int read_regex(const struct json_doc *doc, const cJSON *node, char **out, struct error *err);
int read_signo(const struct json_doc *doc, const cJSON *node, int *signo, struct error *err);
int read_status(const struct json_doc *doc, const cJSON *node, int *status, struct error *err);
/* A duration above 0. */
int read_span(const struct json_doc *doc, const cJSON *node, int64_t *ns, struct error *err);
/* A string that is one of a NULL-terminated list; its index. `what` names the kind in messages. */
int read_choice(const struct json_doc *doc, const cJSON *node, const char *what,
                const char *const *known, int *index, struct error *err);
int read_phase(const struct json_doc *doc, const cJSON *node, int *phase, struct error *err);
/* An object of strings; `check` (may be NULL) looks at each pair's node. */
int read_pairs(const struct json_doc *doc, const cJSON *node, struct plan_pair **pairs, size_t *n,
               int (*check)(const struct json_doc *doc, const cJSON *node, struct error *err),
               struct error *err);

/* "env" of what is started. */
int read_env(const struct json_doc *doc, const cJSON *node, struct plan_target *t,
             struct error *err);

/* The name of a load of the plan; its index. */
int read_load_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                   int *index, struct error *err);
/* The name of a process of the plan; its index. */
int read_process_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                      int *index, struct error *err);
/* The name of a signal, or of an action ("restart a"), among the first `before` of the plan; the
 * index of the first such. */
int read_signal_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                     size_t before, int *index, struct error *err);

/* An array of `min` to `max` elements: calls `one` for each with its index. */
int read_array(const struct json_doc *doc, const cJSON *node, int min, int max,
               int (*one)(const struct json_doc *doc, const cJSON *node, int index, void *into,
                          struct error *err),
               void *into, struct error *err);

bool json_has(const cJSON *object, const char *key);

/* --- bound.c --- */
/* A number or a string "[OP] N[%]". Counts are whole numbers, percentages at most 100. */
/* A bound that may be a multiple: "<= 3x". No percentage. */
int read_times_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
                     struct error *err);
int read_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
               struct error *err);
/* "[OP] DURATION"; without OP it is the most. */
int read_duration_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
                        struct error *err);

/* --- one file an object --- */
/* `loads`: the scenario has some. */
/* The address of a target: http://…, or a Unix socket's. */
int read_target_url(const struct json_doc *doc, const cJSON *node, char **out, struct error *err);
int parse_target(const struct json_doc *doc, const cJSON *node, struct plan_target *t, bool loads,
                 struct error *err);
int parse_loads(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                struct error *err);
/* The targets are in the plan already. */
int parse_service(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                  struct plan_process *p, struct error *err);
int parse_proxy(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                struct plan_process *p, struct error *err); /* ... with "use" */
int parse_command(READ_PARAMS);                             /* into a plan_target */
int parse_reference(READ_PARAMS);                           /* the same */
int parse_request(READ_PARAMS);                             /* into a load_reader */

/* Arguments as they are read; `items` ends with NULL. */
struct parse_args {
    char **items;
    size_t count, cap;
};
void parse_add_arg(struct parse_args *list, char *arg); /* takes it over */
void parse_take_args(struct plan_target *t, char **items);

/* What the readers of one load get. */
struct load_reader {
    const struct plan *plan;
    struct plan_load *load;
};
#define LOAD(into) (((struct load_reader *)(into))->load)
/* "targets" and "services"; either may be NULL. The first target is plan->target. */
int parse_processes(const struct json_doc *doc, const cJSON *targets, const cJSON *services,
                    bool loads, struct plan *plan, struct error *err);
/* Every ${NAME.port} of the processes has its process; `root` is the scenario's. */
int check_process_names(const struct json_doc *doc, const struct plan *plan, struct error *err);
/* A process beside the first target, and a signal, with nothing said of it; the plan's arrays have
 * room (plan_room). */
struct plan_process *plan_add_process(struct plan *plan, const char *name);
struct plan_signal *plan_add_signal(struct plan *plan);

/* What the readers of one signal or action get. */
struct signal_reader {
    struct plan *plan;
    struct plan_signal *signal;
    size_t index;
    const cJSON *target; /* of "when" */
    enum when_kind becomes;
    const cJSON *verb; /* of an action */
};
int read_when(READ_PARAMS); /* into a signal_reader */
/* A moment that can never come is a mistake in the file. */
int check_reachable(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                    const struct plan_when *w, struct error *err);

/* Only the signal numbers and the actions' names, so that loads can refer to signals and signals to
 * loads. */
int parse_signal_numbers(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                         struct error *err);
int parse_action_names(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                       struct error *err);
int parse_signals(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                  struct error *err);
/* `first`: where the actions begin in plan->signals. */
int parse_actions(const struct json_doc *doc, const cJSON *node, size_t first, struct plan *plan,
                  struct error *err);
/* The platform's SIGKILL, if a profile is played. */
void parse_platform_kill(struct plan *plan);
int parse_expects(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                  struct error *err);
/* One expectation about a named process: its steps, its ledger. `add` makes one more of them. */
int parse_expect_process(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                         struct plan_expect *(*add)(void *arg, enum expect_kind kind), void *arg,
                         struct error *err);
/* Has an element of "expect" a key that is about a named process? */
bool is_expect_process(const cJSON *node);
/* A count with a name that is one of `fields`: "lost": 0. */
enum { ORDERS_MOST = 6 };
/* "life": 0, or "every" */
int read_life(const struct json_doc *doc, const cJSON *node, int64_t *life, struct error *err);
int read_record(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                struct plan_expect *e, struct error *err);
int parse_checklist(const struct json_doc *doc, const cJSON *node, struct plan_checklist *c,
                    struct error *err);
/* One expectation about the target, read into `e`. */
int parse_expect_target(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                        struct plan_expect *e, struct error *err);

/* --- text.c: moments and expectations in words; fresh strings --- */
char *moment_text(const struct plan *plan, const struct plan_signal *s);
char *expect_text(const struct plan *plan, const struct plan_expect *e);

/* --- for the test that compares the parser with scenario.schema.json --- */
struct plan_keys {
    const char *object; /* name of the definition in the schema; "" is the top */
    const struct json_field *fields;
};
extern const struct json_field scenario_fields[], target_fields[], reference_fields[],
    attach_fields[], ready_fields[], health_fields[], load_fields[], request_fields[],
    body_fields[], read_rate_fields[], instant_fields[], signal_fields[], when_fields[],
    when_status_fields[], expect_load_fields[], expect_target_fields[], latency_fields[],
    saw_fields[], service_fields[], proxy_fields[], action_fields[], expect_process_fields[],
    ledger_fields[], pool_fields[], jobs_fields[], entry_fields[], orders_fields[ORDERS_MOST],
    checklist_fields[];
extern const struct plan_keys plan_key_tables[]; /* ends with a NULL object */

#endif
