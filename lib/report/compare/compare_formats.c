/* The table of formats for a comparison. */
#include "report/compare/compare.h"

const struct report_format compare_formats[] = {
    {.name = "text",
     .summary = "for people: the verdict, and what is different",
     .write = compare_text},
    {.name = "json", .summary = "the whole comparison as one JSON object", .write = compare_json},
    {.name = "markdown", .summary = "a table for a pull request", .write = compare_markdown},
    {0},
};
