/* What a frontend decides, pure: (state, event) to (state, actions). No I/O, no clock, no memory of
 * its own; an event brings the time and a random number along. Two shells drive it: the load with
 * real sockets, and the simulator in virtual time (frontend/storm.h).
 *
 * One state is one page with one person. The person wants one thing at a time (an intention); what
 * was queued, the status poll and an event stream go on beside it. */
#ifndef FRONTEND_FRONTEND_H
#define FRONTEND_FRONTEND_H

#include "frontend/policy.h"

/* What an attempt is for. Each call has its own events and actions. */
enum fe_call {
    FE_REQUEST, /* the intention in hand */
    FE_REFRESH, /* behind a page shown from the cache: its answer only fills the cache */
    FE_ITEM,    /* an intention out of the offline queue */
    FE_POLL,    /* the status path */
    FE_STREAM,  /* an event stream */
};
extern const char *const fe_call_words[]; /* ends with NULL */

enum fe_what { FE_WRITE, FE_READ, FE_HOLD }; /* a form, a page, an event stream */
extern const char *const fe_what_words[];

enum fe_event_kind {
    FE_EVENT_WANT,    /* the person wants `intention`, which is a `what`; `cache` for a read */
    FE_EVENT_RESULT,  /* attempt `attempt` at `call` of `intention` came to `result` */
    FE_EVENT_MESSAGE, /* an event of the stream: `last_id`, and `retry` as its server asked */
    FE_EVENT_NOTICE,  /* the server goes away in `left`; FE_NEVER: it was called off */
    FE_EVENT_TICK,    /* the time that fe_due gave has come */
    FE_EVENT_LEAVE,   /* the person closes the event stream: it is over, and well */
};
extern const char *const fe_event_words[];

struct fe_event {
    enum fe_event_kind kind;
    fe_ms now;     /* never less than in the event before */
    double random; /* 0 <= random < 1, fresh for each event */
    uint32_t intention;
    enum fe_what what;
    enum fe_cache cache;
    enum fe_call call;
    int attempt;
    bool preflight; /* that was its preflight (policy.origin); 200 when it was allowed, */
    fe_ms max_age;  /* ... and for this time */
    enum fe_result result;
    bool live;  /* of a status stream: it goes on; this is what it said, or that it is open */
    int status; /* of FE_STATUS; of a poll 200 only when its body said that all is well; of a
                          stream 200 only when it is one (its type is text/event-stream) */
    fe_ms retry_after; /* Retry-After; 0: none */
    uint32_t last_id;
    fe_ms retry; /* "retry:" of an event stream (WHATWG HTML section 9.2.6); 0: none */
    fe_ms left;
};

enum fe_do {
    FE_SEND,   /* begin attempt `attempt` at `call`; `key`: with the intention's key */
    FE_ABORT,  /* give up attempt `attempt` at `call` and all before it */
    FE_SHOW,   /* show the person `word` */
    FE_SETTLE, /* `intention` is over: `word` is delivered, stale or given-up */
};
extern const char *const fe_do_words[];

enum fe_word {
    FE_DELIVERED, /* the answer is there */
    FE_STALE,     /* shown from the cache */
    FE_GIVEN_UP,  /* this intention is not tried again */
    FE_ERROR,     /* an error message */
    FE_QUEUED,    /* kept, marked as unsent */
    FE_FULL,      /* the offline queue is full */
    FE_BUSY,      /* a click that did nothing: the button is disabled */
    FE_NOTICE,    /* maintenance is near: nothing new is begun */
    FE_TROUBLE,   /* the status is not what it should be */
    FE_BACK,      /* the status is good again */
};
extern const char *const fe_words[];

struct fe_action {
    enum fe_do what;
    enum fe_call call;
    enum fe_word word;
    uint32_t intention;
    int attempt;
    bool key;
    bool preflight;   /* send the preflight of that attempt */
    uint32_t last_id; /* of a stream that is opened again; 0: none */
};

enum { FE_MOST_ACTIONS = 16 };
struct fe_actions {
    int n;
    struct fe_action at[FE_MOST_ACTIONS];
};

/* One intention in the offline queue. */
struct fe_item {
    uint32_t intention;
    uint8_t attempts; /* made so far, on the way and in the queue */
    uint8_t failures; /* since it was last moved behind the others */
    bool key;
};

enum fe_phase { FE_IDLE, FE_FLYING, FE_WAITING, FE_HELD, FE_FAILED };
enum fe_stream_phase { FE_STREAM_OFF, FE_OPENING, FE_STREAMING, FE_REOPENING, FE_ENDED };
enum fe_circuit { FE_CLOSED, FE_CIRCUIT_OPEN, FE_HALF_OPEN };

/* The offline queue. */
struct fe_queue {
    struct fe_item *items; /* caller's memory for policy.queue.max items */
    fe_ms at;              /* the next item; of one under way, its limit */
    uint16_t n;
    uint16_t batch; /* items left of it */
};

/* The intention in hand. */
struct fe_hand {
    uint32_t intention;
    fe_ms retry_at; /* the next attempt at it */
    fe_ms limit_at; /* the attempts under way have timed out */
    fe_ms click_at; /* the person clicks again */
    uint8_t phase, what, cache;
    uint8_t attempts, flying; /* made, and under way */
    uint8_t ignored;          /* results of attempts up to this one no longer count */
    uint8_t tries, clicks;
};

/* What the page knows of the server. */
struct fe_server {
    fe_ms breaker_at;    /* the circuit is half open */
    fe_ms down_at;       /* when the server said that it goes away */
    fe_ms allowed_until; /* the last preflight's answer counts */
    uint16_t failed;     /* calls, one after the other */
    uint8_t circuit;
    bool trouble : 1, left : 1;
    bool touched : 1; /* it may have worked on the intention in hand */
};

/* What goes on beside the intention in hand. */
struct fe_beside {
    uint32_t stream; /* the intention that holds it */
    uint32_t last_id;
    fe_ms stream_at;    /* the stream is opened again */
    fe_ms stream_delay; /* as the server asked; 0: as the policy says */
    fe_ms poll_at;      /* the next poll; of one under way, its limit */
    uint8_t stream_phase, stream_attempts;
    uint8_t polls;                 /* the number of the last poll; it wraps */
    bool polling : 1, sending : 1; /* a poll, an item is under way */
    bool cached : 1;
};

/* A page and its person. Kept small: the simulator has ten million, so no part has a gap. */
struct fe_state {
    struct fe_queue queue;
    struct fe_hand hand;
    struct fe_server server;
    struct fe_beside beside;
};

/* Open the page at `now`. `items` may be NULL when policy.queue is off. */
void fe_open(struct fe_state *s, const struct fe_policy *p, struct fe_item *items, fe_ms now,
             double random);
/* Take one event: changes `s`, and fills `out` with what is to be done, in order. */
void fe_step(const struct fe_policy *p, struct fe_state *s, const struct fe_event *e,
             struct fe_actions *out);
/* When the next FE_EVENT_TICK is due; FE_NEVER: only another event can change anything. */
fe_ms fe_due(const struct fe_policy *p, const struct fe_state *s);

#endif
