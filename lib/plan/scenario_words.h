/* The words of a scenario, for people: `drainctl explain`. */
#ifndef PLAN_SCENARIO_WORDS_H
#define PLAN_SCENARIO_WORDS_H

#include "plan/expect_map.h"
#include "words/words.h"

struct scenario_word {
    struct word word;
    const char *example; /* a whole element of "expect", or of "signals" */
};

/* Keys of "expect", from the rows that the parser reads by; the outcomes, which are keys, too, come
 * first. */
#define EXPECT_WORD_COUNT_OF(...) +1
enum {
    EXPECT_WORD_COUNT = 0 OUTCOME_MAP(EXPECT_WORD_COUNT_OF) EXPECT_LOAD_MAP(EXPECT_WORD_COUNT_OF)
        EXPECT_LATENCY_MAP(EXPECT_WORD_COUNT_OF) EXPECT_EVENT_MAP(EXPECT_WORD_COUNT_OF)
            EXPECT_TARGET_MAP(EXPECT_WORD_COUNT_OF) EXPECT_PROCESS_MAP(EXPECT_WORD_COUNT_OF),
    MOMENT_WORD_COUNT = 14,
    RECEIVER_WORD_COUNT = 4,
};
extern const struct scenario_word expect_words[EXPECT_WORD_COUNT];
extern const struct scenario_word moment_words[MOMENT_WORD_COUNT];     /* keys of "when" */
extern const struct scenario_word receiver_words[RECEIVER_WORD_COUNT]; /* of a signal's "to" */

#endif
