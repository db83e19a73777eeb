/* The table of formats for the files of an old page. */
#include "report/skew/skew_report.h"

const struct report_format skew_formats[] = {
    {.name = "text", .summary = "for people", .write = skew_text},
    {.name = "json",
     .summary = "every file, before and after, as one JSON object",
     .write = skew_json},
    {0},
};
