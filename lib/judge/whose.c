/* Whose event it is, and what it means to its process. */
#include "judge/facts.h"

#include <string.h>

#include "words/acts.h"

bool is_of_process(const struct event *e, const char *process)
{
    return strcmp(e->process ? e->process : "", process) == 0;
}

bool is_about(const struct run_facts *f, const struct event *e)
{
    return !event_is_of_process(e->kind) ||
           (is_of_process(e, f->whose.process) && e->life == f->whose.life);
}

bool is_told_by(const struct event *e)
{
    return (e->kind == EVENT_SIGNAL && e->os_errno == 0) || e->kind == EVENT_HANDOVER ||
           (e->kind == EVENT_ACTION && e->act == ACT_NOTICE);
}
