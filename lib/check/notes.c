/* Notes of the runs that explain what is on the card, each kind once: a reader of the card does not
 * see the runs. */
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "check/rules.h"
#include "journal/note.h"
#include "judge/remarks.h"

static const enum note explaining[] = {
    NOTE_OTHER_OWNER,       NOTE_NO_OWNER,          NOTE_UNSETTLED,        NOTE_MANY_PROCESSES,
    NOTE_SOCKET_SHUT,       NOTE_LISTENER_AGAIN,    NOTE_NEVER_STOPPING,   NOTE_FEW_AT_A_TIME,
    NOTE_NOT_KILLED,        NOTE_FREEZE_INCOMPLETE, NOTE_FREEZE_UNCERTAIN, NOTE_KEEPER_KILLED,
    NOTE_OUTPUT_UNREADABLE,
};

/* That the port is a worker's, of the same program, is no surprise. */
static bool is_telling(const struct event *e, enum note what)
{
    if (!e->why || note_find(e->why) != (int)what)
        return false;
    return what != NOTE_OTHER_OWNER || !e->how || !e->text || strcmp(e->how, e->text) != 0;
}

static const struct event *note_in(const struct view *l, enum note what)
{
    for (const struct event *e = NULL; (e = next_event(l, EVENT_NOTE, e));)
        if (is_telling(e, what))
            return e;
    return NULL;
}

/* "… (check-main)", "… (check-main and 4 more runs)"; NULL: no run has it. */
static char *sentence(const struct view *views, size_t n, enum note what)
{
    const struct view *first = NULL;
    size_t more = 0;
    struct buf b;

    for (size_t i = 0; i < n; i++)
        if (note_in(&views[i], what)) {
            more += first != NULL;
            first = first ? first : &views[i];
        }
    if (!first)
        return NULL;
    buf_init(&b, 4096);
    remark_add(&b, &first->run->plan, note_in(first, what));
    buf_addf(&b, " (%s", first->run->scenario);
    if (more)
        buf_addf(&b, " and %zu more run%s", more, more == 1 ? "" : "s");
    buf_addc(&b, ')');
    return buf_take(&b);
}

void find_notes(struct audit *a, const struct view *views, size_t n)
{
    a->notes.at = mem_zero(ARRAY_LEN(explaining), sizeof *a->notes.at);
    for (size_t i = 0; i < ARRAY_LEN(explaining); i++) {
        char *text = sentence(views, n, explaining[i]);

        if (text)
            a->notes.at[a->notes.n++] = text;
    }
}
