/* The parts of the Markdown report. Private to lib/report. */
#ifndef REPORT_MARKDOWN_MD_H
#define REPORT_MARKDOWN_MD_H

#include "report/report.h"

/* md_out.c. Foreign text, first made safe to look at as in the text report (control bytes and what
 * is not UTF-8 come out as \x1b), in one line; then everything that Markdown, HTML or GitHub
 * (@name, #123) would take for markup becomes a character reference, which is never markup
 * (CommonMark section 2.5). To be put behind something else, not at the start of a line. */
void md_text(struct buf *out, const char *s);
void md_code(struct buf *out, const char *s); /* the same as <code> */
/* Lines inside <pre>: line feeds stay. */
void md_pre(struct buf *out, const char *s);
const char *md_mark(enum verdict_value v); /* a tick, a cross, a question mark */

/* md_run.c: what became of one run, as a section. */
void md_run(const struct report_input *in, const struct run_verdict *v, struct buf *out);
/* "| load | attempts | …": the columns of the outcomes that an attempt had, with a first and a last
 * one (or NULL) of the caller's; a row leaves the last cell and the end of its line to the caller.
 */
struct md_columns {
    bool used[OUTCOME_COUNT];
};
void md_columns_use(struct md_columns *c, const struct run_verdict *v);
void md_columns_head(const struct md_columns *c, const char *first, const char *last,
                     struct buf *out);
void md_columns_row(const struct md_columns *c, int64_t attempts, const int64_t *outcomes,
                    struct buf *out);

/* md_checklist.c: the shutdown checklist, if the plan has one. */
void md_checklist(struct buf *out, const struct run_verdict *v);
/* md_users.c: what people saw at loads with a frontend; `scenarios`: with a column that names the
 * run. Nothing when no load has one. */
void md_users(struct buf *out, const struct run_verdict *runs, size_t count, bool scenarios);

/* md_check.c: the score card without its defects, and one of them in full. */
void md_check(const struct report_input *in, struct buf *out);
void md_defect(const struct report_input *in, const struct finding *f, struct buf *out);
void md_fine(const struct report_input *in, struct buf *out);

#endif
