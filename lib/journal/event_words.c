#include "journal/event_words.h"

#include <stddef.h>

#define WORD(id, word) word,
const char *const framing_words[] = {FRAMING_MAP(WORD) NULL};
const char *const ended_words[] = {ENDED_MAP(WORD) NULL};
const char *const disposition_words[] = {DISPOSITION_MAP(WORD) NULL};
const char *const role_words[] = {ROLE_MAP(WORD) NULL};
const char *const leftover_words[] = {LEFTOVER_MAP(WORD) NULL};
const char *const held_words[] = {HELD_MAP(WORD) NULL};
const char *const record_words[] = {RECORD_MAP(WORD) NULL};
const char *const entry_words[] = {ENTRY_MAP(WORD) NULL};
const char *const link_words[] = {LINK_MAP(WORD) NULL};
const char *const page_words[] = {PAGE_MAP(WORD) NULL};
const char *const run_end_words[] = {RUN_END_MAP(WORD) NULL};

const char *event_word(const char *const *words, long long value)
{
    return value < 0 ? "" : words[value];
}
