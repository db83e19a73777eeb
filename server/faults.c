/* The table of planted faults. */
#include "server/faults.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/words.h"
#include "server/server.h"

const struct fault faults[] = {
    {"exit-early", FAULT_EXIT_EARLY,
     "exits with status 0 at the signal, requests in flight or not"},
    {"cut-in-flight", FAULT_CUT_IN_FLIGHT, "closes connections with a request in flight"},
    {"no-connection-close", FAULT_NO_CONNECTION_CLOSE, "never says Connection: close"},
    {"ignore-signal", FAULT_IGNORE_SIGNAL, "goes on as if no signal had come"},
    {"readiness-stays", FAULT_READINESS_STAYS, "/ready answers 200 through the whole drain"},
    {"drop-idle-at-once", FAULT_DROP_IDLE_AT_ONCE,
     "closes kept-alive connections without reading what they have sent"},
    {"close-before-queue-empty", FAULT_CLOSE_LISTENER_EARLY,
     "closes the listener with connections in its accept queue"},
    {"truncate-silently", FAULT_TRUNCATE_SILENTLY,
     "answers after the signal with half the body and a length that fits it"},
    {NULL, 0, NULL},
};

const struct fault *fault_find(const char *id)
{
    for (const struct fault *f = faults; f->id; f++)
        if (strcmp(f->id, id) == 0)
            return f;
    return NULL;
}

const char *fault_nearest(const char *id)
{
    const char *known[ARRAY_LEN(faults)];
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        known[i] = faults[i].id;
    return words_nearest(id, known);
}

void server_print_faults(FILE *out)
{
    for (const struct fault *f = faults; f->id; f++)
        fprintf(out, "%-26s %s\n", f->id, f->summary);
}
