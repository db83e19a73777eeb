/* A page of another origin, on the wire: its preflights, and what its browser makes of the answers
 * (frontend/cors.h decides). */
#ifndef LOAD_CORS_H
#define LOAD_CORS_H

#include "frontend/frontend.h"

struct lane;
struct pages;
struct transfer;

/* What the preflights of a load have in common; freed by cors_free. Nothing for pages of the
 * server's own origin. */
void cors_prepare(struct pages *all);
void cors_free(struct pages *all);

/* Before each transfer of a lane for preflights: its request (Fetch, "CORS-preflight fetch"). */
void cors_options(struct lane *l, struct transfer *t);
/* Is the answer one that the page may read? Its head is complete. Always, of the own origin. */
bool cors_readable(const struct lane *l);
/* What the attempt that has just ended came to, as the page sees it: changes `e`, and writes down
 * what the browser kept from the page. */
void cors_result(const struct lane *l, struct fe_event *e);

#endif
