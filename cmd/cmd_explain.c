/* drainctl explain: what a word of a report means. */
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/command.h"
#include "cli/glossary.h"
#include "cli/wrap.h"
#include "check/audit.h"

enum { MAX_WORDS = 512, MAX_PAGE = 64 * 1024, COLUMN = 32 };

static void entry(const char *word, const char *sentence)
{
    printf("  %-*s", COLUMN - 2, word);
    help_wrap(sentence, COLUMN, COLUMN);
}

static void explain_all(void)
{
    for (const struct topic *t = topics; t->title; t++) {
        printf("%s%s:\n", t == topics ? "" : "\n", t->title);
        for (int i = 0; i < t->count; i++)
            if (!t->listed || t->listed(i))
                entry(t->at(i)->word, t->at(i)->sentence);
    }
    printf("\ndefects that 'drainctl check' finds:\n");
    for (size_t i = 0; i < defect_count(); i++)
        entry(defect_at(i)->id, defect_at(i)->title);
}

/* The very page of docs/defects. */
static void explain_defect(const struct defect *d)
{
    struct buf page;

    buf_init(&page, MAX_PAGE);
    defect_page(d, &page);
    fputs(page.data, stdout);
    buf_free(&page);
}

static bool is_number(const char *word)
{
    return *word && strspn(word, "0123456789") == strlen(word);
}

static bool is_word(const char *word)
{
    for (const struct topic *t = topics; t->title; t++)
        for (int i = 0; i < t->count; i++)
            if (strcmp(t->at(i)->word, word) == 0)
                return true;
    return false;
}

/* A number alone: drainctl's own exit status, the target's when a signal ended it (no HTTP status
 * is between 104 and 199), or else an HTTP status. */
static const char *number_form(const char *word, char *out, size_t size)
{
    snprintf(out, size, "exit-%s", word);
    if (strlen(word) != 3 || is_word(out))
        return out;
    return strcmp(word, "128") > 0 && strcmp(word, "193") < 0 ? "died-of-signal" : "status-NNN";
}

/* "status-503" and "503" are explained by "status-NNN", "3" and "143" by "exit-3" and "exit-143",
 * "yes" by "processed-yes". */
static const char *general_form(const char *word, char *out, size_t size)
{
    if (is_number(word))
        return number_form(word, out, size);
    if (strncmp(word, "status-", 7) == 0 && is_number(word + 7))
        return "status-NNN";
    snprintf(out, size, "processed-%s", word);
    return is_word(out) ? out : word;
}

/* Words that mean several things are explained as each of them. */
static int explain_words(const char *word, int found)
{
    for (const struct topic *t = topics; t->title; t++)
        for (int i = 0; i < t->count; i++) {
            if (word_find(t->at(i), 1, word) < 0)
                continue;
            printf("%s%s: %s\n  ", found++ ? "\n" : "", t->at(i)->word, t->kind);
            help_wrap(t->at(i)->sentence, 2, 2);
            if (t->more)
                t->more(i);
        }
    return found;
}

static int unknown_word(const char *word, const char *general, struct error *err)
{
    const char *known[MAX_WORDS] = {0};
    int n = 0;
    for (const struct topic *t = topics; t->title; t++)
        for (int i = 0; i < t->count && n < MAX_WORDS - 1; i++)
            known[n++] = t->at(i)->word;
    for (size_t i = 0; i < defect_count() && n < MAX_WORDS - 1; i++)
        known[n++] = defect_at(i)->id;
    error_set(err, ERROR_USAGE, "there is no word '%s' to explain", word);
    const char *near = words_nearest(general, known);
    return near ? error_hint(err, "did you mean '%s'?", near)
                : error_hint(err, "'drainctl explain' lists them all");
}

/* `found`: so many have been explained before. */
static int explain(const char *word, int found, struct error *err)
{
    char form[64];
    const char *general = general_form(word, form, sizeof form);
    int now = explain_words(general, found);
    const struct defect *d = defect_find(word);
    if (d) {
        if (now++)
            putchar('\n');
        explain_defect(d);
    }
    return now > found ? now : unknown_word(word, general, err);
}

static int run_explain(int argc, char **argv, struct error *err)
{
    if (argc == 0)
        explain_all();
    for (int i = 0, found = 0; i < argc; i++)
        if ((found = explain(argv[i], found, err)) < 0)
            return EXIT_USAGE;
    return EXIT_PASSED;
}

extern const struct command cmd_explain;
const struct command cmd_explain = {
    .name = "explain",
    .args = "[WORD]...",
    .summary = "say what a word of a report means, or a defect",
    .about =
        "Says what a word of a report or a scenario means; for an outcome or a reason also what "
        "usually causes it and where to look next, for an expectation an example, and for a "
        "defect of 'drainctl check' why it hurts and how to mend it. Without a word it lists all "
        "of them.",
    .examples = "  drainctl explain cut-off\n"
                "  drainctl explain keepalive-race status-503\n"
                "  drainctl explain accept-queue-reset\n"
                "  drainctl explain 3\n",
    .max_args = -1,
    .arguments = ARGS_WORDS,
    .exits = EXITS_PRINT,
    .run = run_explain,
};
