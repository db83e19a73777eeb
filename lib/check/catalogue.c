/* The catalogue (made by tools/defects from the pages of defects/), and the page of a row. */
#include <string.h>

#include "base/words.h"
#include "base/wrap.h"
#include "check/rules.h"

enum { DEFECT_MAX = 128 };

const char *const severity_words[SEVERITY_COUNT + 1] = {
    "info", "low", "medium", "high", "critical", NULL,
};

const char *severity_word(enum severity s)
{
    return severity_words[s];
}

size_t defect_count(void)
{
    return defects_count;
}

const struct defect *defect_at(size_t i)
{
    return i < defects_count ? &defects[i] : NULL;
}

const struct defect *defect_find(const char *id)
{
    for (const struct defect *d = defects; d->id; d++)
        if (strcmp(d->id, id) == 0)
            return d;
    return NULL;
}

const char *const *defect_ids(void)
{
    static const char *ids[DEFECT_MAX];
    const struct defect *d;

    for (size_t i = 0; i + 1 < DEFECT_MAX && (d = defect_at(i)); i++)
        ids[i] = d->id;
    return ids;
}

static const char *section_title(char section)
{
    static const char *const titles[] = {
        "before the signal", "at the signal",       "while draining", "at the deadline",
        "after the exit",    "client and platform", "after a deploy",
    };

    return titles[section - 'A'];
}

static void add_paragraph(struct buf *out, const char *text)
{
    wrap_add(out, text, 0, "", 80);
}

static void add_fixes(const struct defect *d, struct buf *out)
{
    buf_adds(out, "\n## How to mend it\n\n");
    for (const struct fix *f = d->fixes; f < d->fixes + FIX_MAX && f->stack; f++) {
        const char *stack = strcmp(f->stack, "any") == 0 ? "In general" : f->stack;

        buf_addf(out, "- **%s**: ", stack);
        wrap_add(out, f->text, (int)strlen(stack) + 8, "  ", 80);
    }
}

void defect_page(const struct defect *d, struct buf *out)
{
    buf_addf(out, "# %s\n\n", d->id);
    add_paragraph(out, d->title);
    buf_addf(out, "\nSeverity: **%s**. Section %c, %s.\n", severity_word(d->severity), d->section,
             section_title(d->section));
    buf_adds(out, "\n## What is seen\n\n");
    add_paragraph(out, d->seen);
    buf_adds(out, "\n## Why it hurts\n\n");
    add_paragraph(out, d->why);
    add_fixes(d, out);
    buf_adds(out, "\n## Reference\n\n");
    add_paragraph(out, d->reference);
    if (d->covers) {
        buf_adds(out, "\nWhen it is found, these are only its consequences and are not listed "
                      "again:\n");
        add_paragraph(out, d->covers);
    }
}

void defect_index(struct buf *out)
{
    char section = 0;

    buf_adds(out,
             "# Defects\n\nWhat `drainctl check` can find, in the order in which it happens. "
             "Each page says what is\nseen, why it hurts and how to mend it; `drainctl explain "
             "ID` prints it.\n");
    for (size_t i = 0; i < defect_count(); i++) {
        const struct defect *d = defect_at(i);

        if (d->section != section) {
            section = d->section;
            buf_addf(out, "\n## %c. %s\n\n| id | severity | what |\n| --- | --- | --- |\n", section,
                     section_title(section));
        }
        buf_addf(out, "| [%s](%s.md) | %s | %s |\n", d->id, d->id, severity_word(d->severity),
                 d->title);
    }
}
