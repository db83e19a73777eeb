/* Notes in words: each has its sentence, and an old journal's stay as they were. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "journal/note.h"
#include "judge/remarks.h"

static void says(const struct plan *plan, enum note what, struct event facts, const char *sentence)
{
    struct buf b;
    facts.kind = EVENT_NOTE;
    facts.why = note_words[what];
    buf_init(&b, 4096);
    remark_add(&b, plan, &facts);
    assert_string_equal(b.data, sentence);
    buf_free(&b);
}

static void facts_stand_in_the_sentence(void **state)
{
    const struct plan plain = {0}, first = {.target = {.pid1 = true}};
    const struct event term = {.signo = SIGTERM, .pid = 7, .how = "sh"};
    (void)state;
    says(&plain, NOTE_IGNORED, term, "SIGTERM is ignored by pid 7 (sh)");
    says(&plain, NOTE_UNHANDLED, term,
         "SIGTERM is not handled by pid 7 (sh): by default it dies at once");
    says(&plain, NOTE_UNHANDLED, (struct event){.signo = SIGWINCH, .pid = 7, .how = "sh"},
         "SIGWINCH is not handled by pid 7 (sh): by default nothing happens");
    says(&first, NOTE_UNHANDLED, term,
         "SIGTERM is not handled by pid 7 (sh): by default the kernel drops it, because it is PID "
         "1");
    says(&plain, NOTE_OTHER_OWNER,
         (struct event){.pid = 7, .how = "sh", .port = 80, .owner = 9, .text = "node"},
         "signalling 7 (sh), but port 80 belongs to 9 (node)");
    says(&plain, NOTE_LISTENER_CLOSED, (struct event){.port = 80, .at = 2 * NS_PER_S, .depth = 3},
         "the listener on port 80 closed 2.00 s after the start, 3 lost in its queue");
    says(&plain, NOTE_LISTENER_CLOSED, (struct event){.port = 80, .at = 2 * NS_PER_S},
         "the listener on port 80 closed 2.00 s after the start, its queue empty");
    says(&plain, NOTE_UNSETTLED, (struct event){.at = 2 * NS_PER_S},
         "the target never came to rest: its processes or listeners kept changing for 2 s");
}

static void every_note_has_one(void **state)
{
    const struct plan plan = {0};
    (void)state;
    for (int i = 0; i < NOTE_COUNT; i++) {
        struct event e = {.kind = EVENT_NOTE, .why = note_words[i], .how = "", .text = "why"};
        struct buf b;
        buf_init(&b, 4096);
        remark_add(&b, &plan, &e);
        assert_true(b.len > 10);
        assert_int_equal(note_find(note_words[i]), i);
        buf_free(&b);
    }
}

static void a_sentence_of_an_old_journal_stays(void **state)
{
    const struct plan plan = {0};
    struct event e = {.kind = EVENT_NOTE, .why = "", .text = "something of long ago"};
    struct buf b;
    (void)state;
    buf_init(&b, 4096);
    remark_add(&b, &plan, &e);
    assert_string_equal(b.data, "something of long ago");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_stand_in_the_sentence),
        cmocka_unit_test(every_note_has_one),
        cmocka_unit_test(a_sentence_of_an_old_journal_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
