/* Bounds of expectations, read and said: 0, "100%", ">= 95%", "< 3", "<= 200ms". */
#include "plan/parse.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/duration.h"

/* How each is read. */
static const struct {
    const char *text;
    enum bound_op op;
} operators[] = {
    /* the longer first: "<=" begins with "<" */
    {"<=", BOUND_LE}, {">=", BOUND_GE}, {"==", BOUND_EQ},
    {"<", BOUND_LT},  {">", BOUND_GT},  {"=", BOUND_EQ},
};

/* How each is said. */
static const char *const says[][2] = {
    [BOUND_EQ] = {[BOUND_SIGNS] = "", [BOUND_WORDS] = "exactly "},
    [BOUND_LE] = {[BOUND_SIGNS] = "≤ ", [BOUND_WORDS] = "at most "},
    [BOUND_GE] = {[BOUND_SIGNS] = "≥ ", [BOUND_WORDS] = "at least "},
    [BOUND_LT] = {[BOUND_SIGNS] = "< ", [BOUND_WORDS] = "less than "},
    [BOUND_GT] = {[BOUND_SIGNS] = "> ", [BOUND_WORDS] = "more than "},
};

void bound_add(struct buf *out, const struct plan_bound *b, enum bound_style style)
{
    char text[32];
    int64_t ns = (int64_t)b->value;
    buf_adds(out, says[b->op][style]);
    if (b->is_duration && style == BOUND_SIGNS)
        buf_adds(out, duration_words(ns, text, sizeof text));
    else if (b->is_duration)
        buf_adds(out, duration_format(ns, text, sizeof text));
    else
        buf_addf(out, "%.15g%s", b->value, b->percent ? "%" : b->times ? "x" : "");
}

/* Step over an operator and the blanks behind it. */
static const char *take_operator(const char *s, enum bound_op *op)
{
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        size_t len = strlen(operators[i].text);
        if (strncmp(s, operators[i].text, len) != 0)
            continue;
        *op = operators[i].op;
        return s + len + strspn(s + len, " ");
    }
    return s;
}

static int bad_bound(const struct json_doc *doc, const cJSON *node, bool times, struct error *err)
{
    json_error(doc, node, err, "'%.60s' is not a bound", node->valuestring);
    if (times)
        return error_hint(err,
                          "times the normal rate, or attempts per 100 ms: \"<= 3x\", \"<= 200\"");
    return error_hint(err, "a count or a percentage, with <=, >=, < or > in front if need be: 0, "
                           "\"100%%\", \">= 95%%\"");
}

static int check_value(const struct json_doc *doc, const cJSON *node, const struct plan_bound *b,
                       struct error *err)
{
    if (b->percent && b->value > 100)
        return json_error(doc, node, err, "more than 100%% cannot be");
    if (b->value < 0 ||
        (!b->percent && !b->times && (b->value != floor(b->value) || b->value > 1e15)))
        return json_error(doc, node, err, "expected a whole number of attempts, not %g", b->value);
    return 0;
}

/* `times`: "3x" is allowed, and a percentage is not. */
static int read_any(const struct json_doc *doc, const cJSON *node, bool times,
                    struct plan_bound *out, struct error *err)
{
    *out = (struct plan_bound){.op = BOUND_EQ};
    if (cJSON_IsNumber(node)) {
        out->value = node->valuedouble;
        return check_value(doc, node, out, err);
    }
    if (!cJSON_IsString(node))
        return json_error(doc, node, err, "expected a bound such as %s, not %s",
                          times ? "\"<= 3x\"" : "0 or \"100%\"", json_kind(node));
    const char *s = take_operator(node->valuestring, &out->op);
    const char *end = decimal_parse(s, &out->value);
    if (!end)
        return bad_bound(doc, node, times, err);
    end += strspn(end, " ");
    out->percent = *end == '%';
    out->times = times && *end == 'x';
    if (end[out->percent + out->times] != '\0' || (times && out->percent))
        return bad_bound(doc, node, times, err);
    return check_value(doc, node, out, err);
}

int read_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
               struct error *err)
{
    return read_any(doc, node, false, out, err);
}

int read_times_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
                     struct error *err)
{
    return read_any(doc, node, true, out, err);
}

int read_duration_bound(const struct json_doc *doc, const cJSON *node, struct plan_bound *out,
                        struct error *err)
{
    *out = (struct plan_bound){.op = BOUND_LE, .is_duration = true};
    int64_t ns;
    if (!cJSON_IsString(node))
        return json_error(doc, node, err, "expected a bound such as \"<= 200ms\", not %s",
                          json_kind(node));
    if (duration_parse(take_operator(node->valuestring, &out->op), &ns) < 0) {
        json_error(doc, node, err, "'%.60s' is not a bound on a duration", node->valuestring);
        return error_hint(err, "an operator and a duration with its unit: \"<= 200ms\"");
    }
    out->value = (double)ns;
    return 0;
}
