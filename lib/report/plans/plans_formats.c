/* The table of formats for plans. */
#include "report/plans/plans.h"

const struct report_format plan_formats[] = {
    {"text", "for people: the timeline, the loads, and what is expected", plans_text, NULL},
    {"json", "the same as one JSON object", plans_json, NULL},
    {0},
};
