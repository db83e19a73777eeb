/* PQcancel opens a connection of its own and waits, without a limit, until the server closes it; by
 * then the server has signalled the backend. So it runs on a thread, and what waits for it may
 * stop waiting: what the two share goes with the last of them. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/thread.h"
#include "server/work/postgres.h"

struct pg_cancel {
    PGcancel *request;
    int done_fd;
    atomic_int users;
};

void pg_cancel_forget(struct pg_cancel *c)
{
    if (!c || atomic_fetch_sub(&c->users, 1) > 1)
        return;
    PQfreeCancel(c->request);
    close(c->done_fd);
    free(c);
}

static void *ask(void *arg)
{
    struct pg_cancel *c = arg;
    char ignored[256];
    const uint64_t one = 1;
    PQcancel(c->request, ignored, sizeof ignored);
    while (write(c->done_fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
    pg_cancel_forget(c);
    return NULL;
}

struct pg_cancel *pg_cancel_start(PGconn *conn)
{
    struct pg_cancel *c = MEM_NEW(struct pg_cancel);
    c->request = PQgetCancel(conn);
    c->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_init(&c->users, 2);
    if (c->done_fd >= 0 && c->request && thread_start(NULL, ask, c) == 0)
        return c;
    pg_cancel_forget(c);
    pg_cancel_forget(c);
    return NULL;
}

int pg_cancel_fd(const struct pg_cancel *c)
{
    return c->done_fd;
}

void pg_drop(struct db *db)
{
    pg_cancel_forget(db->cancelling);
    PQfinish(db->conn);
    db->cancelling = NULL;
    db->conn = NULL;
    db->elsewhere = false;
}
