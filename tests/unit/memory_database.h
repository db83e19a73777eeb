/* A database in memory, new for each test. */
#ifndef TESTS_MEMORY_DATABASE_H
#define TESTS_MEMORY_DATABASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/work/db.h"

static const struct db_driver *driver; /* NULL: make WITHOUT=sqlite; set by database_is_built_in */
static struct db *db;

static inline bool database_is_built_in(void)
{
    driver = db_driver_of(":memory:");
    return driver != NULL;
}

static inline int set_up(void **state)
{
    struct error err = {0};
    (void)state;
    db = driver->open(":memory:", &err);
    return db ? 0 : -1;
}

static inline int tear_down(void **state)
{
    (void)state;
    driver->close(db, false);
    return 0;
}

#endif
