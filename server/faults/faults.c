/* The table of planted faults. */
#include "server/faults/faults.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/words.h"
#include "server/server.h"

const struct fault faults[] = {
    /* what happens to the requests that are there at the signal */
    {"exit-early", FAULT(EXIT_EARLY),
     "exits with status 0 at the signal, requests in flight or not"},
    {"cut-in-flight", FAULT(CUT_IN_FLIGHT), "closes connections with a request in flight"},
    {"drop-posts", FAULT(DROP_POSTS), "closes connections whose POST is being worked on"},
    {"drop-uploads", FAULT(DROP_UPLOADS), "closes connections in the middle of a request's body"},
    {"drop-half-heads", FAULT(DROP_HALF_HEADS),
     "closes connections in the middle of a request's header section"},
    {"strand-100-continue", FAULT(STRAND_CONTINUE),
     "closes connections that were told to go on sending (100 Continue)"},
    {"close-with-unread", FAULT(CLOSE_UNREAD),
     "answers uploads with 503 and closes with input unread: a reset destroys the answer"},
    {"drop-pipelined", FAULT(DROP_PIPELINED), "answers the first of two pipelined requests only"},
    {"fail-in-flight", FAULT(FAIL_IN_FLIGHT), "answers requests in flight with 500 at the signal"},
    {"close-deps-first", FAULT(CLOSE_DEPENDENCIES),
     "requests in flight end with 500 from 200 ms after the signal"},
    {"truncate-silently", FAULT(TRUNCATE_SILENTLY),
     "answers after the signal with half the body and a length that fits it"},
    {"cut-header-block", FAULT(CUT_HEADER),
     "answers of requests in flight end inside their header section"},
    {"lose-last-write", FAULT(LOSE_LAST_WRITE),
     "answers of requests in flight end inside their body"},
    {"drop-unsent", FAULT(DROP_UNSENT),
     "closes connections whose answer a slow reader has only half of"},
    {"close-pool-first", FAULT(POOL_FIRST),
     "closes the database pool at the signal, and interrupts the queries of requests in flight"},
    /* connections */
    {"close-before-queue-empty", FAULT(CLOSE_LISTENER_EARLY),
     "closes the listener with connections in its accept queue"},
    {"no-accept", FAULT(NO_ACCEPT), "keeps the listener open, and accepts no connection any more"},
    {"accept-race", FAULT(ACCEPT_AND_DROP),
     "accepts for 300 ms after the signal, and closes such connections unanswered"},
    {"drop-idle-at-once", FAULT(DROP_IDLE_AT_ONCE),
     "closes kept-alive connections without reading what they have sent"},
    {"serve-keepalive-forever", FAULT(KEEP_SERVING),
     "serves kept-alive connections to the deadline, without Connection: close"},
    {"no-connection-close", FAULT(NO_CONNECTION_CLOSE), "never says Connection: close"},
    {"shed-503-without-close", FAULT(SHED_OPEN),
     "answers new requests with 503 and keeps their connections open"},
    {"hang-on-silent", FAULT(WAIT_SILENT),
     "waits until the deadline for connections that never sent a byte"},
    {"hang-on-idle", FAULT(WAIT_IDLE), "waits until the deadline for idle kept-alive connections"},
    {"stall-on-streams", FAULT(WAIT_STREAMS),
     "streams stop in the middle, and the deadline does not apply to them"},
    {"end-streams-early", FAULT(END_STREAMS),
     "answers in parts end at the signal, in good order and without their last parts"},
    {"close-storm", FAULT(CLOSE_AT_ONCE), "ends all subscriptions in one instant"},
    {"shed-subscriptions", FAULT(SHED_EVENTS),
     "accepts for 700 ms after the signal, and answers subscriptions with 503"},
    /* what it says of itself */
    {"readiness-stays", FAULT(READINESS_STAYS),
     "accepts for 700 ms after the signal, /ready saying 200"},
    {"readiness-late", FAULT(READINESS_LATE),
     "accepts for 1 s after the signal, /ready saying 200 for the first 500 ms"},
    {"liveness-fails", FAULT(LIVENESS_FAILS),
     "accepts for 700 ms after the signal, /live saying 503"},
    /* what it asks of others, and does for others */
    {"keep-asking", FAULT(KEEP_ASKING),
     "upstream calls and queries go on after the deadline of their request, or without its client"},
    {"take-jobs-on", FAULT(TAKE_ON), "its consumer goes on taking jobs after the signal"},
    {"ack-first", FAULT(ACK_FIRST), "acknowledges a job before its work: a kill loses it"},
    {"drop-background", FAULT(DROP_BACKGROUND),
     "exits before the work that goes on after the answers is done"},
    /* its page */
    {"rename-chunks", FAULT(RENAME_CHUNKS),
     "with --web, each start is another build of the page, and has no file of the one before"},
    /* the exit */
    {"exit-late", FAULT(EXIT_LATE), "exits 2 s after the last answer"},
    {"never-exit", FAULT(EXIT_NEVER), "stays after the last answer until it is killed"},
    {"exit-status-wrong", FAULT(EXIT_STATUS), "exits with status 3 after a clean drain"},
    {"ignore-deadline", FAULT(NO_DEADLINE), "the drain timeout is not enforced"},
    {"hide-deadline", FAULT(HIDE_DEADLINE),
     "cuts requests off at the drain timeout, logs nothing, and exits with status 0"},
    /* signals */
    {"ignore-signal", FAULT(IGNORE_SIGNAL), "goes on as if no signal had come"},
    {"no-handler", FAULT(NO_HANDLER), "has no handler: dies of the signal, or as PID 1 ignores it"},
    {"reload-on-signal", FAULT(RELOAD), "cuts requests in flight at the signal, and serves on"},
    {"winch-stops", FAULT(WINCH_STOPS),
     "SIGWINCH, which a terminal sends, stops it as SIGTERM does"},
    {"hang-at-signal", FAULT(HANG_AT_SIGNAL), "does nothing at all any more after the signal"},
    {"second-signal-aborts", FAULT(SECOND_ABORTS), "a second SIGTERM cuts requests in flight"},
    {"sigint-aborts", FAULT(SIGINT_ABORTS), "SIGINT cuts requests in flight"},
    {"group-signal-aborts", FAULT(HELPER),
     "has a helper process that dies of a signal to the group, and requests with it"},
    {"group-signal-kills-programs", FAULT(REQUEST_HELPER),
     "starts a program for requests, which dies of a signal to the group, and half of them with "
     "it"},
    {"wrapper-leaves", FAULT(WRAPPED),
     "is started by a shell that hands the signal on and exits at once"},
    {"forget-startup-signal", FAULT(SLOW_DEAF_START),
     "takes 500 ms to start, and forgets signals that come meanwhile"},
    {"cut-without-signal", FAULT(RECYCLE),
     "closes connections whose request is older than 600 ms, without any signal"},
    /* what stays */
    {"orphan-child", FAULT(ORPHAN), "leaves a child process behind for 20 s"},
    {"leak-listener", FAULT(LEAK_LISTENER),
     "a child process keeps the listening socket open for 20 s"},
    {"leave-files", FAULT(LEAVE_FILES),
     "leaves a pid file and a socket file behind in $TMPDIR or /tmp"},
    {NULL, 0, NULL},
};

_Static_assert(FAULT_KINDS <= 64, "a set of faults is 64 bits");

const struct fault *fault_find(const char *id)
{
    for (const struct fault *f = faults; f->id; f++)
        if (strcmp(f->id, id) == 0)
            return f;
    return NULL;
}

int fault_hint(const char *id, struct error *err)
{
    const char *known[ARRAY_LEN(faults)];
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        known[i] = faults[i].id;
    return words_hint(id, known, "'drainctl serve --fault list' lists them", err);
}

void server_print_faults(FILE *out)
{
    for (const struct fault *f = faults; f->id; f++)
        fprintf(out, "%-26s %s\n", f->id, f->summary);
}
