/* Every outcome and reason says what to do with it, in words that exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "words/advice.h"
#include "check/audit.h"

static void defects_exist(const char *word, const char *defects)
{
    while (defects && *defects) {
        char id[64] = "";
        size_t len = strcspn(defects, " ");
        assert_true(len < sizeof id);
        memcpy(id, defects, len);
        if (!defect_find(id))
            fail_msg("%s: there is no defect '%s'", word, id);
        defects += len + (defects[len] == ' ');
    }
}

static void complete(const char *word, const struct advice *a)
{
    if (!a->cause || !a->next)
        fail_msg("'%s' has no cause or nothing to look at", word);
    defects_exist(word, a->defects);
}

static void outcomes(void **state)
{
    (void)state;
    for (int o = 0; o < OUTCOME_COUNT; o++)
        complete(outcome_words[o].word, &outcome_advice[o]);
}

static void reasons(void **state)
{
    (void)state;
    for (int r = 0; r < REASON_COUNT; r++) {
        const char *belongs = reason_advice[r].belongs;
        char first[32] = "";
        complete(reason_words[r].word, &reason_advice[r]);
        assert_non_null(belongs);
        strncat(first, belongs, strcspn(belongs, ";"));
        if (word_find(outcome_words, OUTCOME_COUNT, first) < 0)
            fail_msg("%s: there is no outcome '%s'", reason_words[r].word, first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(outcomes), cmocka_unit_test(reasons)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
