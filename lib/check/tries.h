/* What the tries of a race have in common. Internal to the rules. */
#ifndef CHECK_TRIES_H
#define CHECK_TRIES_H

#include "check/rules.h"

/* Count what a freeze whose clients write in turns, or as the server closes, has shown. A single
 * loss is no count, but a doubt: it may be the one connection that was just being closed, after the
 * server had looked at it (RFC 9112 section 9.5). */
void tally_try(struct tally *s, const struct view *l, attempt_test *of, attempt_test *bad);

#endif
