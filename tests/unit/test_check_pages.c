/* docs/defects holds a page for each row of the catalogue, word for word what `drainctl explain`
 * says. UPDATE_PAGES=1 writes the pages instead of comparing them (`make defect-pages`). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/audit.h"

enum { PAGE_MAX = 64 * 1024 };

static void compare(const char *path, const struct buf *page)
{
    static char text[PAGE_MAX];
    FILE *f;
    size_t len;

    if (getenv("UPDATE_PAGES")) {
        assert_non_null(f = fopen(path, "we"));
        assert_int_equal(fwrite(page->data, 1, page->len, f), page->len);
        assert_int_equal(fclose(f), 0);
        return;
    }
    if (!(f = fopen(path, "re")))
        fail_msg("%s is missing: make defect-pages", path);
    len = fread(text, 1, sizeof text - 1, f);
    text[len] = '\0';
    fclose(f);
    if (strcmp(text, page->data) != 0)
        fail_msg("%s is out of date: make defect-pages", path);
}

static void each_row_has_its_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < defect_count(); i++) {
        struct buf page;
        char path[256];

        buf_init(&page, PAGE_MAX);
        defect_page(defect_at(i), &page);
        snprintf(path, sizeof path, "docs/defects/%s.md", defect_at(i)->id);
        compare(path, &page);
        buf_free(&page);
    }
}

static void the_index_lists_all(void **state)
{
    struct buf page;

    (void)state;
    buf_init(&page, PAGE_MAX);
    defect_index(&page);
    compare("docs/defects/README.md", &page);
    buf_free(&page);
}

static void rows_are_whole(void **state)
{
    (void)state;
    assert_true(defect_count() >= 48);
    for (size_t i = 0; i < defect_count(); i++) {
        const struct defect *d = defect_at(i);

        assert_ptr_equal(defect_find(d->id), d);
        assert_string_equal(defect_ids()[i], d->id);
        assert_true(d->title && d->seen && d->why && d->reference && d->unit && d->find);
        assert_true(d->section >= 'A' && d->section <= 'G');
        assert_string_equal(d->fixes[0].stack, "any");
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(defect_at(k)->id, d->id);
    }
    assert_null(defect_ids()[defect_count()]);
    assert_null(defect_find("no-such-defect"));
}

/* What a row covers must be rows. */
static void covered_ids_exist(void **state)
{
    (void)state;
    for (size_t i = 0; i < defect_count(); i++) {
        const char *p = defect_at(i)->covers;

        while (p && *p) {
            char id[64];
            size_t len = strcspn(p, " ");

            snprintf(id, sizeof id, "%.*s", (int)len, p);
            if (!defect_find(id))
                fail_msg("%s covers '%s', which is no row", defect_at(i)->id, id);
            p += len;
            p += strspn(p, " ");
        }
    }
}

/* tests/matrix.tsv: every planted fault has a row of the catalogue that must find it. */
/* What no check can see, a scenario of ours finds. */
static bool is_scenario(const char *name)
{
    char path[160];

    snprintf(path, sizeof path, "scenarios/%s", name);
    return strstr(name, ".json") && access(path, R_OK) == 0;
}

static void the_matrix_names_rows(void **state)
{
    FILE *f = fopen("tests/matrix.tsv", "re");
    char line[256];
    int n = 0;

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *tab = strchr(line, '\t');

        if (*line == '#')
            continue;
        assert_non_null(tab);
        tab[1 + strcspn(tab + 1, "\t\n")] = '\0';
        if (!defect_find(tab + 1) && !is_scenario(tab + 1))
            fail_msg("tests/matrix.tsv: no row and no scenario '%s'", tab + 1);
        n++;
    }
    fclose(f);
    assert_true(n >= 28);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),        cmocka_unit_test(covered_ids_exist),
        cmocka_unit_test(each_row_has_its_page), cmocka_unit_test(the_index_lists_all),
        cmocka_unit_test(the_matrix_names_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
