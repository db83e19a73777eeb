#include "server/life/notice.h"

#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/utc.h"
#include "base/words.h"

static const char *const names[] = {
    [NOTICE_NO_SUBSCRIPTIONS] = "no-subscriptions",
    [NOTICE_NO_SESSIONS] = "no-sessions",
    [NOTICE_TELL_SUBSCRIPTIONS] = "tell-subscriptions",
    [NOTICE_DRAIN] = "drain",
    [NOTICE_STEPS] = NULL,
};

const char *notice_step_name(enum notice_step step)
{
    return names[step];
}

int notice_rules_set(struct notice_rules *rules, const char *spec, struct error *err)
{
    char name[32] = "";
    const char *equals = strchr(spec, '=');
    size_t len = equals ? (size_t)(equals - spec) : 0;
    if (!equals || len >= sizeof name) {
        error_set(err, ERROR_USAGE, "bad step of the notice '%s'", spec);
        return error_hint(err, "write NAME=DURATION, as in `--notice-step no-sessions=60s`");
    }
    memcpy(name, spec, len);
    int step = 0;
    while (step < NOTICE_DRAIN && strcmp(names[step], name) != 0)
        step++;
    if (step == NOTICE_DRAIN) {
        error_set(err, ERROR_USAGE, "the notice has no step '%s' that could be moved", name);
        const char *movable[NOTICE_DRAIN + 1] = {0};
        memcpy(movable, names, NOTICE_DRAIN * sizeof *names);
        return words_hint_list(name, movable, "those that can be", err);
    }
    if (duration_parse(equals + 1, &rules->before_ns[step]) < 0) {
        error_set(err, ERROR_USAGE, "'%s' is not a duration for the step '%s'", equals + 1, name);
        return error_hint(err, "a number and a unit: 500ms, 10s, 2m");
    }
    return 0;
}

static int64_t due_ns(const struct notice *n, const struct notice_rules *rules, int step)
{
    int64_t before = rules->before_ns[step];
    return before == NOTICE_AT_ONCE ? INT64_MIN : n->at_ns - before;
}

bool notice_reached(const struct notice *n, const struct notice_rules *rules, enum notice_step step,
                    int64_t now_ns)
{
    return n->scheduled && due_ns(n, rules, step) <= now_ns;
}

int64_t notice_next_ns(const struct notice *n, const struct notice_rules *rules, int64_t now_ns)
{
    int64_t next = INT64_MAX;
    for (int step = 0; n->scheduled && step < NOTICE_STEPS; step++) {
        int64_t due = due_ns(n, rules, step);
        if (due > now_ns && due < next)
            next = due;
    }
    return next;
}

int64_t notice_left_ns(const struct notice *n, int64_t now_ns)
{
    return n->scheduled && n->at_ns > now_ns ? n->at_ns - now_ns : 0;
}

static int read_in(const char *text, int64_t *left, struct error *err)
{
    if (duration_parse(text, left) == 0)
        return 0;
    error_set(err, ERROR_USAGE, "'%s' is not a duration", text);
    return error_hint(err, "a number and a unit: 30s, 5m, 1h");
}

static int read_at(const char *text, int64_t now_unix_ns, int64_t *left, struct error *err)
{
    int64_t at;
    char now[32];
    if (utc_parse(text, &at) < 0) {
        error_set(err, ERROR_USAGE, "'%s' is not a time", text);
        return error_hint(err, "date, time and zone: 2026-04-05T10:00:00Z");
    }
    *left = at - now_unix_ns;
    if (*left >= 0)
        return 0;
    error_set(err, ERROR_USAGE, "'%s' is in the past", text);
    return error_hint(err, "it is %s now; --in 5m counts from now",
                      utc_format(now_unix_ns, now, sizeof now));
}

int notice_plan(struct notice *n, const char *in, const char *at, int64_t now_ns,
                int64_t now_unix_ns, struct error *err)
{
    int64_t left;
    if (!in == !at) {
        error_set(err, ERROR_USAGE, "a notice needs one time: 'in' or 'at'");
        return error_hint(err, "in=5m, or at=2026-04-05T10:00:00Z");
    }
    if ((in ? read_in(in, &left, err) : read_at(at, now_unix_ns, &left, err)) < 0)
        return -1;
    if (left > NOTICE_LONGEST_NS) {
        error_set(err, ERROR_USAGE, "'%s' is more than 1000 hours away", in ? in : at);
        return error_hint(err, "give notice when the shutdown is nearer");
    }
    *n = (struct notice){
        .scheduled = true, .at_ns = now_ns + left, .at_unix_ns = now_unix_ns + left};
    return 0;
}
