/* The server itself, for the files of server/. */
#ifndef SERVER_INTERNAL_H
#define SERVER_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <uv.h>

#include "base/attr.h"
#include "base/list.h"
#include "base/unixdiag.h"
#include "server/faults/faults.h"
#include "server/hooks.h"
#include "server/life/gates.h"
#include "server/life/log.h"
#include "server/life/notice.h"
#include "server/ledger.h"
#include "server/known.h"
#include "server/server.h"
#include "server/timers.h"
#include "server/work/cancel.h"

struct conn;
struct consumers;
struct handover;
struct registry;
struct pool;
struct queue;
struct relay;
struct subscribers;
struct upstream;
struct route;
struct tracer;
struct web_build;

enum life { LIFE_STARTING, LIFE_RUNNING, LIFE_DRAINING, LIFE_STOPPING, LIFE_STOPPED };

/* What of the drain has been done; see drain.c. */
enum drain_step { DRAIN_NOT, DRAIN_LAME, DRAIN_QUEUE, DRAIN_REQUESTS };

struct listener {
    struct server *server;
    const struct route *routes;
    uv_poll_t poll;
    struct timer retry; /* after EMFILE */
    int fd;             /* -1: closed */
    int port;
    char host[64];           /* the address, as text */
    int family;              /* AF_INET, AF_INET6 or AF_UNIX */
    struct unix_listener at; /* of a Unix socket; else its path is NULL */
    bool bound;              /* its file is there, and ours */
    bool control;
    bool kept;         /* another process holds the socket too: its queue goes on without us */
    bool short_of_fds; /* said so already */
};

/* The way to systemd; life/supervisor.h. */
struct supervisor {
    int fd;           /* -1: none is told */
    int64_t every_ns; /* between two signs of life; 0: none are wanted */
    struct timer watchdog;
};

/* Listening sockets that this process did not make. */
struct given {
    int fd[2]; /* the main one and the control one; -1: none */
    bool kept; /* systemd keeps them */
    pid_t by;  /* the process that gave them, with a handover; else 0 */
};

/* Counts of the main listener; the gauge shows them. */
struct server_counts {
    int64_t accepted;    /* connections, ever */
    int64_t connections; /* open */
    int64_t in_flight;   /* requests: header section read, answer not yet written */
    int64_t answers[6];  /* written, by the first digit of the status */
    int64_t cut;         /* requests whose connection was closed before their answer was out */
    int64_t named;       /* requests that got an id here, for the log */
    int64_t holding;     /* connections that the exit waits for */
};

/* signals.c: what was seen. */
struct server_signals {
    int terms, ints, usr1s;
    bool noticing; /* they are being acted on */
    /* signals_notice; asked before an event is handled, by files that lie below signals.c */
    bool (*notice)(struct server *s);
    uv_poll_t poll;
};

/* announce.c: the notice before the shutdown. */
struct server_noticed {
    struct notice plan;
    struct timer timer;
    unsigned done; /* steps taken, a bit each */
};

/* drain.c */
struct server_draining {
    enum drain_step step;
    bool handed_over; /* another process has the listening socket, and is ready */
    bool told_to_end; /* … and a signal came after that */
    struct timer deadline, look;
    int quiet_looks; /* in a row that found no half-done handshake */
    int64_t queue_began_ns, look_ns;
};

/* closing.c, command.c */
struct server_ending {
    struct steps steps;
    struct closing_command *commands;
    uv_async_t wake; /* a step on a thread is over */
};

/* messages.c, consumer.c, relay.c, subscriber.c */
struct server_queues {
    struct queue *jobs;                /* where they are, --queue says */
    struct queue *publish, *subscribe; /* of events; NULL: none */
    int leaving;
    struct consumers *consumers;  /* of the jobs; NULL: the database is not open yet */
    struct relay *relay;          /* NULL: nothing is published */
    struct subscribers *handlers; /* NULL: nothing is subscribed to */
    struct known known;           /* what the queue of jobs said last */
};

/* What planted faults remember; see faults.h. */
struct server_planted {
    uint64_t flags; /* FAULT_… */
    struct timer timer;
    bool dropping; /* connections accepted from now on are closed */
    bool lingered; /* the exit was put off long enough */
    int stalled;   /* streams that will not end */
    pid_t helper;
    int helper_fd;
    uv_poll_t helper_poll;
};

struct server_life {
    enum life now;
    int exit_status;
    int64_t started_ns, signal_ns;
};

struct server_data {
    struct pool *pool;                /* NULL: no database, or none yet */
    void (*opened)(struct server *s); /* called then; may be NULL */
    struct list orders;               /* being made; see route_orders.c */
};

struct server_calls {
    struct upstream *calls; /* NULL: not called yet */
    struct known known;     /* what the upstream said last */
};

/* Requests, by what may come to them from elsewhere. */
struct server_requests {
    struct cancel cancel;    /* all that can be cancelled */
    struct list subscribers; /* those whose answers are event streams */
};

struct server_loop {
    uv_loop_t uv;
    bool on;           /* it runs on a loop */
    uv_prepare_t turn; /* end of each turn: timers, ledger, exit */
    uv_timer_t wake;
};

struct server_sockets {
    struct listener listener, control;
    struct list conns;
    struct given given;
    struct sockdiag *diag; /* NULL where the kernel has none */
};

/* Whom it tells of itself. */
struct server_outside {
    struct supervisor supervisor;
    struct registry *registry; /* NULL: not asked for */
    struct tracer *tracer;     /* NULL: not asked for */
    struct handover *handover; /* NULL: not asked for */
};

struct server {
    const struct server_options *options;
    const struct server_hooks *hooks;
    struct server_life life;
    struct timers timers;
    struct gates gates;
    struct ledger ledger;

    struct server_counts counts;
    struct server_noticed notice;
    struct server_draining drain;
    struct server_queues queues;
    struct server_planted planted;
    struct server_data database;
    struct server_calls upstream;
    struct server_requests requests;
    struct web_build *web; /* NULL: the page as it was built */

    struct server_signals signals;
    /* from here on only when it runs on a loop */
    struct server_loop loop;
    struct server_ending closing;
    struct server_sockets sockets;
    struct server_outside outside;
};

static inline bool server_faulty(const struct server *s, uint64_t flag)
{
    return (s->planted.flags & flag) != 0;
}

/* server.c: what needs no loop (tests and the fuzzer drive it by hand). */
int server_init(struct server *s, const struct server_options *options, struct error *err);
void server_free(struct server *s);
/* life.c */
void server_enter(struct server *s, enum life next, const char *fmt, ...) PRINTF(3, 4);
void server_log(struct server *s, const char *fmt, ...) PRINTF(2, 3);
bool server_ready(const struct server *s);
bool server_draining(const struct server *s);
const char *life_name(enum life life);

/* signals.c */
int signals_start(struct server *s, struct error *err);
void signals_stop(struct server *s);
/* Act on signals that have come; call it before any event is handled. True when one had: handles
 * may be closing then. From within what comes of a signal it does nothing. */
bool signals_notice(struct server *s);

/* listen.c */
enum { LISTENER_BACKLOG = 4096 }; /* what Linux allows by default since 5.4; somaxconn cuts it */
/* Poll a listening socket. */
void listener_begin(struct listener *l, struct server *s, int fd, bool control);
int listener_open(struct listener *l, struct server *s, const char *host, int port, bool control,
                  struct error *err);
/* Go on with a listening socket of another process (fd, which is closed by listener_close; also
 * when this fails): port 0 takes any, else ERROR_RUN when it listens on another one. */
int listener_adopt(struct listener *l, struct server *s, int fd, int port, bool control,
                   struct error *err);
/* At a Unix socket (listen_unix.c). A file that is there and that no process listens on is
 * replaced. */
int listener_open_unix(struct listener *l, struct server *s, const char *path, struct error *err);
int listener_port(int fd);
/* Accept all that are in the queue; false when descriptors ran out before it was empty. */
bool listener_accept(struct listener *l);
/* From now on no client connects: the file goes, the socket and its queue stay. Not twice, and not
 * when another process has made the file anew. */
void listener_unlink(struct listener *l);
void listener_close(struct listener *l);
/* Connections in the accept queue of the main listener; -1: there is none, or it is not known. */
int64_t listener_depth(const struct server *s);

/* drain.c */
/* By a signal; 0: a notice is over. */
void drain_begin(struct server *s, int signo);
/* Process pid has the listening socket and is ready: finish what is here. */
void drain_handed_over(struct server *s, pid_t pid);
void drain_stop_now(struct server *s, int status, const char *why);
void drain_close_listener(struct server *s, const char *how);
/* At the end of each turn of the loop while draining. */
void drain_turn(struct server *s);

/* drain_linux.c */
/* Let no new handshake begin on this listening socket, and finish those half done. 0 or -errno. */
int drain_refuse_syn(int fd);
/* Handshakes to the listener that are half done; -errno when the kernel does not tell. */
int drain_half_done(struct server *s, const struct listener *l);

#endif
