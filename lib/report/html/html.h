/* The parts of the HTML report. Private to lib/report.
 *
 * The page is built from lib/report/html (tools/web.mk) and embedded whole, with a mark where the
 * data goes: JSON in <script type="application/json"> elements, one for the report as a whole and
 * one a run, which the page reads when the run is looked at. Every '<' of the data is written as
 * \u003c, so nothing that a run brings can end its element (HTML 13.1.2.6); the page puts text into
 * the document as text alone. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/json_out.h"
#include "plan/builtin.h"
#include "report/report.h"

/* The built page, one row. */
extern const struct embedded html_page[];
/* Where in the page the data goes. */
#define HTML_DATA_MARK "<!--drainctl:data-->"

/* html_run.c: the object of one run: the keys that the JSON report has for it, what the picture
 * needs beside them, and its attempts. Times of the picture are microseconds since its zero: the
 * first signal, or in a run without one the first event. */
void html_run(struct json_out *j, const struct run_verdict *v);
/* html_time.c: the picture's zero; us_since has a time of the journal on its clock. */
int64_t html_zero_ns(const struct run_verdict *v);

/* html_columns.c: an array of objects, one a load, with the number of its attempts "n" and then a
 * column for each fact about them, in the order of their ids. */
void html_attempts(struct json_out *j, const struct run_verdict *v);
/* html_people.c: an array with one entry a load: null, or of one with a frontend an object: the
 * number of its intentions "n", and a column for each fact about them, in the order of their
 * numbers. */
void html_people(struct json_out *j, const struct run_verdict *v);
/* A column: an array whose first number says how the others are to be read.
 *   0  the values
 *   1  the first value, then the difference of each to the one before
 *   2  pairs: a value and how many times it comes
 *   3  pairs of differences and how many times they come
 * It takes whichever is the shortest. Values beyond 2^52 are cut to it: JavaScript's numbers (and
 * the differences of two of them) are exact only so far. */
void html_column(struct json_out *j, const char *key, const int64_t *values, size_t n);

#endif
