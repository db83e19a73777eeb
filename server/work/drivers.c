/* The databases that are built in (make WITHOUT=sqlite leaves one out). */
#include "server/work/db.h"

#ifndef WITHOUT_SQLITE
extern const struct db_driver db_sqlite;
#endif
#ifndef WITHOUT_POSTGRES
extern const struct db_driver db_postgres;
#endif

const struct db_driver *const db_drivers[] = {
#ifndef WITHOUT_POSTGRES
    &db_postgres,
#endif
#ifndef WITHOUT_SQLITE
    &db_sqlite, /* takes what looks like a file */
#endif
    NULL,
};

const char *const db_left_out[] = {
#ifdef WITHOUT_SQLITE
    "sqlite",
#endif
#ifdef WITHOUT_POSTGRES
    "postgres",
#endif
    NULL,
};

const struct db_driver *db_driver_of(const char *place)
{
    for (int i = 0; db_drivers[i]; i++)
        if (db_drivers[i]->takes(place))
            return db_drivers[i];
    return NULL;
}
