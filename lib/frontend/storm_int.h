/* What the simulator's files share; not for use outside lib/frontend. */
#ifndef FRONTEND_STORM_INT_H
#define FRONTEND_STORM_INT_H

#include "frontend/storm.h"

/* One client. shell holds: [0] enum answer_kind, [1] enum fe_call of that answer, [2] its attempt,
 * [3] enum storm_mark bits. */
struct storm_client {
    struct fe_state state;
    uint32_t next;   /* in the wheel's list; STORM_NOBODY: none */
    fe_ms want_at;   /* the next wish */
    fe_ms answer_at; /* of what is under way; FE_NEVER: nothing is */
    uint8_t shell[4];
};
_Static_assert(sizeof(struct storm_client) <= STORM_BYTES, "a client has outgrown its promise");

static const uint32_t STORM_NOBODY = UINT32_MAX;
enum answer_kind { ANSWER_OK, ANSWER_REFUSED };
enum storm_mark { MARK_AFFECTED = 1 };

/* --- storm_wheel.c: which client is due at which millisecond --- */
enum { WHEEL_SLOTS = 1 << 16 }; /* milliseconds; a client that is due later is looked at again */

struct storm_wheel {
    struct storm_client *clients;
    uint32_t slots[WHEEL_SLOTS];
};

void wheel_init(struct storm_wheel *w, struct storm_client *clients);
/* Client `client` is due at `at`, which is after `now`. */
void wheel_put(struct storm_wheel *w, uint32_t client, fe_ms now, fe_ms at);
/* The first of those who are in the slot of `now`, which is then empty; on by their `next`. */
uint32_t wheel_take(struct storm_wheel *w, fe_ms now);

/* --- storm_server.c: a server with a capacity and a queue --- */
struct storm_server {
    const struct storm_plan *plan;
    double free_at; /* ms: when it has done all that it was asked */
    bool up;
};

/* A request arrives at `now`. True: *answer_at is set; false: it is refused. */
bool server_takes(struct storm_server *s, fe_ms now, fe_ms *answer_at);
void server_goes(struct storm_server *s);
void server_is_back(struct storm_server *s, fe_ms now);

/* --- storm_count.c: what is to be told --- */
struct storm_counts {
    const struct storm_plan *plan;
    struct storm_result *r;
    uint64_t before;  /* attempts before the outage */
    uint32_t waiting; /* affected clients without an answer */
    size_t cap;
    uint64_t queue_bytes;
};

void count_attempt(struct storm_counts *c, fe_ms now);
void count_refused(struct storm_counts *c, fe_ms now);
void count_answer(struct storm_counts *c, fe_ms now, bool useful);
/* The client has what the outage kept from it, if it did. */
void count_served(struct storm_counts *c, fe_ms now, struct storm_client *s);
void count_affected(struct storm_counts *c, struct storm_client *s);
void count_queue(struct storm_counts *c, int64_t bytes);
void count_end(struct storm_counts *c, fe_ms now);

#endif
