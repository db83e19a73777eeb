/* What the files that read a JSON verdict share. Private to lib/verdict. Each object is a table of
 * keys (struct json_field), as in the scenario parser. */
#ifndef VERDICT_SUMMARY_JSON_H
#define VERDICT_SUMMARY_JSON_H

#include "verdict/summary.h"

#define READ_PARAMS const struct json_doc *doc, const cJSON *node, void *into, struct error *err

/* attempts in one run, and whatever else is counted */
#define SUMMARY_MOST INT64_C(1000000000)

/* A json_field reader that stores into one member of a struct. */
#define STRING(fn, type, member)                                                                   \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return json_get_string(doc, node, &((type *)into)->member, err);                           \
    }
#define NUMBER(fn, type, member)                                                                   \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return json_get_number(doc, node, &((type *)into)->member, err);                           \
    }
#define COUNT(fn, type, member)                                                                    \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return json_get_int(doc, node, 0, SUMMARY_MOST, &((type *)into)->member, err);             \
    }
#define BOOL(fn, type, member)                                                                     \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return json_get_bool(doc, node, &((type *)into)->member, err);                             \
    }

/* "SIGTERM" to its number. */
int summary_signo(const struct json_doc *doc, const cJSON *node, int *signo, struct error *err);

/* json_field readers into a struct run_summary: "loads" and "target". */
int summary_loads(READ_PARAMS);
int summary_target(READ_PARAMS);
/* "looked_for", or of an older drainctl "defects"; the runs are there. */
int summary_defects(struct verdict_summary *s, struct error *err);

#endif
