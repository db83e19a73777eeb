/* All that drainctl says on standard error. Lower case, no full stop, the failure first, the
 * subject in single quotes; the remedy goes into a hint on a line of its own (git's law). */
#ifndef CLI_MESSAGES_H
#define CLI_MESSAGES_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
extern const char *const color_words[]; /* in that order, for --color */

/* What --color said; before that, colour only on a terminal and without NO_COLOR. */
void messages_color(int choice);
/* May text for descriptor `fd` be coloured? */
bool messages_may_color(int fd);

void message_error(const char *fmt, ...) PRINTF(1, 2);
void message_warning(const char *fmt, ...) PRINTF(1, 2);
void message_note(const char *fmt, ...) PRINTF(1, 2);
void message_hint(const char *fmt, ...) PRINTF(1, 2);

/* Print the error and its hint, mark it as printed (kind none), and return its exit status. */
int command_fail(struct error *err);

/* One line that the next one overwrites; an empty one takes it away. Only on a terminal. */
void message_progress(const char *line);
bool messages_have_terminal(void); /* is standard error one? */

#endif
