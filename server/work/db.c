#include "server/work/db.h"

#include <stdio.h>
#include <string.h>

#include "base/mask.h"
#include "base/whole.h"

int64_t db_int(const char *cell)
{
    int64_t n = 0;
    whole_parse(cell, INT64_MIN, INT64_MAX, &n);
    return n;
}

const char *db_status_text(enum db_status status)
{
    static const char *const words[] = {
        [DB_OK] = "ok",
        [DB_CANCELLED] = "the query was cancelled",
        [DB_BUSY] = "another process has locked the database",
        [DB_FULL] = "the database is full",
        [DB_READ_ONLY] = "the database is read-only",
        [DB_GONE] = "the database file is not there any more",
        [DB_AWAY] = "the database cannot be reached",
        [DB_LOST] = "the connection to the database was lost",
        [DB_UNKNOWN] = ("the connection to the database was lost during the commit: ask again with "
                        "the same Idempotency-Key"),
        [DB_FAILED] = "the database failed",
    };
    return words[status];
}

/* A password may hold what would end it elsewhere in a text (a quote, say), so what stands between
 * the user and the last '@' goes first. */
void db_place_shown(const char *place, char *out, size_t size)
{
    const char *user = strstr(place, "://"), *colon = strchr(user ? user + 3 : place, ':');
    const char *at = strrchr(place, '@');
    if (colon && at && colon < at)
        snprintf(out, size, "%.*s:***%s", (int)(colon - place), place, at);
    else
        snprintf(out, size, "%s", place);
    mask_text(out);
}

enum db_status db_sleep(const struct db_driver *driver, struct db *db, int64_t ms)
{
    const struct db_value value = {.number = ms};
    return driver->query(
        db,
        &(struct db_query){.sql = driver->sleep_sql, .values = &value, .count = 1, .takes_ms = ms});
}
