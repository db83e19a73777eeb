/* The words that `drainctl explain` knows, for completion. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

/* Call `each` for every word with what it is: outcomes, reasons, phases, verdicts, exit statuses,
 * defects. */
void explain_each(void (*each)(const char *word, const char *about, void *arg), void *arg);

#endif
