/* A row of what is served, and finding it. */
#ifndef SERVER_HTTP_ROUTE_H
#define SERVER_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

struct request;

/* How the drain treats an answer that goes on: a finite stream is finished like any request, a
 * subscription is told and ended. */
enum route_kind { ROUTE_PLAIN, ROUTE_FINITE_STREAM, ROUTE_SUBSCRIPTION };

struct route {
    unsigned methods; /* ROUTE_GET | …; HEAD goes with GET */
    const char *path; /* one "*" stands for a segment */
    enum route_kind kind;
    bool ends_with_client; /* a client that ends its side while it waits has left */
    bool opens_session;    /* for a request without a session, which the notice refuses */
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
    /* In a table's last row: the table that it goes on in (may be NULL). */
    const struct route *more;
};

enum { ROUTE_GET = 1, ROUTE_POST = 2, ROUTE_PUT = 4, ROUTE_DELETE = 8 };

/* Choose r->route. 0, or the status of the refusal: 404, or 405 with *allow set. */
int route_find(struct request *r, const struct route *table, const char **allow);
/* The segment of the path that "*" matched; NULL when there is none. */
const char *route_segment(const struct request *r, size_t *len);

#endif
