#include "words/words.h"

#define ROW(id, text, sentence) {text, sentence},
const struct word phase_words[PHASE_COUNT] = {PHASE_MAP(ROW)};
const struct word outcome_words[OUTCOME_COUNT] = {OUTCOME_MAP(ROW)};
const struct word reason_words[REASON_COUNT] = {REASON_MAP(ROW)};

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
