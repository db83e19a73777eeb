/* "signals": which signal, to whom, and the moment at which it is sent. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/signame.h"
#include "plan/parse.h"
#include "plan/profiles.h"

enum { MAX_SIGNALS = 1000 };
static const int64_t max_number = INT64_C(1000000000);

struct signal_reader {
    const struct plan *plan;
    struct plan_signal *signal;
    size_t index;
};

#define WHEN(into) (&((struct signal_reader *)(into))->signal->when)

/* --- "when" --- */

static int when_at(READ_PARAMS)
{
    return json_get_duration(doc, node, &WHEN(into)->at_ns, err);
}

static int when_load(READ_PARAMS)
{
    return read_load_name(doc, node, ((struct signal_reader *)into)->plan, &WHEN(into)->load, err);
}

static int when_number(READ_PARAMS)
{
    return json_get_int(doc, node, 1, max_number, &WHEN(into)->n, err);
}

/* Only what a client goes through can be waited for. */
static int when_phase(READ_PARAMS)
{
    static const enum phase passed[] = {PHASE_CONNECTING, PHASE_SENDING, PHASE_WAITING,
                                        PHASE_RECEIVING, PHASE_DONE};
    const char *known[ARRAY_LEN(passed) + 1] = {0};
    for (size_t i = 0; i < ARRAY_LEN(passed); i++)
        known[i] = phase_words[passed[i]].word;
    const char *word = cJSON_IsString(node) ? node->valuestring : "";
    int phase = word_find(phase_words, PHASE_COUNT, word), index;
    if (phase == PHASE_NOT_STARTED || phase == PHASE_IDLE) {
        json_error(doc, node, err, "a moment cannot be the phase '%s'", word);
        return error_hint(err, "use connecting, sending, waiting, receiving or done");
    }
    if (read_choice(doc, node, "phase", known, &index, err) < 0)
        return -1;
    WHEN(into)->phase = passed[index];
    return 0;
}

static int when_log(READ_PARAMS)
{
    return read_regex(doc, node, &WHEN(into)->regex, err);
}

static int status_path(READ_PARAMS)
{
    return read_path(doc, node, &WHEN(into)->path, err);
}

static int status_is(READ_PARAMS)
{
    return read_status(doc, node, &WHEN(into)->status, err);
}

const struct json_field when_status_fields[] = {
    {"path", status_path, true},
    {"is", status_is, true},
    {0},
};

static int when_status(READ_PARAMS)
{
    return json_read_object(doc, node, when_status_fields, into, err);
}

static int when_of(READ_PARAMS)
{
    struct signal_reader *r = into;
    return read_signal_name(doc, node, r->plan, r->index, &WHEN(into)->of, err);
}

static int when_still(READ_PARAMS)
{
    return json_get_duration(doc, node, &WHEN(into)->still_ns, err);
}

static int when_target(READ_PARAMS)
{
    static const char *const events[] = {"listener-closed", NULL};
    int event;
    (void)into;
    return read_choice(doc, node, "event of the target", events, &event, err);
}

const struct json_field when_fields[] = {
    {"at", when_at, false},
    {"load", when_load, false},
    {"in_flight", when_number, false},
    {"request", when_number, false},
    {"phase", when_phase, false},
    {"log", when_log, false},
    {"status", when_status, false},
    {"after", when_at, false},
    {"of", when_of, false},
    {"target", when_target, false},
    {"started", when_at, false},
    {"still", when_still, false},
    {0},
};

/* The forms of a moment: exactly these keys together. */
static const struct {
    enum when_kind kind;
    const char *keys[5];
} forms[] = {
    {WHEN_AT, {"at"}},
    {WHEN_AT, {"at", "still"}},
    {WHEN_IN_FLIGHT, {"load", "in_flight"}},
    {WHEN_IN_FLIGHT, {"load", "in_flight", "still"}},
    {WHEN_REQUEST, {"load", "request", "phase"}},
    {WHEN_REQUEST, {"load", "request", "phase", "still"}},
    {WHEN_LOG, {"log"}},
    {WHEN_STATUS, {"status"}},
    {WHEN_AFTER, {"after", "of"}},
    {WHEN_LISTENER_CLOSED, {"target"}},
    {WHEN_STARTED, {"started"}},
};

static bool has_form(const cJSON *node, const char *const *keys)
{
    int n = 0;
    for (; keys[n]; n++)
        if (!json_has(node, keys[n]))
            return false;
    return cJSON_GetArraySize(node) == n;
}

static int read_when(READ_PARAMS)
{
    if (json_read_object(doc, node, when_fields, into, err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (!has_form(node, forms[i].keys))
            continue;
        WHEN(into)->kind = forms[i].kind;
        return 0;
    }
    json_error(doc, node, err, "expected one moment");
    return error_hint(err, "one of: at; load and in_flight; load, request and phase; log; status; "
                           "after and of; target; started");
}

/* --- the signal itself --- */

static int read_send(READ_PARAMS)
{
    return read_signo(doc, node, &((struct signal_reader *)into)->signal->signo, err);
}

static int read_to(READ_PARAMS)
{
    static const char *const receivers[] = {"process", "group", "tree", "listener", NULL};
    int to;
    if (read_choice(doc, node, "receiver", receivers, &to, err) < 0)
        return -1;
    ((struct signal_reader *)into)->signal->to = (enum signal_to)to;
    return 0;
}

static int read_freeze(READ_PARAMS)
{
    struct signal_reader *r = into;
    return read_load_name(doc, node, r->plan, &r->signal->freeze, err);
}

static int read_write(READ_PARAMS)
{
    static const char *const instants[] = {"before", "after", "turns", NULL};
    int write;
    if (read_choice(doc, node, "instant of writing", instants, &write, err) < 0)
        return -1;
    ((struct signal_reader *)into)->signal->write = (enum freeze_write)write;
    return 0;
}

const struct json_field signal_fields[] = {
    {"send", read_send, true},      {"when", read_when, true},    {"to", read_to, false},
    {"freeze", read_freeze, false}, {"write", read_write, false}, {0},
};

/* The load of a freeze is held; a client of it sends one request, or two with a kept connection. */
static int hold_load(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                     const struct plan_signal *s, struct error *err)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(node, "freeze");
    struct plan_load *l = &plan->loads[s->freeze];
    if (l->held)
        return json_error(doc, at, err, "the load '%s' waits for something else already", l->name);
    if (l->rate > 0 || l->shape == SHAPE_SILENT || l->frontend)
        return json_error(doc, at, err, "the load '%s' cannot be frozen: it %s", l->name,
                          l->frontend   ? "has a frontend"
                          : l->rate > 0 ? "has a rate"
                                        : "sends nothing");
    if (s->when.kind == WHEN_IN_FLIGHT && s->when.load == s->freeze)
        return json_error(doc, at, err,
                          "the load '%s' has nothing in flight while it waits to be frozen",
                          l->name);
    l->held = true;
    if (l->requests < 0)
        l->requests = l->clients * (l->reuse ? 2 : 1);
    return 0;
}

/* A moment that can never come is a mistake in the file, not a run that fails. */
static int check_reachable(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                           const struct plan_when *w, struct error *err)
{
    if (w->kind != WHEN_IN_FLIGHT && w->kind != WHEN_REQUEST)
        return 0;
    const struct plan_load *l = &plan->loads[w->load];
    bool in_flight = w->kind == WHEN_IN_FLIGHT;
    int64_t most = l->requests > 0 ? l->requests : max_number;
    if (l->shape == SHAPE_SILENT)
        most = in_flight ? 0 : l->clients;
    else if (in_flight && l->clients < most)
        most = l->clients;
    if (w->n <= most)
        return 0;
    const cJSON *when = cJSON_GetObjectItemCaseSensitive(node, "when");
    return json_error(
        doc, cJSON_GetObjectItemCaseSensitive(when, in_flight ? "in_flight" : "request"), err,
        "the load '%s' never has %s than %" PRId64 "%s", l->name,
        in_flight ? "more in flight" : "more requests", most, in_flight ? "" : " in all");
}

static int parse_signal(const struct json_doc *doc, const cJSON *node, int index, void *into,
                        struct error *err)
{
    struct plan *plan = into;
    struct plan_signal *s = &plan->signals[index];
    struct signal_reader r = {plan, s, (size_t)index};
    if (json_read_object(doc, node, signal_fields, &r, err) < 0)
        return -1;
    if (s->freeze < 0 && json_has(node, "write")) {
        json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "write"), err,
                   "'write' needs 'freeze': the load that writes");
        return -1;
    }
    if (s->freeze >= 0 && hold_load(doc, node, plan, s, err) < 0)
        return -1;
    if (check_reachable(doc, node, plan, &s->when, err) < 0)
        return -1;
    s->text = moment_text(plan, s);
    return 0;
}

static int parse_number(const struct json_doc *doc, const cJSON *node, int index, void *into,
                        struct error *err)
{
    struct plan *plan = into;
    (void)doc, (void)err;
    const cJSON *send = cJSON_GetObjectItemCaseSensitive(node, "send");
    plan->signals[index] = (struct plan_signal){
        .signo = cJSON_IsString(send) ? signame_number(send->valuestring) : 0,
        .when = {.load = -1, .of = -1},
        .freeze = -1,
    };
    plan->n_signals++;
    return 0;
}

int parse_signal_numbers(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                         struct error *err)
{
    plan->signals = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *plan->signals);
    return read_array(doc, node, 0, MAX_SIGNALS, parse_number, plan, err);
}

/* The platform's patience ends some time after the first signal; a file that sends its own SIGKILL,
 * or is part of a battery (which does), says when itself. */
static void add_platform_kill(struct plan *plan)
{
    const struct profile *p = plan->profile ? profile_find(plan->profile) : NULL;
    if (!p || !p->kill_signo || plan->audit || !plan->n_signals)
        return;
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].signo == p->kill_signo)
            return;
    struct plan_signal *s = &plan->signals[plan->n_signals++];
    *s = (struct plan_signal){
        .signo = p->kill_signo,
        .to = TO_TREE,
        .when = {.kind = WHEN_AFTER, .at_ns = p->grace_ns - plan->pre_stop_ns, .of = 0, .load = -1},
        .freeze = -1,
    };
    s->text = moment_text(plan, s);
}

int parse_signals(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                  struct error *err)
{
    if (read_array(doc, node, 0, MAX_SIGNALS, parse_signal, plan, err) < 0)
        return -1;
    add_platform_kill(plan);
    return 0;
}
