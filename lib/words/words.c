#include "words/words.h"

#define ROW(id, text, sentence, ...) {text, sentence},
const struct word phase_words[PHASE_COUNT] = {PHASE_MAP(ROW)};
const struct word outcome_words[OUTCOME_COUNT] = {OUTCOME_MAP(ROW)};
const struct word reason_words[REASON_COUNT] = {REASON_MAP(ROW)};
const struct word saw_words[SAW_COUNT] = {SAW_MAP(ROW)};

enum under_way { NONE, OPEN, IN_FLIGHT };
enum loss { NO_LOSS, LOSS };

#define UNDER_WAY(id, text, sentence, under_way) [PHASE_##id] = (under_way),
static const enum under_way under_way[PHASE_COUNT] = {PHASE_MAP(UNDER_WAY)};

#define IS_LOSS(id, text, sentence, loss) [OUTCOME_##id] = (loss) == LOSS,
static const bool losses[OUTCOME_COUNT] = {OUTCOME_MAP(IS_LOSS)};

bool phase_is_in_flight(enum phase phase)
{
    return under_way[phase] == IN_FLIGHT;
}

bool phase_is_open(enum phase phase)
{
    return under_way[phase] != NONE;
}

bool outcome_is_loss(enum outcome outcome)
{
    return losses[outcome];
}

static int same_but_dashes(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (*a != *b && !(*a == '_' && *b == '-') && !(*a == '-' && *b == '_'))
            return 0;
    return *a == *b;
}

int word_find(const struct word *table, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (same_but_dashes(table[i].word, word))
            return i;
    return -1;
}
