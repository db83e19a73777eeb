/* What a person who reads an outcome or a reason in a report can do with it: how it shows, what
 * usually causes it, and where to look next. For `drainctl explain`; one row a word. */
#ifndef WORDS_ADVICE_H
#define WORDS_ADVICE_H

#include "words/words.h"

struct advice {
    const char *belongs; /* of a reason: the outcomes that it stands behind */
    const char *sign;    /* libcurl's code, errno and what of the answer had come; or NULL */
    const char *cause;   /* what it usually comes from in a shutdown */
    const char *next;    /* what to look at */
    const char *source;  /* RFC section or man page; or NULL */
    const char *defects; /* ids of the catalogue that explain it further; or NULL */
};

extern const struct advice outcome_advice[OUTCOME_COUNT];
extern const struct advice reason_advice[REASON_COUNT];

#endif
