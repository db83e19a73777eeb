#include "server/work/db.h"

const char *db_status_text(enum db_status status)
{
    static const char *const words[] = {
        [DB_OK] = "ok",
        [DB_CANCELLED] = "the query was cancelled",
        [DB_BUSY] = "the database is locked by somebody else",
        [DB_FULL] = "the database is full",
        [DB_READ_ONLY] = "the database is read-only",
        [DB_GONE] = "the database file is not there any more",
        [DB_FAILED] = "the database failed",
    };
    return words[status];
}
