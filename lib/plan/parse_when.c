/* "when": the moment of a signal or an action. */
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "plan/parse.h"

static const int64_t max_number = INT64_C(1000000000);

#define WHEN(into) (&((struct signal_reader *)(into))->signal->when)

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

static int when_page(READ_PARAMS)
{
    return read_path(doc, node, &WHEN(into)->path, err);
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

/* Beside another key it is the process that is meant; alone, it is the event. */
static int when_target(READ_PARAMS)
{
    (void)doc, (void)err;
    ((struct signal_reader *)into)->target = node;
    return 0;
}

/* What a process may come to, and the moment that this is. */
static const char *const becomes[] = {"ready", "exited", "listener-closed", NULL};
static const enum when_kind becoming[] = {WHEN_READY, WHEN_EXITED, WHEN_LISTENER_CLOSED};

static int when_is(READ_PARAMS)
{
    int index;
    if (read_choice(doc, node, "event of a process", becomes, &index, err) < 0)
        return -1;
    ((struct signal_reader *)into)->becomes = becoming[index];
    return 0;
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
    {"is", when_is, false},
    {"started", when_at, false},
    {"page", when_page, false},
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
    {WHEN_LOG, {"log", "target"}},
    {WHEN_STATUS, {"status"}},
    {WHEN_STATUS, {"status", "target"}},
    {WHEN_AFTER, {"after", "of"}},
    {WHEN_LISTENER_CLOSED, {"target"}},
    {WHEN_READY, {"target", "is"}}, /* or another of `becoming` */
    {WHEN_STARTED, {"started"}},
    {WHEN_PAGE, {"page"}},
};

static bool has_form(const cJSON *node, const char *const *keys)
{
    int n = 0;
    for (; keys[n]; n++)
        if (!json_has(node, keys[n]))
            return false;
    return cJSON_GetArraySize(node) == n;
}

/* Whose event is meant: the signal's own process, unless another is named. */
static int settle_target(const struct json_doc *doc, const cJSON *node, struct signal_reader *r,
                         struct error *err)
{
    static const char *const events[] = {"listener-closed", NULL};
    struct plan_when *w = &r->signal->when;
    int event;
    w->process = w->kind == WHEN_PAGE ? 0 : r->signal->process;
    if (!r->target)
        return 0;
    if (cJSON_GetArraySize(node) == 1)
        return read_choice(doc, r->target, "event of the target", events, &event, err);
    return read_process_name(doc, r->target, r->plan, &w->process, err);
}

int read_when(READ_PARAMS)
{
    struct signal_reader *r = into;
    if (json_read_object(doc, node, when_fields, into, err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (!has_form(node, forms[i].keys))
            continue;
        WHEN(into)->kind = forms[i].kind == WHEN_READY ? r->becomes : forms[i].kind;
        return settle_target(doc, node, r, err);
    }
    json_error(doc, node, err, "expected one moment");
    return error_hint(err, "one of: at; load and in_flight; load, request and phase; log; status; "
                           "after and of; target; target and is; started; page");
}

/* A run reads one page. */
static int check_page(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                      const struct plan_when *w, struct error *err)
{
    const char *first = plan_page(plan);
    const cJSON *when = cJSON_GetObjectItemCaseSensitive(node, "when");
    if (strcmp(first, w->path) == 0)
        return 0;
    return json_error(doc, cJSON_GetObjectItemCaseSensitive(when, "page"), err,
                      "a run reads one page, and another moment waits for '%.200s'", first);
}

/* A moment that can never come is a mistake in the file, not a run that fails. */
int check_reachable(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                    const struct plan_when *w, struct error *err)
{
    if (w->kind == WHEN_PAGE)
        return check_page(doc, node, plan, w, err);
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
