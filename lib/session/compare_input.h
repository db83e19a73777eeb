/* One side of a comparison: a journal, which is judged now, or a JSON verdict. */
#ifndef SESSION_COMPARE_INPUT_H
#define SESSION_COMPARE_INPUT_H

#include "session/check_verdict.h"
#include "session/results.h"
#include "verdict/summary.h"

struct compared {
    struct results results; /* of a journal */
    struct check_verdict check;
    struct verdict_summary summary;
};

/* Read a file ("-": standard input) and tell by its content what it is. ERROR_USAGE with the place
 * when it is neither. */
int compared_load(struct compared *c, const char *path, struct error *err);
void compared_free(struct compared *c); /* accepts a zeroed one */

#endif
