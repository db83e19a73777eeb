/* The usual services at ports. How connections are found and followed is tested with a server and a
 * database in bats/cases.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "process/dependencies.h"

static void ports_have_names(void **state)
{
    (void)state;
    assert_string_equal(dependency_name(5432), "postgresql");
    assert_string_equal(dependency_name(6379), "redis");
    assert_string_equal(dependency_name(9092), "kafka");
    assert_string_equal(dependency_name(2379), "etcd");
    assert_string_equal(dependency_name(8080), "");
    assert_string_equal(dependency_name_at("/var/run/postgresql/.s.PGSQL.5432"), "postgresql");
    assert_string_equal(dependency_name_at("/tmp/.s.PGSQL.6432"), "pgbouncer");
    assert_string_equal(dependency_name_at("/run/mysqld/mysqld.sock"), "mysql");
    assert_string_equal(dependency_name_at("/run/redis/redis-server.sock"), "redis");
    assert_string_equal(dependency_name_at("/run/app.sock"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
