/* The table of formats. */
#include "report/formats.h"

#include <string.h>

const struct report_format report_formats[] = {
    {"text", "for people: verdict, sums, timeline, and what broke", report_text},
    {"json", "the whole verdict as one JSON object", report_json},
    {"junit", "JUnit XML, a test suite for each run", report_junit},
    {"tap", "Test Anything Protocol 14, a point for each expectation", report_tap},
    {"har", "HTTP Archive 1.2, for the network panel of a browser", report_har},
    {"csv", "a row for each attempt, for spreadsheets", report_csv},
    {"markdown", "a summary for a pull request", report_markdown},
    {"prometheus", "metrics in Prometheus' text format", report_prometheus},
    {0},
};

const struct report_format *report_find(const char *name)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
