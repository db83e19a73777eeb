/* How a process ended, in the words that every message and report uses. */
#ifndef BASE_ENDING_H
#define BASE_ENDING_H

#include <stddef.h>
#include <stdint.h>

enum { ENDING_SIZE = 40 };

/* "died of SIGKILL", "exited with code 3", or "exited" when neither is known (`signo` is 0 and
 * `code` is below 0). Into `out`, for which ENDING_SIZE bytes are enough; returns it. */
const char *ending_say(char *out, size_t size, int64_t code, int signo);
/* The same of a status of waitpid(2). */
const char *ending_say_status(char *out, size_t size, int status);

#endif
