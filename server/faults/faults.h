/* Planted faults: ways to stop badly, so that a tester can be tested. Every fault is a row of one
 * table: an id and the set of things it does wrongly. The healthy path asks at the few named points
 * of server/hooks.h, and what is done there is in faults_*.c. */
#ifndef SERVER_FAULTS_H
#define SERVER_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct server_hooks;

/* What is done wrongly. */
enum fault_kind {
    FAULT_KIND_EXIT_EARLY,           /* stop at the signal, whatever is open */
    FAULT_KIND_CUT_IN_FLIGHT,        /* close connections with a request at once */
    FAULT_KIND_NO_CONNECTION_CLOSE,  /* answers of the drain do not say it */
    FAULT_KIND_IGNORE_SIGNAL,        /* a handler that does nothing */
    FAULT_KIND_READINESS_STAYS,      /* /ready goes on with 200 */
    FAULT_KIND_READINESS_LATE,       /* /ready turns some time after the signal */
    FAULT_KIND_LIVENESS_FAILS,       /* /live says 503 while draining */
    FAULT_KIND_DROP_IDLE_AT_ONCE,    /* without a look at what they have sent */
    FAULT_KIND_CLOSE_LISTENER_EARLY, /* with connections in its queue */
    FAULT_KIND_NO_ACCEPT,            /* the listener stays open, nothing is accepted */
    FAULT_KIND_ACCEPT_AND_DROP,      /* connections made during the drain are closed */
    FAULT_KIND_TRUNCATE_SILENTLY,    /* half the body, said to be all */
    FAULT_KIND_CUT_HEADER,           /* an answer ends inside its header section */
    FAULT_KIND_DROP_UNSENT,          /* close connections with a half-sent answer at the signal */
    FAULT_KIND_LOSE_LAST_WRITE,      /* an answer ends inside its body */
    FAULT_KIND_FAIL_IN_FLIGHT,       /* 500 to requests that wait, at the signal */
    FAULT_KIND_CLOSE_DEPENDENCIES,   /* 500 to requests that end during the drain */
    FAULT_KIND_SHED_OPEN,            /* 503 without closing the connection */
    FAULT_KIND_KEEP_SERVING,         /* kept-alive connections are served as if nothing was */
    FAULT_KIND_CLOSE_UNREAD,         /* answer uploads and close with input unread */
    FAULT_KIND_DROP_UPLOADS,         /* close connections that are sending a body */
    FAULT_KIND_STRAND_CONTINUE,      /* close connections that were told 100 Continue */
    FAULT_KIND_DROP_POSTS,           /* close connections whose POST is being worked on */
    FAULT_KIND_DROP_HALF_HEADS,      /* close connections in the middle of a header section */
    FAULT_KIND_DROP_PIPELINED,       /* what was sent behind the last request is not answered */
    FAULT_KIND_WAIT_SILENT,          /* the exit waits for connections that never sent a byte */
    FAULT_KIND_WAIT_IDLE,            /* the exit waits for idle kept-alive connections */
    FAULT_KIND_WAIT_STREAMS,         /* streams do not end, and the deadline spares them */
    FAULT_KIND_END_STREAMS,          /* a finite answer ends at the signal, and looks complete */
    FAULT_KIND_CLOSE_AT_ONCE,        /* subscriptions end all in one instant */
    FAULT_KIND_SHED_EVENTS,          /* 503 to who comes back to a subscription */
    FAULT_KIND_EXIT_LATE,            /* linger after the last answer */
    FAULT_KIND_EXIT_NEVER,           /* stay after the last answer */
    FAULT_KIND_EXIT_STATUS,          /* not 0 after a clean drain */
    FAULT_KIND_NO_DEADLINE,          /* the drain timeout is not enforced */
    FAULT_KIND_HIDE_DEADLINE,        /* it is, and neither log nor exit status say so */
    FAULT_KIND_SECOND_ABORTS,        /* a second SIGTERM cuts all off */
    FAULT_KIND_SIGINT_ABORTS,        /* SIGINT cuts all off */
    FAULT_KIND_WINCH_STOPS,          /* SIGWINCH begins the drain */
    FAULT_KIND_HANG_AT_SIGNAL,       /* the handler never returns */
    FAULT_KIND_RELOAD,               /* the signal cuts all off, and the server goes on */
    FAULT_KIND_NO_HANDLER,           /* the default action of the signals stays in force */
    FAULT_KIND_SLOW_DEAF_START,      /* starting takes a while, and signals of that time are lost */
    FAULT_KIND_RECYCLE,              /* long requests are cut without any signal */
    FAULT_KIND_HELPER,               /* a helper process, without which requests are cut */
    FAULT_KIND_REQUEST_HELPER,  /* a program for requests, without which half of them are cut */
    FAULT_KIND_WRAPPED,         /* a shell is signalled in its place, and leaves first */
    FAULT_KIND_ORPHAN,          /* a child process is left behind */
    FAULT_KIND_LEAK_LISTENER,   /* a child process holds the listening socket */
    FAULT_KIND_LEAVE_FILES,     /* a pid file and a socket file stay */
    FAULT_KIND_KEEP_ASKING,     /* calls and queries outlive the request that they are for */
    FAULT_KIND_POOL_FIRST,      /* the database pool closes before the requests that use it end */
    FAULT_KIND_TAKE_ON,         /* the consumer takes jobs after the signal */
    FAULT_KIND_ACK_FIRST,       /* a job is acknowledged before its work */
    FAULT_KIND_DROP_BACKGROUND, /* the exit does not wait for work behind answers */
    FAULT_KIND_RENAME_CHUNKS,   /* each start is another build of the page, without the old files */
    FAULT_KINDS
};

#define FAULT(kind) (UINT64_C(1) << FAULT_KIND_##kind)

struct fault {
    const char *id;
    uint64_t flags;
    const char *summary; /* one line, lower case, no full stop */
};

extern const struct fault faults[]; /* ends with a NULL id */

const struct fault *fault_find(const char *id);    /* or NULL */
int fault_hint(const char *id, struct error *err); /* to an id that no fault has; -1 */

/* What they do at the points where the server asks (server/hooks.h). */
extern const struct server_hooks fault_hooks;

#endif
