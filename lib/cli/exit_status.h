/* The exit statuses of docs/design.md: for `drainctl explain` and the manual pages. */
#ifndef CLI_EXIT_STATUS_H
#define CLI_EXIT_STATUS_H

#include "cli/command.h"
#include "words/words.h"

enum { EXIT_WORDS = 6 };
/* "exit-3" and what it means after a run; ends with a NULL word. */
extern const struct word exit_words[EXIT_WORDS + 1];

/* Those of a command, as it means them; ends with a NULL word. */
const struct word *exits_of(const struct command *c);

#endif
