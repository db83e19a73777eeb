/* What was going on around an attempt. What names it (its number, its span, the trace of its
 * request) is certain to belong to it; all else is near it in time, and likely. */
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "journal/trace.h"
#include "report/walk/walk_int.h"

enum { AROUND_MOST = 12 };
static const int64_t AROUND_NS = 250 * NS_PER_MS;

enum sure { SURE_NOT, SURE_TIME, SURE_TRACE, SURE_SPAN, SURE_NUMBER };

/* "00-TRACE-SPAN-01", cut into its parts. */
struct names {
    char parent[TRACE_PARENT_TEXT];
    const char *trace, *span;
};

static void names_of(const struct walk *w, struct names *n)
{
    struct trace_id run = trace_run_of(&w->v->history->events[0]);
    trace_parent_text(run, w->a->load, w->a->request, w->a->id, n->parent);
    n->parent[2] = n->parent[35] = n->parent[52] = '\0';
    n->trace = n->parent + 3;
    n->span = n->parent + 36;
}

static const char *what_of(const struct event *e)
{
    return e->kind == EVENT_SIGNAL   ? "a signal was sent"
           : e->kind == EVENT_LEDGER ? event_word(record_words, e->record)
           : e->kind == EVENT_HELD   ? event_word(held_words, e->held)
           : e->text                 ? e->text
                                     : "";
}

static void around(struct walk *w, const struct event *e, enum sure sure)
{
    static const char *const says[] = {[SURE_TRACE] = " (certain, by the trace of its request)",
                                       [SURE_SPAN] = " (certain, by its span)",
                                       [SURE_NUMBER] = ""};
    char text[32];
    int64_t at = e->t_ns - w->a->start_ns;
    buf_addf(&w->line, "%s%s: ", at < 0 ? "-" : "+",
             duration_human(at < 0 ? -at : at, text, sizeof text));
    if (e->kind == EVENT_TARGET_OUTPUT && e->process && *e->process)
        buf_addf(&w->line, "%s: ", e->process);
    buf_adds(&w->line, what_of(e));
    if (e->kind == EVENT_HELD)
        buf_addf(&w->line, "%s%s: %lld", e->text && *e->text ? " " : "", e->text ? e->text : "",
                 (long long)e->depth);
    buf_adds(&w->line, says[sure] ? says[sure] : "");
    walk_say(w, e->kind == EVENT_TARGET_OUTPUT ? "its output"
                : e->kind == EVENT_LEDGER      ? "its record"
                : e->kind == EVENT_HELD        ? "its gauge"
                                               : "drainctl");
}

/* What the log of a proxy says of this attempt is told already, and is certain. */
static bool is_proxy_line(const struct event *e)
{
    return e->kind == EVENT_TARGET_OUTPUT && e->text &&
           strncmp(e->text, PROXY_LINE_START, strlen(PROXY_LINE_START)) == 0;
}

static bool is_near(const struct walk *w, const struct event *e)
{
    int64_t end = w->a->end_ns ? w->a->end_ns : w->a->start_ns;
    bool kind = e->kind == EVENT_TARGET_OUTPUT || e->kind == EVENT_SIGNAL || e->kind == EVENT_HELD;
    return kind && e->t_ns >= w->a->start_ns - AROUND_NS && e->t_ns <= end + AROUND_NS;
}

static enum sure how_sure(const struct walk *w, const struct names *n, const struct event *e)
{
    if (e->kind == EVENT_LEDGER)
        return e->attempt == w->a->id && e->at ? SURE_NUMBER : SURE_NOT;
    if (is_proxy_line(e))
        return SURE_NOT;
    if (e->kind == EVENT_TARGET_OUTPUT && e->text && strstr(e->text, n->span))
        return SURE_SPAN;
    if (e->kind == EVENT_TARGET_OUTPUT && e->text && strstr(e->text, n->trace))
        return SURE_TRACE;
    return is_near(w, e) ? SURE_TIME : SURE_NOT;
}

void walk_around(struct walk *w)
{
    struct names names;
    int64_t likely = 0;
    bool head = false;
    names_of(w, &names);
    for (size_t i = 0; i < w->v->history->count; i++) {
        struct event e = w->v->history->events[i];
        enum sure sure = how_sure(w, &names, &e);
        if (sure == SURE_NOT || (sure == SURE_TIME && likely++ >= AROUND_MOST))
            continue;
        if (!head)
            buf_adds(w->text.out, "\naround it, from its start (output and signals belong to it by "
                                  "time: likely;\nthe server's record by its number: certain)\n");
        head = true;
        if (sure == SURE_NUMBER)
            e.t_ns = e.at;
        around(w, &e, sure);
    }
}
