/* The table of formats. */
#include "report/formats.h"

#include <string.h>

const struct report_format report_formats[] = {
    {"text", "for people: verdict, sums, timeline, and what broke", report_text, NULL},
    {"json", "the whole verdict as one JSON object", report_json, NULL},
    {"junit", "JUnit XML, a test suite for each run", report_junit, NULL},
    {"tap", "Test Anything Protocol 14, a point for each expectation", report_tap, NULL},
    {"har", "HTTP Archive 1.2, for the network panel of a browser", report_har, NULL},
    {"csv", "a row for each attempt, for spreadsheets", report_csv, NULL},
    {"markdown", "a summary for a pull request", report_markdown, NULL},
    {"prometheus",
     "metrics in Prometheus' text format (FILE, or http://HOST:9091/metrics/job/NAME)",
     report_prometheus, &report_prometheus_push},
    {"otlp",
     "traces for OpenTelemetry: a trace a request, one for the drain (FILE or http://HOST:4318)",
     report_otlp, &report_otlp_push},
    {"html", "one page for a browser, offline: a picture of every request", report_html, NULL},
    {0},
};

const struct report_format *report_find(const char *name)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
