/* The databases that are built in (make WITHOUT=sqlite leaves one out). */
#include "server/work/db.h"

#ifndef WITHOUT_SQLITE
extern const struct db_driver db_sqlite;
#endif

const struct db_driver *const db_drivers[] = {
#ifndef WITHOUT_SQLITE
    &db_sqlite,
#endif
    NULL,
};
