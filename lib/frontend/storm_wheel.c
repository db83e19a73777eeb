/* A timing wheel: a list of clients for each millisecond of the next minute (Varghese and Lauck,
 * 1987, scheme 5). Who is due later waits in the last slot and is looked at again there. */
#include "frontend/storm_int.h"

#include <string.h>

void wheel_init(struct storm_wheel *w, struct storm_client *clients)
{
    w->clients = clients;
    memset(w->slots, 0xff, sizeof w->slots); /* STORM_NOBODY */
}

void wheel_put(struct storm_wheel *w, uint32_t client, fe_ms now, fe_ms at)
{
    fe_ms last = now + WHEEL_SLOTS - 1;
    uint32_t *head = &w->slots[(at < last ? at : last) % WHEEL_SLOTS];
    w->clients[client].next = *head;
    *head = client;
}

uint32_t wheel_take(struct storm_wheel *w, fe_ms now)
{
    uint32_t *head = &w->slots[now % WHEEL_SLOTS], first = *head;
    *head = STORM_NOBODY;
    return first;
}
