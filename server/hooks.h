/* The points at which the healthy server asks whether a planted fault wants something else. One
 * table of them is in force, fault_hooks (faults/hooks.c); without a fault it answers false or 0 to
 * each question and does nothing. The server calls down through it, so that nothing of HTTP or of
 * the drain depends on the faults. */
#ifndef SERVER_HOOKS_H
#define SERVER_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;
struct request;
struct server;

struct server_hooks {
    /* --- the points of the drain --- */

    /* A signal has come: true when the fault has dealt with it, and nothing more is to be done. */
    bool (*at_signal)(struct server *s, int signo);
    /* The drain has begun; nothing of it is done yet. May end it (LIFE_STOPPING). */
    void (*at_drain)(struct server *s, int signo);
    /* From the signal to the closing of the listener, ns: the option, or what the fault needs. */
    int64_t (*drain_delay)(const struct server *s);
    /* The listener would be closed gently now: true when the fault has done something else. */
    bool (*at_queue)(struct server *s);
    /* The last answer is out: true when the exit is held up. */
    bool (*at_end)(struct server *s);
    /* The deadline is over: true when the fault goes on nevertheless. */
    bool (*at_deadline)(const struct server *s);

    /* --- the points of an exchange --- */

    /* A draining connection that is idle is closed at once. */
    bool (*drops_idle)(const struct http *h);
    /* A draining connection that is idle stays open until the deadline. */
    bool (*keeps_idle)(const struct http *h);
    /* How much longer than needed an idle one is kept during the drain, ns. */
    int64_t (*idle_slack)(const struct server *s);
    /* This answer of the drain does not end its connection. */
    bool (*keeps_open)(const struct request *r);
    /* The request has been read: true when the fault has answered it. */
    bool (*answers)(struct request *r);
    /* Its answer is about to be made: may change what it says. */
    void (*changes)(const struct request *r, int *status, size_t *body_len);
    /* Its answer lies in h->out to the end: may cut it short. */
    void (*cuts)(struct request *r, size_t body_len);
    /* Input has come: true when the connection shall be closed without reading it. */
    bool (*closes_on_input)(struct http *h);
    /* A request's header section has been read. */
    void (*counted)(struct request *r);
    /* The stream shall not go on. */
    bool (*stalls)(const struct request *r);
    bool (*fails_liveness)(const struct server *s);
    bool (*seems_ready)(const struct server *s);

    /* --- the points of what it asks of others, and does for others --- */

    /* The answer is not wanted any more: true when the call and the query go on nevertheless. */
    bool (*keeps_asking)(const struct server *s);
    /* The consumer takes jobs although the drain has begun. */
    bool (*takes_on)(const struct server *s);
    /* It acknowledges a job before it works on it. */
    bool (*acks_first)(const struct server *s);
    /* The exit does not wait for what goes on behind answers. */
    bool (*drops_background)(const struct server *s);

    /* --- the points of the process's life --- */

    /* The build that its page is of: the option, or what the fault needs. */
    int (*web_build)(const struct server *s);
    void (*at_start)(const struct server *s);
    /* It listens, and has not said so yet. */
    void (*at_listening)(struct server *s);
    void (*at_stop)(struct server *s);
};

#endif
