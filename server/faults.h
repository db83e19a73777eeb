/* Planted faults: ways to stop badly, so that a tester can be tested. The healthy path asks at a
 * few named points; every fault is a row of one table. */
#ifndef SERVER_FAULTS_H
#define SERVER_FAULTS_H

#include <stdint.h>

/* What is done wrongly; a fault is a set of these. */
#define FAULT_EXIT_EARLY           (UINT64_C(1) << 0) /* stop at the signal, whatever is open */
#define FAULT_CUT_IN_FLIGHT        (UINT64_C(1) << 1) /* close connections with a request at once */
#define FAULT_NO_CONNECTION_CLOSE  (UINT64_C(1) << 2) /* answers of the drain do not say it */
#define FAULT_IGNORE_SIGNAL        (UINT64_C(1) << 3)
#define FAULT_READINESS_STAYS      (UINT64_C(1) << 4) /* /ready goes on with 200 */
#define FAULT_DROP_IDLE_AT_ONCE    (UINT64_C(1) << 5) /* without a look at what they have sent */
#define FAULT_CLOSE_LISTENER_EARLY (UINT64_C(1) << 6) /* with connections in its queue */
#define FAULT_TRUNCATE_SILENTLY    (UINT64_C(1) << 7) /* half the body, said to be all */

struct fault {
    const char *id;
    uint64_t flags;
    const char *summary; /* one line, lower case, no full stop */
};

extern const struct fault faults[]; /* ends with a NULL id */

const struct fault *fault_find(const char *id); /* or NULL */
const char *fault_nearest(const char *id);      /* or NULL */

#endif
