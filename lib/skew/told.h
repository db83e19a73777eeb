/* A walk as events of the journal ("page"), and back. */
#ifndef SKEW_TOLD_H
#define SKEW_TOLD_H

#include "journal/history.h"
#include "journal/journal.h"
#include "skew/skew.h"

/* What the first walk found; `again`: what the page and the files were answered with at the end. */
void skew_tell(const struct skew *s, bool again, struct journal *journal);
/* As the walk left it, from a run's events; the caller judges it, and frees it (skew_free). Without
 * such events it stays zeroed: then page.before.url is NULL, and page.after.url where there was no
 * second look. */
void skew_of_history(struct skew *s, const struct history *h);

#endif
