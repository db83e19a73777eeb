/* One clock for everything: CLOCK_MONOTONIC, in nanoseconds. It is the same for every process of
 * the machine, so the server's ledger and the client's journal can be laid side by side. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

int64_t clock_ns(void); /* clock_gettime(2), CLOCK_MONOTONIC */

/* Unix time in nanoseconds (CLOCK_REALTIME); for the head of a journal only. */
int64_t clock_unix_ns(void);
/* Wall time as "2026-11-24T01:50:52Z" into out (at least 21 bytes); for the head of a journal only.
 */
void clock_wall(char *out, int size);

#endif
