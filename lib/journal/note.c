#include "journal/note.h"

#include <string.h>

#define NOTE_WORD(id, word, says) word,
const char *const note_words[NOTE_COUNT] = {NOTE_MAP(NOTE_WORD)};

void note_add(struct journal *j, enum note what, struct event facts)
{
    facts.kind = EVENT_NOTE;
    facts.why = note_words[what];
    journal_add(j, &facts);
}

int note_find(const char *word)
{
    for (int i = 0; word && i < NOTE_COUNT; i++)
        if (strcmp(word, note_words[i]) == 0)
            return i;
    return -1;
}
