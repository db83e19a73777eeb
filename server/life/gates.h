/* Gates: a request to /hold?gate=NAME is answered when the gate opens, on request (control
 * listener) or at a point of the drain (--gate NAME=POINT). No test guesses how long something
 * takes. */
#ifndef SERVER_GATES_H
#define SERVER_GATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/list.h"

struct request;

/* The points of the drain at which gates open. */
enum gate_point { GATE_DRAINING, GATE_LISTENER_CLOSED, GATE_DEADLINE, GATE_POINTS };

struct gate {
    char *name;
    bool open;
    int point;           /* enum gate_point, or -1: on request only */
    struct list waiting; /* requests */
};

struct gates {
    struct gate **items; /* pointers: waiting lists must not move */
    size_t count, cap;
};

/* NAME=POINT. 0, or -1 with err filled. */
int gates_add(struct gates *g, const char *spec, struct error *err);
/* The gate of that name, made (shut) when it is new. NULL: not a name (letters, digits, "._-", at
 * most 64), or too many gates. */
struct gate *gates_get(struct gates *g, const char *name, size_t len);
void gates_open(struct gate *gate); /* once and for all; answers those who wait */
void gates_open_at(struct gates *g, enum gate_point point);
void gates_free(struct gates *g);

#endif
