/* Actions as lines, the way tests/vectors and the tests of the frontend write them. */
#ifndef TESTS_FRONTEND_KIT_H
#define TESTS_FRONTEND_KIT_H

#include <stdio.h>
#include <string.h>

#include "frontend/frontend.h"

static inline void action_line(const struct fe_action *a, char *out, size_t size)
{
    const char *what = a->preflight ? "preflight" : fe_do_words[a->what];
    if (a->what == FE_SHOW || a->what == FE_SETTLE) {
        snprintf(out, size, "%s %u %s", what, a->intention, fe_words[a->word]);
        return;
    }
    int n = snprintf(out, size, "%s %s %u/%d%s", what, fe_call_words[a->call], a->intention,
                     a->attempt, a->key ? " key" : "");
    if (a->last_id)
        snprintf(out + n, size - (size_t)n, " after %u", a->last_id);
}

/* All of them, "; " between. */
static inline const char *action_lines(const struct fe_actions *actions)
{
    static char lines[1024];
    lines[0] = '\0';
    for (int i = 0; i < actions->n; i++) {
        char line[64];
        action_line(&actions->at[i], line, sizeof line);
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "%s%s", i ? "; " : "", line);
    }
    return lines;
}

#endif
