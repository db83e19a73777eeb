/* Places of databases: which driver takes them, and that no message shows their password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "server/work/db.h"

static void a_password_is_not_shown(void **state)
{
    static const struct {
        const char *place, *shown;
    } rows[] = {
        {"orders.db", "orders.db"},
        {":memory:", ":memory:"},
        {"postgres://h/x", "postgres://h/x"},
        {"postgres://u@h:1/x", "postgres://u@h:1/x"},
        {"postgres://u:secret@h:1/x", "postgres://u:***@h:1/x"},
        {"postgres://u:secret@h:1,g:2/x?target_session_attrs=any",
         "postgres://u:***@h:1,g:2/x?target_session_attrs=any"},
        {"postgres://u:se'cr\"et@h/x", "postgres://u:***@h/x"},
        {"postgres://u:se@cret@h/x", "postgres://u:***@h/x"},
        {"postgres://u:se cret#/?@h/x", "postgres://u:***@h/x"},
        {"postgres:/u:secret@h/x", "postgres:***@h/x"},
        {"postgres://h/x?user=u&password=secret", "postgres://h/x?user=u&password=***"},
        {"mysql://u:secret@h/x", "mysql://u:***@h/x"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char shown[128];
        db_place_shown(rows[i].place, shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
    }
}

static void a_password_is_not_shown_when_there_is_little_room(void **state)
{
    (void)state;
    char shown[16];
    db_place_shown("postgres://u:secret@h/x", shown, sizeof shown);
    assert_string_equal(shown, "postgres://u:**");
}

static void a_place_finds_its_driver(void **state)
{
    static const struct {
        const char *place, *driver;
    } rows[] = {
        {"orders.db", "sqlite"},          {":memory:", "sqlite"}, {"postgres://h/x", "postgres"},
        {"postgresql://h/x", "postgres"}, {"mysql://h/x", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct db_driver *driver = db_driver_of(rows[i].place);
        bool left_out = false;
        for (int k = 0; rows[i].driver && db_left_out[k]; k++)
            left_out = left_out || strcmp(db_left_out[k], rows[i].driver) == 0;
        if (!rows[i].driver || left_out)
            assert_null(driver);
        else
            assert_string_equal(driver->name, rows[i].driver);
    }
}

static void every_status_has_a_sentence(void **state)
{
    (void)state;
    for (int i = 0; i < DB_STATUSES; i++)
        assert_non_null(db_status_text((enum db_status)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_not_shown),
        cmocka_unit_test(a_password_is_not_shown_when_there_is_little_room),
        cmocka_unit_test(a_place_finds_its_driver),
        cmocka_unit_test(every_status_has_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
