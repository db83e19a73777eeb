/* The table of formats for a simulated storm. */
#include "report/storm/storm.h"

const struct report_format storm_formats[] = {
    {.name = "text", .summary = "for people: pictures, and a table", .write = storm_text},
    {.name = "json", .summary = "all figures and bins as one JSON object", .write = storm_json},
    {.name = "markdown", .summary = "the table for a document", .write = storm_markdown},
    {0},
};
