/* A page: a frontend with its person (frontend/frontend.h) on real sockets. It gives the state
 * machine its events and does what the actions say; it decides nothing itself. */
#ifndef LOAD_PAGE_H
#define LOAD_PAGE_H

#include <uv.h>

#include "frontend/frontend.h"
#include "frontend/sse.h"
#include "load/lane.h"

struct page {
    struct group *group;
    struct pages *pages;
    int64_t number; /* in its load, from 1: the client of its attempts */
    struct fe_state state;
    struct fe_item *items;
    struct lane *lanes;
    uv_timer_t timer;
    int64_t opened_ns;
    uint64_t seed;
    fe_ms leave_at;             /* the person closes the event stream; FE_NEVER: there is none */
    uint32_t hand;              /* the number of the last wish */
    uint32_t events;            /* ids of the stream that were heard */
    char last_event[FE_SSE_ID]; /* the last of them */
    fe_ms want_at;              /* the person's next wish; FE_NEVER: there is none */
    bool in_hand;               /* the last wish is neither settled nor in the queue */
    bool news;                  /* some lane's event stream has something to tell */
    bool aborts;                /* some lane's attempt is to be taken off the wire */
    bool over;
};

/* All pages of a load. */
struct pages {
    struct group *group;
    struct page *items;
    size_t n;
    size_t open;    /* not yet over */
    char *poll_url; /* or NULL */
    int64_t poll_head;
    /* of pages of another origin (load/cors.h), else NULL */
    struct curl_slist *preflight; /* header fields of a preflight */
    char *asked;                  /* its Access-Control-Request-Headers */
    /* the witness: the list of orders, read when the last page is over */
    char *witness_url;
    int64_t witness_head;
    struct lane *witness;
    int witness_tries;
    bool witness_over;
};

/* Open the page; its first wish comes after `delay`. */
void page_open(struct page *p, fe_ms delay);
/* Begin nothing more; what is under way goes on, and then its lanes end. */
void page_end(struct page *p);
/* An event stream brought something: look at it when curl is not on the stack any more. */
void page_wake(struct page *p);
/* A lane of a page that is over has nothing to do. */
void page_settle(struct page *p);

/* pages.c: from group.c. */
void pages_begin(struct group *g);
void pages_stop(struct group *g);
void pages_close(struct group *g, uv_close_cb closed); /* their timers; each calls `closed` */
void pages_free(struct group *g);

/* witness.c: read the list of orders, and then let the load end. */
void witness_begin(struct pages *all);
/* The load stops: ask no more. */
void witness_stop(struct pages *all);

#endif
