/* drainctl explain: what a word of a report means. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/words.h"
#include "cmd/command.h"
#include "cmd/exits.h"
#include "cmd/explain.h"
#include "cmd/help.h"
#include "judge/audit.h"
#include "plan/words.h"

static const struct word verdict_words[] = {
    {"passed", "every expectation held, and each of them saw a sample"},
    {"failed", "an expectation did not hold"},
    {"inconclusive", "nothing was proven: no request was in flight at the signal, a load made no "
                     "attempt, an expectation saw no sample, the client was at a limit, or the "
                     "target was gone before the signal"},
};

static const struct {
    const char *title, *kind;
    const struct word *words;
    int count;
} lists[] = {
    {"outcomes of an attempt", "an outcome", outcome_words, OUTCOME_COUNT},
    {"reasons of an outcome", "a reason", reason_words, REASON_COUNT},
    {"phases of an attempt at the signal", "a phase", phase_words, PHASE_COUNT},
    {"verdicts", "a verdict", verdict_words, ARRAY_LEN(verdict_words)},
    {"exit statuses", "an exit status", exit_words, EXIT_WORDS},
};

enum { MAX_WORDS = 256, MAX_PAGE = 64 * 1024, COLUMN = 32 };

static void entry(const char *word, const char *sentence)
{
    printf("  %-*s", COLUMN - 2, word);
    help_wrap(sentence, COLUMN, COLUMN);
}

static void explain_all(void)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        printf("%s%s:\n", i ? "\n" : "", lists[i].title);
        for (int j = 0; j < lists[i].count; j++)
            entry(lists[i].words[j].word, lists[i].words[j].sentence);
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

/* "status-503" is explained by "status-NNN", "3" by "exit-3". */
static const char *general_form(const char *word, char *out, size_t size)
{
    if (strncmp(word, "status-", 7) == 0 && strspn(word + 7, "0123456789") == strlen(word + 7))
        return "status-NNN";
    if (*word && strspn(word, "0123456789") == strlen(word)) {
        snprintf(out, size, "exit-%s", word);
        return out;
    }
    return word;
}

static int explain(const char *word, struct error *err)
{
    const char *known[MAX_WORDS] = {0};
    int n = 0, found = 0;
    char form[64];
    const char *general = general_form(word, form, sizeof form);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (int j = 0; j < lists[i].count && n < MAX_WORDS - 1; j++)
            known[n++] = lists[i].words[j].word;
        int j = word_find(lists[i].words, lists[i].count, general);
        if (j < 0)
            continue;
        printf("%s: %s\n  ", lists[i].words[j].word, lists[i].kind);
        help_wrap(lists[i].words[j].sentence, 2, 2);
        found++;
    }
    for (size_t i = 0; i < defect_count() && n < MAX_WORDS - 1; i++)
        known[n++] = defect_at(i)->id;
    if (defect_find(word)) {
        if (found++)
            putchar('\n');
        explain_defect(defect_find(word));
    }
    if (found)
        return EXIT_PASSED;
    error_set(err, ERROR_USAGE, "there is no word '%s' to explain", word);
    const char *near = words_nearest(general, known);
    if (near)
        error_hint(err, "did you mean '%s'?", near);
    else
        error_hint(err, "'drainctl explain' lists them all");
    return EXIT_USAGE;
}

void explain_each(void (*each)(const char *word, const char *about, void *arg), void *arg)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (int j = 0; j < lists[i].count; j++)
            each(lists[i].words[j].word, lists[i].kind, arg);
    for (size_t i = 0; i < defect_count(); i++)
        each(defect_at(i)->id, defect_at(i)->title, arg);
}

static int run_explain(int argc, char **argv, struct error *err)
{
    if (argc == 0)
        explain_all();
    for (int i = 0; i < argc; i++)
        if (explain(argv[i], err) != EXIT_PASSED)
            return EXIT_USAGE;
    return EXIT_PASSED;
}

extern const struct command cmd_explain;
const struct command cmd_explain = {
    .name = "explain",
    .args = "[WORD]...",
    .summary = "say what a word of a report means, or a defect",
    .about =
        "Says what a word of a report means; for a defect of 'drainctl check' also why it hurts "
        "and how to mend it. Without a word it lists all of them.",
    .examples = "  drainctl explain cut-off\n"
                "  drainctl explain keepalive-race status-503\n"
                "  drainctl explain accept-queue-reset\n"
                "  drainctl explain 3\n",
    .max_args = -1,
    .arguments = ARGS_WORDS,
    .exits = EXITS_PRINT,
    .run = run_explain,
};
