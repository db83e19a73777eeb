/* Asking PostgreSQL, with a limit. What is cancelled is given CANCEL_NS to end by itself; then the
 * connection is dropped, and the server ends what ran on it. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/work/postgres.h"

enum { MAX_CELLS = 16, MAX_VALUES = 8, NUMBER_SIZE = 24 };

/* With what a ROLLBACK may take after it, less than the second that the pool gives a query. */
static const int64_t cancel_ns = 700 * NS_PER_MS;

/* SQLSTATEs by how they begin (postgresql.org/docs/15/errcodes-appendix.html); the first that fits.
 */
static const struct {
    const char *begin;
    enum db_status status;
} states[] = {
    {"57014", DB_CANCELLED}, /* query_canceled */
    {"25006", DB_READ_ONLY}, /* read_only_sql_transaction */
    {"55P03", DB_BUSY},      /* lock_not_available */
    {"40", DB_BUSY},         /* transaction_rollback: deadlock, serialization */
    {"53300", DB_AWAY},      /* too_many_connections */
    {"53", DB_FULL},         /* insufficient_resources: disk_full, out_of_memory */
    {"57P", DB_LOST},        /* admin_shutdown, crash_shutdown, cannot_connect_now */
    {"08", DB_LOST},         /* connection_exception */
    {"", DB_FAILED},
};

void pg_say(struct db *db, const char *text)
{
    size_t n = 0;
    while (*text && n < sizeof db->error - 1) {
        if (text[0] == '\n' && text[1] == '\t') { /* advice follows */
            text += 1 + strcspn(text + 1, "\n");
            continue;
        }
        char c = *text == '\n' ? ' ' : *text;
        if (c != ' ' || (n > 0 && db->error[n - 1] != ' '))
            db->error[n++] = c;
        text++;
    }
    while (n > 0 && db->error[n - 1] == ' ')
        n--;
    db->error[n] = '\0';
}

enum db_status pg_status(struct db *db, const PGresult *r)
{
    ExecStatusType kind = PQresultStatus(r);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    int i = 0;
    if (kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK || kind == PGRES_EMPTY_QUERY)
        return DB_OK;
    pg_say(db, text ? text : PQresultErrorMessage(r));
    if (!state) /* made by libpq itself: the connection broke */
        return DB_LOST;
    while (strncmp(state, states[i].begin, strlen(states[i].begin)) != 0)
        i++;
    return states[i].status;
}

/* --- waiting --- */

enum pg_wait pg_wait(const struct db *db, int fd, short events, int64_t until_ns)
{
    struct pollfd fds[] = {
        {.fd = fd, .events = events},
        {.fd = db->cancelling ? pg_cancel_fd(db->cancelling) : db->wake_fd, .events = POLLIN},
    };
    int64_t left = until_ns - clock_ns();
    int n = left > 0 ? poll(fds, 2, (int)((left + NS_PER_MS - 1) / NS_PER_MS)) : 0;
    if (n == 0)
        return PG_LATE;
    if (n > 0 && !db->cancelling && fds[1].revents)
        return PG_CANCELLED;
    return PG_READY; /* or a signal: look again */
}

/* The server has heard of the cancellation, so that it cannot hit what is asked next. */
static bool cancel_is_over(struct db *db, int64_t until_ns)
{
    struct pollfd fd = {.fd = pg_cancel_fd(db->cancelling), .events = POLLIN};
    int64_t left = until_ns - clock_ns();
    int n = poll(&fd, 1, left > 0 ? (int)(left / NS_PER_MS) + 1 : 0);
    pg_cancel_forget(db->cancelling);
    db->cancelling = NULL;
    return n > 0;
}

/* True: libpq can say more without waiting, if only that the connection broke. */
static bool await(struct db *db, int64_t *until_ns)
{
    for (;;) {
        int unsent = PQflush(db->conn);
        if (!PQconsumeInput(db->conn) || unsent < 0 || (unsent == 0 && !PQisBusy(db->conn)))
            return true;
        short events = (short)(POLLIN | (unsent ? POLLOUT : 0));
        enum pg_wait how = pg_wait(db, PQsocket(db->conn), events, *until_ns);
        if (how == PG_LATE)
            return false;
        if (how != PG_CANCELLED)
            continue;
        db->cancelling = pg_cancel_start(db->conn);
        if (!db->cancelling)
            return false;
        *until_ns = clock_ns() + cancel_ns;
    }
}

/* --- asking --- */

static int send_query(struct db *db, const struct db_query *q)
{
    const char *values[MAX_VALUES];
    char numbers[MAX_VALUES][NUMBER_SIZE];
    for (int i = 0; i < q->count; i++) {
        const struct db_value *v = &q->values[i];
        snprintf(numbers[i], NUMBER_SIZE, "%lld", (long long)v->number);
        values[i] = v->null ? NULL : v->text ? v->text : numbers[i];
    }
    return PQsendQueryParams(db->conn, q->sql, q->count, NULL, values, NULL, NULL, 0);
}

/* The first error, else the last answer. NULL: none came in time. */
static PGresult *collect(struct db *db, int64_t *until_ns)
{
    PGresult *kept = NULL;
    for (;;) {
        if (!await(db, until_ns)) {
            PQclear(kept);
            return NULL;
        }
        PGresult *r = PQgetResult(db->conn);
        if (!r)
            return kept;
        bool failed = kept && PQresultStatus(kept) == PGRES_FATAL_ERROR;
        PQclear(failed ? r : kept);
        kept = failed ? kept : r;
    }
}

enum db_status pg_ask(struct db *db, const struct db_query *q, PGresult **out)
{
    int64_t silent = pg_place_silent_ns(db->place);
    int64_t until = clock_ns() + q->takes_ms * NS_PER_MS + silent;
    *out = NULL;
    if (!db->conn) {
        pg_say(db, "the connection was lost before");
        return DB_LOST;
    }
    if (!send_query(db, q))
        pg_say(db, PQerrorMessage(db->conn));
    else if (!(*out = collect(db, &until)))
        snprintf(db->error, sizeof db->error, "no answer within %lld ms",
                 (long long)((db->cancelling ? cancel_ns : silent) / NS_PER_MS) + q->takes_ms);
    bool quiet = !db->cancelling || cancel_is_over(db, until);
    if (!*out || !quiet || PQstatus(db->conn) != CONNECTION_OK)
        pg_drop(db);
    return *out ? DB_OK : DB_LOST;
}

static void hand_rows(const PGresult *r, const struct db_query *q)
{
    const char *cells[MAX_CELLS];
    int n = PQnfields(r) < MAX_CELLS ? PQnfields(r) : MAX_CELLS;
    for (int row = 0; q->row && row < PQntuples(r); row++) {
        for (int i = 0; i < n; i++)
            cells[i] = PQgetisnull(r, row, i) ? NULL : PQgetvalue(r, row, i);
        q->row(q->arg, cells, n);
    }
}

enum db_status pg_query(struct db *db, const struct db_query *q)
{
    PGresult *r;
    enum db_status status = pg_ask(db, q, &r);
    if (status == DB_OK)
        status = pg_status(db, r);
    if (status == DB_OK)
        hand_rows(r, q);
    if (status == DB_LOST)
        pg_drop(db);
    if (status == DB_READ_ONLY)
        db->elsewhere = pg_place_hosts(db->place) > 1;
    PQclear(r);
    return status != DB_OK && atomic_load(&db->cancelled) ? DB_CANCELLED : status;
}
