/* Which lines of a page in Prometheus' text format say that work is under way
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "run/looks.h"

enum { MOST_GAUGES = 32, NAME_MAX_BYTES = 200 };

static const char *const under_way[] = {"in_flight", "inflight", "in_progress", "active",   "busy",
                                        "pending",   "waiting",  "in_use",      "acquired", "held"};
/* What only counts up, measures, or is a setting. */
static const char *const not_a_gauge[] = {"_total", "_count",  "_sum", "_bucket", "_created",
                                          "second", "_bytes",  "max",  "min",     "limit",
                                          "_info",  "healthy", "ratio"};

static bool has_one(const char *name, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

static bool is_under_way(const char *series)
{
    char name[NAME_MAX_BYTES + 1];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(series, "{"), series);
    return has_one(name, under_way, ARRAY_LEN(under_way)) &&
           !has_one(name, not_a_gauge, ARRAY_LEN(not_a_gauge));
}

/* "name{label="a b"} 3 [TIME]": labels may hold blanks. False when it is no sample. */
static bool take_sample(const char *line, size_t len, char *series, double *value)
{
    size_t name = 0;
    bool quoted = false, labels = false;
    for (; name < len && (labels || (line[name] != ' ' && line[name] != '\t')); name++) {
        if (line[name] == '"' && (name == 0 || line[name - 1] != '\\'))
            quoted = !quoted;
        else if (!quoted && (line[name] == '{' || line[name] == '}'))
            labels = line[name] == '{';
    }
    if (name == 0 || name == len || name > NAME_MAX_BYTES || line[0] == '#')
        return false;
    snprintf(series, NAME_MAX_BYTES + 1, "%.*s", (int)name, line);
    char text[64], *end;
    snprintf(text, sizeof text, "%.*s", (int)(len - name), line + name);
    *value = strtod(text, &end);
    return end != text && isfinite(*value) && fabs(*value) < 1e15;
}

void metrics_gauges(const char *page, void (*gauge)(void *arg, const char *name, int64_t value),
                    void *arg)
{
    int found = 0;
    for (size_t len; *page && found < MOST_GAUGES; page += len + (page[len] == '\n')) {
        char series[NAME_MAX_BYTES + 1];
        double value;
        len = strcspn(page, "\n");
        if (!take_sample(page, len, series, &value) || !is_under_way(series))
            continue;
        gauge(arg, series, (int64_t)ceil(value));
        found++;
    }
}
