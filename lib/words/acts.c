#include "words/acts.h"

#include <stddef.h>

#define WORD(id, word, sentence) word,
const char *const act_words[] = {ACT_MAP(WORD) NULL};
