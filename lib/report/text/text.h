/* The parts of the text report. Private to lib/report. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/attr.h"
#include "report/report.h"

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_UNSURE };

struct text {
    struct buf *out;
    bool color, verbose;
    int width;
};

/* text_out.c: everything that goes to the terminal goes through here. */
/* Append foreign bytes so that a terminal only ever prints them: control bytes, what is not UTF-8
 * and marks that turn the writing direction come out as \x1b, \u202e; and so does the first of
 * "##[" and, at the start, of "::", which in the log of a CI job are a command. */
void text_safe(struct buf *out, const char *s);
/* Columns that `s` takes once it has gone through text_safe. */
int text_columns(const char *s);
void text_style(struct text *t, enum style style, const char *s); /* through text_safe */
void text_pad(struct text *t, int columns);                       /* that many spaces */
/* Words wrapped at t->width; the first line begins at column `at`, the others at `indent`. Ends
 * with a newline. */
void text_wrap(struct text *t, enum style style, int at, int indent, const char *s);
void text_undo_newline(struct text *t); /* take the last one back */
enum style verdict_style(enum verdict_value v);

/* text.c: what a pass rests on, in a sentence, so that it cannot be mistaken for an empty one */
void text_pass(struct buf *b, const struct run_verdict *v);
/* text.c: what the verdict rests on, in a sentence; foreign bytes as they are. */
void text_summary(struct buf *out, const struct run_verdict *v);

/* text_table.c: phase by outcome for each load, and the identity of the sums */
void text_table(struct text *t, const struct run_verdict *v);
void text_sums(struct text *t, const struct run_verdict *v);
/* text_load.c: of a run that is only clients, outcome and reason, and the latency */
void text_load(struct text *t, const struct run_verdict *v);
/* text_users.c: what people saw, of loads with a frontend */
void text_users(struct text *t, const struct run_verdict *v);
/* text_users_all.c: the same of several runs, side by side */
void text_users_all(struct text *t, const struct report_input *in);
/* text_proxied.c: answers of a proxy itself, if there were any */
void text_proxied(struct text *t, const struct run_verdict *v);
/* text_score.c: the score card of a check */
void text_score(struct text *t, const struct report_check *c);
/* text_drain.c: the timeline */
void text_drain(struct text *t, const struct run_verdict *v);
/* text_checklist.c: the shutdown checklist, if the plan has one */
void text_checklist(struct text *t, const struct run_verdict *v);
/* text_expect.c: each expectation, and the requests behind the broken ones */
void text_expectations(struct text *t, const struct run_verdict *v);
void text_lost(struct text *t, const struct run_verdict *v); /* verbose: every one */
/* "#212 steady, waiting: cut-off 812 ms after SIGTERM, closed-mid-response, 5 of 100 bytes": bytes
 * as they are, the load's name too; what prints them makes them safe. */
void text_story(struct buf *out, const struct run_verdict *v, const struct attempt *a);
/* The same as lines of the text report. */
void text_attempt(struct text *t, const struct run_verdict *v, const struct attempt *a, int indent);
/* The first signal's name, or NULL in a run without one. */
const char *text_first_signal(const struct run_verdict *v);

#endif
