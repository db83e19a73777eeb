#include "base/duration.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/decimal.h"

static const struct {
    const char *name;
    int64_t ns;
} units[] = {
    {"h", 3600 * NS_PER_S}, {"m", 60 * NS_PER_S}, {"s", NS_PER_S},
    {"ms", NS_PER_MS},      {"us", NS_PER_US},    {"ns", 1},
};

int duration_parse(const char *s, int64_t *ns)
{
    if (strcmp(s, "0") == 0) {
        *ns = 0;
        return 0;
    }
    double value;
    const char *end = decimal_parse(s, &value);
    if (!end)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(end, units[i].name) != 0)
            continue;
        double total = value * (double)units[i].ns;
        if (!(total <= 1000.0 * 3600 * NS_PER_S))
            return -1;
        *ns = (int64_t)llround(total);
        return 0;
    }
    return -1;
}

const char *duration_format(int64_t ns, char *out, size_t size)
{
    if (ns == 0) {
        snprintf(out, size, "0s");
        return out;
    }
    /* hours and minutes only when they are whole: "90s" reads better than "1.5m" */
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (ns < units[i].ns || (units[i].ns > NS_PER_S && ns % units[i].ns))
            continue;
        snprintf(out, size, "%.10g%s", (double)ns / (double)units[i].ns, units[i].name);
        return out;
    }
    snprintf(out, size, "%lldns", (long long)ns);
    return out;
}

const char *duration_words(int64_t ns, char *out, size_t size)
{
    char text[32];
    duration_format(ns, text, sizeof text);
    int number = (int)strspn(text, "0123456789.");
    snprintf(out, size, "%.*s %s", number, text, text + number);
    return out;
}

const char *duration_human(int64_t ns, char *out, size_t size)
{
    return duration_human_ms((double)ns / (double)NS_PER_MS, out, size);
}

const char *duration_human_ms(double ms, char *out, size_t size)
{
    if (fabs(ms) < 10)
        snprintf(out, size, "%.1f ms", ms);
    else if (fabs(ms) < 1000)
        snprintf(out, size, "%.0f ms", ms);
    else
        snprintf(out, size, "%.2f s", ms / 1000);
    return out;
}
