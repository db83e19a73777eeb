#include "report/walk/walk_int.h"

enum { LABEL = 16 };

void walk_say(struct walk *w, const char *label)
{
    buf_addf(w->text.out, "  %-*s", LABEL - 2, label);
    text_wrap(&w->text, STYLE_PLAIN, LABEL, LABEL, w->line.data ? w->line.data : "");
    buf_reset(&w->line);
}
