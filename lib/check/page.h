/* What the run of the page (check-page) has seen. Internal to lib/check. */
#ifndef CHECK_PAGE_H
#define CHECK_PAGE_H

#include "check/rules.h"
#include "skew/skew.h"

enum page_state {
    NOT_A_PAGE,      /* it is another run */
    PAGE_UNREAD,     /* ... and came to nothing before the restart */
    PAGE_READ_ONCE,  /* the page and its files were read, and not answered again */
    PAGE_READ_TWICE, /* ... and the page was answered with a success once the server was back */
};

/* How far the run came; `s` is what it saw, judged. The caller frees it (skew_free), whatever the
 * state is. */
enum page_state page_of(const struct view *l, struct skew *s);

#endif
