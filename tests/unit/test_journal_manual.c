/* docs/journal.md, of which drainctl-journal(5) is made, has the row of each kind of event word for
 * word as the table of events says it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "journal/event.h"
#include "journal/note.h"

enum { PAGE_MAX = 256 * 1024, ROW_MAX = 1024 };

static char page[PAGE_MAX];

static int read_page(void **state)
{
    FILE *f = fopen("docs/journal.md", "re");
    (void)state;
    assert_non_null(f);
    page[fread(page, 1, sizeof page - 1, f)] = '\0';
    fclose(f);
    return 0;
}

static void each_event_has_its_row(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_COUNT; i++) {
        const struct event_spec *e = &event_specs[i];
        struct buf row;
        buf_init(&row, ROW_MAX);
        buf_addf(&row, "\n| `%s` | %s |", e->word, e->sentence);
        for (const struct event_field *k = e->fields; k->key; k++)
            buf_addf(&row, "%s `%s`", k > e->fields ? "," : "", k->key);
        buf_adds(&row, e->fields[0].key ? " |\n" : " none |\n");
        assert_false(row.overflow);
        if (!strstr(page, row.data))
            fail_msg("docs/journal.md lacks the row:%s", row.data);
        buf_free(&row);
    }
}

static void each_note_has_its_row(void **state)
{
    static const char *const rows[] = {
#define NOTE_ROW(id, word, says) "\n| `" word "` | " says " |\n",
        NOTE_MAP(NOTE_ROW)};
    (void)state;
    for (int i = 0; i < NOTE_COUNT; i++)
        if (!strstr(page, rows[i]))
            fail_msg("docs/journal.md lacks the row:%s", rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_event_has_its_row),
                                       cmocka_unit_test(each_note_has_its_row)};
    return cmocka_run_group_tests(tests, read_page, NULL);
}
