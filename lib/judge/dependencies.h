/* The connections that the target has made to others, by the address of the other end. */
#ifndef JUDGE_DEPENDENCIES_H
#define JUDGE_DEPENDENCIES_H

#include "judge/facts.h"

/* All texts are borrowed from the history. Times are those of events; 0: it did not happen. */
struct dependency_facts {
    const char *name;          /* the usual service at its port, or "" */
    const char *to;            /* "127.0.0.1:5432" */
    int64_t open;              /* connections that are open at the end of what was seen */
    int64_t closed;            /* from the first signal on, by whomever */
    int64_t left;              /* ... and these only by the exit of the process that held them */
    int64_t first_ns, last_ns; /* the first and the last of these */
    enum link_is first_is, last_is;
    int64_t seen_ns; /* the one that was closed last was open then */
};

/* f->dependencies; nothing for journals without such events. */
void facts_of_dependencies(struct run_facts *f);
/* From the signal on the target closed all its connections to it by itself. */
bool dependency_is_closed(const struct dependency_facts *d);
/* The one of those whose last connection was closed first; NULL: there is none. */
const struct dependency_facts *dependency_closed_first(const struct run_facts *f);

#endif
