/* The table of formats. */
#include "report/formats.h"

#include <string.h>

const struct report_format report_formats[] = {
    {"text", "for people: verdict, sums, timeline, and what broke", report_text, NULL},
    {"json", "the whole verdict as one JSON object", report_json, NULL},
    {"junit", "JUnit XML, a test suite for each run", report_junit, NULL},
    {"tap", "Test Anything Protocol 14, a point for each expectation", report_tap, NULL},
    {"otlp",
     "traces for OpenTelemetry: a trace a request, one for the drain (FILE or http://HOST:4318)",
     report_otlp, &report_otlp_push},
    {0},
};

const struct report_format *report_find(const char *name)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
