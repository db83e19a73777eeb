/* The words of the checklist, and a row as its cause makes it. */
#include <math.h>

#include "judge/checklist_int.h"

#define WORD(id, word, title)       [ROW_##id] = word,
#define TITLE(id, word, title)      [ROW_##id] = title,
#define CAUSE_WORD(id, value, word) [CAUSE_##id] = word,
#define CAUSE_VALUE(id, value, w)   [CAUSE_##id] = ROW_##value,
const char *const checklist_words[CHECKLIST_ROWS] = {CHECKLIST_MAP(WORD)};
const char *const checklist_titles[CHECKLIST_ROWS] = {CHECKLIST_MAP(TITLE)};
const char *const row_value_words[] = {"fine", "broken", "not-seen"};
const char *const cause_words[CAUSE_COUNT] = {CAUSE_MAP(CAUSE_WORD)};
static const enum row_value cause_values[CAUSE_COUNT] = {CAUSE_MAP(CAUSE_VALUE)};

struct checklist_row row_of(enum row_cause cause)
{
    return (struct checklist_row){
        .value = cause_values[cause], .cause = cause, .ms = NAN, .ms2 = NAN, .text = ""};
}
