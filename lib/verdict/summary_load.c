/* Reading a JSON verdict back: the loads of a run. */
#include <math.h>

#include "base/mem.h"
#include "verdict/summary_json.h"

/* { "completed": 3, … } into counts by outcome */
static int read_outcomes(const struct json_doc *doc, const cJSON *node, int64_t *counts,
                         struct error *err)
{
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        int o = word_find(outcome_words, OUTCOME_COUNT, child->string);
        if (o < 0)
            return json_error(doc, child, err, "there is no outcome '%.60s'", child->string);
        if (json_get_int(doc, child, 0, SUMMARY_MOST, &counts[o], err) < 0)
            return -1;
    }
    return 0;
}

static int load_outcomes(READ_PARAMS)
{
    return read_outcomes(doc, node, ((struct load_summary *)into)->outcomes, err);
}

static int load_phases(READ_PARAMS)
{
    struct load_summary *l = into;
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        int p = word_find(phase_words, PHASE_COUNT, child->string);
        if (p < 0)
            return json_error(doc, child, err, "there is no phase '%.60s'", child->string);
        if (read_outcomes(doc, child, l->phases[p], err) < 0)
            return -1;
    }
    l->by_phase = true;
    return 0;
}

static int load_reasons(READ_PARAMS)
{
    struct load_summary *l = into;
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    l->reasons = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *l->reasons);
    for (const cJSON *child = node->child; child; child = child->next) {
        struct word_count *r = &l->reasons[l->n_reasons++];
        r->word = child->string;
        if (json_get_int(doc, child, 0, SUMMARY_MOST, &r->count, err) < 0)
            return -1;
    }
    return 0;
}

NUMBER(latency_p50, struct load_summary, p50_ms)
NUMBER(latency_p99, struct load_summary, p99_ms)
static const struct json_field latency_keys[] = {
    {"p50", latency_p50, false},
    {"p99", latency_p99, false},
    {0},
};

static int load_latency(READ_PARAMS)
{
    return json_read_known(doc, node, latency_keys, into, err);
}

static int users_saw(READ_PARAMS)
{
    struct users_summary *u = into;
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        int s = word_find(saw_words, SAW_COUNT, child->string);
        if (s < 0)
            return json_error(doc, child, err, "no person sees '%.60s'", child->string);
        if (json_get_int(doc, child, 0, SUMMARY_MOST, &u->saw[s], err) < 0)
            return -1;
    }
    return 0;
}

COUNT(users_intentions, struct users_summary, intentions)
COUNT(users_open, struct users_summary, open)
NUMBER(users_seconds, struct users_summary, seconds_lost)
static const struct json_field users_keys[] = {
    {"intentions", users_intentions, true},
    {"open", users_open, true},
    {"saw", users_saw, true},
    {"user_seconds_lost", users_seconds, true},
    {0},
};

static int load_users(READ_PARAMS)
{
    struct users_summary *u = &((struct load_summary *)into)->users;
    u->any = true;
    if (json_read_known(doc, node, users_keys, u, err) < 0)
        return -1;
    int64_t sum = u->open;
    for (int s = 0; s < SAW_COUNT; s++)
        sum += u->saw[s];
    if (sum == u->intentions && u->seconds_lost >= 0)
        return 0;
    return json_error(doc, node, err, "what people saw adds up to %lld, not to the %lld intentions",
                      (long long)sum, (long long)u->intentions);
}

STRING(load_name, struct load_summary, name)
COUNT(load_attempts, struct load_summary, attempts)
static const struct json_field load_keys[] = {
    {"name", load_name, true},         {"attempts", load_attempts, true},
    {"outcomes", load_outcomes, true}, {"phases", load_phases, false},
    {"reasons", load_reasons, false},  {"latency_ms", load_latency, false},
    {"users", load_users, false},      {0},
};

static int64_t sum_of(const int64_t *counts)
{
    int64_t sum = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++)
        sum += counts[o];
    return sum;
}

static int check_sums(const struct json_doc *doc, const cJSON *node, const struct load_summary *l,
                      struct error *err)
{
    int64_t outcomes = sum_of(l->outcomes), phases = 0;
    for (int p = 0; p < PHASE_COUNT; p++)
        phases += sum_of(l->phases[p]);
    const char *what = outcomes != l->attempts                ? "outcomes"
                       : l->by_phase && phases != l->attempts ? "phases"
                                                              : NULL;
    if (!what)
        return 0;
    return json_error(doc, node, err, "the %s add up to %lld, not to the %lld attempts", what,
                      (long long)(*what == 'o' ? outcomes : phases), (long long)l->attempts);
}

int summary_loads(READ_PARAMS)
{
    struct run_summary *r = into;
    if (json_want_array(doc, node, err) < 0)
        return -1;
    r->loads = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *r->loads);
    for (const cJSON *child = node->child; child; child = child->next) {
        struct load_summary *l = &r->loads[r->n_loads++];
        l->p50_ms = l->p99_ms = NAN;
        if (json_read_known(doc, child, load_keys, l, err) < 0 ||
            check_sums(doc, child, l, err) < 0)
            return -1;
    }
    return 0;
}
