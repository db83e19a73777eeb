/* Which messages of a partition are done: offsets, and the text beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "server/work/listing.h"
#include "server/work/offsets.h"

static void finished_in_any_order(void **state)
{
    struct offsets o;
    (void)state;
    offsets_begin(&o, 10, NULL);
    for (int64_t at = 10; at < 14; at++)
        assert_int_equal(offsets_take(&o, at), OFFSETS_NEW);
    assert_int_equal(offsets_take(&o, 11), OFFSETS_SEEN);
    assert_true(offsets_finish(&o, 12));
    assert_true(offsets_finish(&o, 11));
    assert_int_equal(o.first, 10);
    assert_int_equal(offsets_count(&o), 2);
    assert_true(offsets_finish(&o, 10));
    assert_int_equal(o.first, 13);
    assert_int_equal(offsets_count(&o), 0);
    assert_false(offsets_finish(&o, 12));
    assert_true(offsets_is_done(&o, 12));
    assert_false(offsets_is_done(&o, 13));
}

static void the_next_one_leaves_out_what_is_done(void **state)
{
    struct offsets o, next;
    char text[OFFSETS_TEXT];
    (void)state;
    offsets_begin(&o, 100, NULL);
    for (int64_t at = 100; at < 120; at++)
        offsets_take(&o, at);
    offsets_finish(&o, 101);
    offsets_finish(&o, 119);
    offsets_write(&o, text);
    assert_string_equal(text, "drainctl1:20008");
    offsets_begin(&next, o.first, text);
    assert_int_equal(offsets_count(&next), 2);
    assert_int_equal(offsets_take(&next, 100), OFFSETS_NEW);
    assert_int_equal(offsets_take(&next, 101), OFFSETS_SEEN);
    for (int64_t at = 102; at < 119; at++)
        assert_int_equal(offsets_take(&next, at), OFFSETS_NEW);
    assert_int_equal(offsets_take(&next, 119), OFFSETS_SEEN);
    offsets_finish(&next, 100);
    assert_int_equal(next.first, 102);
}

static void offsets_that_are_not_there_are_done(void **state)
{
    struct offsets o;
    (void)state;
    offsets_begin(&o, -1, NULL); /* the log begins anywhere */
    assert_false(offsets_is_done(&o, 0));
    assert_false(offsets_finish(&o, 0));
    assert_int_equal(offsets_take(&o, 5000), OFFSETS_NEW);
    assert_int_equal(offsets_take(&o, 5004), OFFSETS_NEW); /* a compacted one has gaps */
    offsets_finish(&o, 5000);
    assert_int_equal(o.first, 5004);
    offsets_finish(&o, 5004);
    assert_int_equal(offsets_take(&o, 5004 + 10 * OFFSETS_MOST), OFFSETS_NEW);
    assert_int_equal(o.first, 5004 + 10 * OFFSETS_MOST);
}

static void none_is_taken_too_far_ahead(void **state)
{
    struct offsets o;
    char text[OFFSETS_TEXT];
    (void)state;
    offsets_begin(&o, 7, NULL);
    for (int64_t at = 7; at < 7 + OFFSETS_MOST; at++)
        assert_int_equal(offsets_take(&o, at), OFFSETS_NEW);
    assert_int_equal(offsets_take(&o, 7 + OFFSETS_MOST), OFFSETS_LATER);
    for (int64_t at = 8; at < 7 + OFFSETS_MOST; at++)
        offsets_finish(&o, at);
    assert_int_equal(offsets_count(&o), OFFSETS_MOST - 1);
    offsets_write(&o, text);
    assert_int_equal(strlen(text), strlen("drainctl1:") + OFFSETS_MOST / 4);
    offsets_finish(&o, 7);
    assert_int_equal(o.first, 7 + OFFSETS_MOST);
    assert_int_equal(offsets_take(&o, 7 + OFFSETS_MOST), OFFSETS_NEW);
}

/* Lost, and assigned again while it was worked on. */
static void finished_before_it_comes_again(void **state)
{
    struct offsets o;
    (void)state;
    offsets_begin(&o, 3, NULL);
    assert_true(offsets_finish(&o, 4));
    assert_int_equal(o.first, 3);
    assert_int_equal(offsets_take(&o, 3), OFFSETS_NEW);
    assert_int_equal(offsets_take(&o, 4), OFFSETS_SEEN);
    offsets_finish(&o, 3);
    assert_int_equal(o.first, 5);
}

static void a_text_of_others_is_passed_over(void **state)
{
    static const char *const texts[] = {
        "", "x", "drainctl1", "drainctl2:ff", "drainctl1:zff", "drainctl1:\xff"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct offsets o;
        offsets_begin(&o, 3, texts[i]);
        assert_int_equal(offsets_count(&o), 0);
        assert_int_equal(o.first, 3);
    }
}

static void runs_are_counted_by_name(void **state)
{
    const char *items[] = {"0-12 a", "0-1 b", "0-1 a", "0-1 a", "0-10", "1-1 a"};
    struct texts t = {items, ARRAY_LEN(items)};
    (void)state;
    texts_sort(&t);
    assert_int_equal(texts_count(&t, "0-1"), 2);
    assert_int_equal(texts_count(&t, "0-12"), 1);
    assert_int_equal(texts_count(&t, "0-10"), 1);
    assert_int_equal(texts_count(&t, "0-2"), 0);
    assert_int_equal(texts_count(&t, "1-1"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finished_in_any_order),
        cmocka_unit_test(the_next_one_leaves_out_what_is_done),
        cmocka_unit_test(offsets_that_are_not_there_are_done),
        cmocka_unit_test(none_is_taken_too_far_ahead),
        cmocka_unit_test(finished_before_it_comes_again),
        cmocka_unit_test(a_text_of_others_is_passed_over),
        cmocka_unit_test(runs_are_counted_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
