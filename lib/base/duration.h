/* Durations as people write them: 250us, 250ms, 1.5s, 2m, 1h. Kept as nanoseconds. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdint.h>
#include <stddef.h>

/* Parse all of `s`. Returns 0 and the nanoseconds (0 to 1000 h), or -1 when it is not a number
 * followed by a unit (a bare "0" is allowed). */
int duration_parse(const char *s, int64_t *ns);

/* Write the shortest exact form ("1.5s", "250ms") into out and return it; 32 bytes are enough. */
const char *duration_format(int64_t ns, char *out, size_t size);

/* The same with a blank before the unit, for a sentence: "1.5 s". */
const char *duration_words(int64_t ns, char *out, size_t size);

/* Milliseconds with a sensible number of digits for people: "0.8 ms", "103 ms", "1.50 s". */
const char *duration_human(int64_t ns, char *out, size_t size);
/* The same of milliseconds as the verdict keeps them. They may be larger than nanoseconds in 64
 * bits can be: a journal may say anything. */
const char *duration_human_ms(double ms, char *out, size_t size);

/* As arguments of printf and its like: a duration that was set, and one that was measured. The text
 * lives until the end of the block. */
#define DURATION_WORDS(ns) duration_words((ns), (char[32]){0}, 32)
#define DURATION_HUMAN(ns) duration_human((ns), (char[32]){0}, 32)

#endif
