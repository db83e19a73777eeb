/* What a plan would do, as `drainctl plan` shows it: formats of their own, over plans that no run
 * has run. */
#ifndef REPORT_PLANS_H
#define REPORT_PLANS_H

#include "report/report.h"

extern const struct report_format plan_formats[]; /* ends with a NULL name; they read `plans` */

/* The formats, for the table in plans_formats.c. */
void plans_text(const struct report_input *in, struct buf *out);
void plans_json(const struct report_input *in, struct buf *out);

/* plans.c, for both formats: sentences in a fresh string. */
char *plans_ready_text(const struct plan *plan);  /* "GET /ready answers 200" */
char *plans_health_text(const struct plan *plan); /* "/ready and /live, from …"; NULL: nothing */
char *plans_load_text(const struct plan_load *l); /* "50 clients, 50 requests in all" */
char *plans_request_text(const struct plan_load *l); /* "GET /x, …"; NULL: it sends nothing */
/* What a load goes to, when the plan has more than one process: "to lb"; NULL: one that has not. */
char *plans_place_text(const struct plan *plan, const struct plan_load *l);
/* A signal or action by which others count: "SIGTERM", "restart a"; fresh. */
char *plans_signal_text(const struct plan *plan, const struct plan_signal *s);
/* What an action does: "a is ended by SIGTERM, and started again"; fresh. */
char *plans_action_text(const struct plan *plan, const struct plan_signal *s);
/* What is told to stop: "the process"; "the whole process tree", … */
const char *plans_receiver(enum signal_to to);

#endif
