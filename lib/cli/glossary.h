/* All that `drainctl explain` explains: one row a kind of word. */
#ifndef CLI_GLOSSARY_H
#define CLI_GLOSSARY_H

#include <stdbool.h>

#include "words/words.h"

struct topic {
    const char *title; /* of the list */
    const char *kind;  /* "an outcome" */
    int count;
    const struct word *(*at)(int i);
    void (*more)(int i);   /* print what there is beyond the sentence; or NULL */
    bool (*listed)(int i); /* NULL: all stand in the list of all words */
};

extern const struct topic topics[]; /* ends with a NULL title */

/* Call `each` for every word with what it is: outcomes, reasons, phases, verdicts, exit statuses,
 * defects. */
void explain_each(void (*each)(const char *word, const char *about, void *arg), void *arg);

#endif
