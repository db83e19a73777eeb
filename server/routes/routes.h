/* What the server serves, as tables. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

struct request;
struct http;

/* How the drain treats an answer that goes on: a finite stream is finished like any request, a
 * subscription is told and ended. */
enum route_kind { ROUTE_PLAIN, ROUTE_FINITE_STREAM, ROUTE_SUBSCRIPTION };

struct route {
    unsigned methods; /* ROUTE_GET | …; HEAD goes with GET */
    const char *path; /* one "*" stands for a segment */
    enum route_kind kind;
    bool opens_session; /* for a request without a session, which the notice refuses */
    /* The header section is read (may be NULL). */
    void (*begin)(struct request *r);
    /* A piece of the body (NULL: thrown away). */
    void (*body)(struct request *r, const char *data, size_t len);
    /* The whole request is read: answer, now or later. */
    void (*answer)(struct request *r);
    /* `out` has drained after the handler wrote into it (may be NULL). */
    void (*drained)(struct request *r);
    /* Release r->state (may be NULL). */
    void (*drop)(struct request *r);
};

enum { ROUTE_GET = 1, ROUTE_POST = 2, ROUTE_PUT = 4, ROUTE_DELETE = 8 };

extern const struct route main_routes[]; /* each ends with a NULL path */
extern const struct route control_routes[];

/* Choose r->route. 0, or the status of the refusal: 404, or 405 with *allow set. */
int route_find(struct request *r, const struct route *table, const char **allow);
/* The segment of the path that "*" matched; NULL when there is none. */
const char *route_segment(const struct request *r, size_t *len);

/* One file each. */
void route_data_answer(struct request *r);
void route_stream_answer(struct request *r);
void route_stream_drained(struct request *r);
void route_stream_drop(struct request *r);
void route_upload_begin(struct request *r);
void route_upload_body(struct request *r, const char *data, size_t len);
void route_upload_answer(struct request *r);
void route_upload_drop(struct request *r);
void route_hold_answer(struct request *r);
void route_live_answer(struct request *r);
void route_ready_answer(struct request *r);
void route_status_answer(struct request *r);
void route_actuator_answer(struct request *r);
void route_events_answer(struct request *r);
void route_events_drop(struct request *r);
void route_session_answer(struct request *r);
void route_options_answer(struct request *r);
void control_gate_answer(struct request *r);
void control_gauge_answer(struct request *r);
void control_ledger_answer(struct request *r);
void control_notice_answer(struct request *r);
void control_notice_plan(struct request *r);
void control_notice_cancel(struct request *r);
/* No new session is opened now: 503, as HTML for whoever prefers that. */
void refuse_session(struct request *r);

#endif
