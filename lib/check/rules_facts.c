/* What rules of more than one kind ask of a run. */
#include "check/rules.h"

#include <string.h>

bool is_untold(const struct look *l, const struct attempt *a)
{
    (void)l;
    return !a->told_to_close &&
           !(a->end && a->end->framing && strcmp(a->end->framing, "close") == 0);
}

int64_t gone_ns(const struct look *l)
{
    if (l->ended_itself)
        return l->exit_ns;
    return l->kill_ns != INT64_MAX ? l->kill_ns : l->exit_ns;
}
