/* Cancelling runs down a tree, once, with its cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "server/work/cancel.h"

struct scope {
    struct cancel cancel;
    const char *name;
    bool ends; /* ends itself when it is told */
};

static char told_text[128];

static void told(struct cancel *c)
{
    struct scope *s = CONTAINER_OF(c, struct scope, cancel);
    size_t len = strlen(told_text);
    snprintf(told_text + len, sizeof told_text - len, "%s %s; ", s->name,
             cancel_cause_text(c->cause));
    if (s->ends)
        cancel_end(c);
}

static void begin(struct scope *s, const char *name, struct scope *parent)
{
    *s = (struct scope){.name = name};
    cancel_begin(&s->cancel, parent ? &parent->cancel : NULL, told);
}

static struct scope root, request, other, call, query;

static int set_up(void **state)
{
    (void)state;
    told_text[0] = '\0';
    begin(&root, "root", NULL);
    begin(&request, "request", &root);
    begin(&other, "other", &root);
    begin(&call, "call", &request);
    begin(&query, "query", &request);
    return 0;
}

static void down_the_tree_and_to_nobody_else(void **state)
{
    (void)state;
    cancel_fire(&request.cancel, CANCEL_DEADLINE);
    assert_string_equal(told_text, "call deadline; query deadline; request deadline; ");
    assert_int_equal(other.cancel.cause, CANCEL_NONE);
    cancel_fire(&request.cancel, CANCEL_SHUTDOWN); /* once */
    cancel_fire(&root.cancel, CANCEL_SHUTDOWN);
    assert_string_equal(told_text, "call deadline; query deadline; request deadline; "
                                   "other shutdown; root shutdown; ");
}

static void what_is_over_is_told_nothing(void **state)
{
    (void)state;
    cancel_end(&call.cancel);
    cancel_end(&call.cancel);
    query.ends = true;
    cancel_fire(&root.cancel, CANCEL_SHUTDOWN);
    assert_string_equal(told_text,
                        "query shutdown; request shutdown; other shutdown; root shutdown; ");
}

static void one_that_begins_below_a_cancelled_scope(void **state)
{
    struct scope late;
    (void)state;
    cancel_fire(&request.cancel, CANCEL_CLIENT_GONE);
    begin(&late, "late", &request);
    assert_int_equal(late.cancel.cause, CANCEL_CLIENT_GONE);
    cancel_end(&late.cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(down_the_tree_and_to_nobody_else, set_up),
        cmocka_unit_test_setup(what_is_over_is_told_nothing, set_up),
        cmocka_unit_test_setup(one_that_begins_below_a_cancelled_scope, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
