/* drainctl explain: what a word of a report means. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/whole.h"
#include "base/words.h"
#include "cli/command.h"
#include "cli/glossary.h"
#include "cli/wrap.h"
#include "check/audit.h"
#include "journal/history.h"
#include "judge/judge.h"
#include "report/walk/walk.h"

enum { WIDTH = 80, MAX_WALK = 1024 * 1024, MAX_WORDS = 512, MAX_PAGE = 64 * 1024, COLUMN = 32 };

static void entry(const char *word, const char *sentence)
{
    printf("  %-*s", COLUMN - 2, word);
    help_wrap(sentence, COLUMN);
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
            help_wrap(t->at(i)->sentence, 2);
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
    return words_hint(general, known, "'drainctl explain' lists them all", err);
}

/* `found`: the number explained before. */
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

/* --- one attempt of a run --- */

static const char *request_text;

/* "RUN/ATTEMPT", or "ATTEMPT" of the first run. */
static int read_place(const char *text, int64_t *run, int64_t *attempt, struct error *err)
{
    const char *slash = strchr(text, '/');
    *run = 1;
    if ((!slash || whole_read(text, (size_t)(slash - text), 1, INT64_MAX, run)) &&
        whole_parse(slash ? slash + 1 : text, 1, INT64_MAX, attempt))
        return 0;
    error_set(err, ERROR_USAGE, "option '--request' takes RUN/ATTEMPT, such as 1/44, not '%.60s'",
              request_text);
    return error_hint(err,
                      "attempts have their numbers in the text report (-v) and in the journal");
}

static int walk_run(const struct history *h, int64_t run, int64_t attempt, struct error *err)
{
    struct run_verdict v = {0};
    struct buf page;
    int status = -1;
    if (judge_run(h, &v, err) < 0)
        return -1;
    buf_init(&page, MAX_WALK);
    for (size_t i = 0; i < v.n_attempts && status < 0; i++)
        if (v.attempts[i].id == attempt) {
            walk_attempt(&page, &v, &v.attempts[i], (int)run, WIDTH);
            status = 0;
        }
    if (status < 0)
        error_set(err, ERROR_USAGE,
                  "run %" PRId64 " has no attempt %" PRId64 ": they go from 1 to %zu", run, attempt,
                  v.n_attempts);
    else
        fputs(page.data, stdout);
    buf_free(&page);
    run_verdict_free(&v);
    return status;
}

static int explain_request(int argc, char **argv, struct error *err)
{
    struct histories h = {0};
    int64_t run, attempt;
    int status;
    if (read_place(request_text, &run, &attempt, err) < 0)
        return EXIT_USAGE;
    if (argc != 1) {
        error_set(err, ERROR_USAGE, "option '--request' takes one journal");
        error_hint(err, "drainctl explain --request 1/44 run.jsonl");
        return EXIT_USAGE;
    }
    if (histories_load(&h, argv[0], err) < 0)
        return EXIT_USAGE;
    if ((size_t)run > h.count)
        status = error_set(err, ERROR_USAGE, "'%s' has no run %" PRId64 ": they go from 1 to %zu",
                           argv[0], run, h.count);
    else
        status = walk_run(&h.runs[run - 1], run, attempt, err);
    histories_free(&h);
    return status < 0 ? EXIT_USAGE : EXIT_PASSED;
}

static const struct option options[] = {
    OPT_STRING(0, "request", &request_text, "RUN/ATTEMPT",
               "walk through this attempt of a recorded run; the argument is its journal"),
    {0},
};

static int run_explain(int argc, char **argv, struct error *err)
{
    if (request_text)
        return explain_request(argc, argv, err);
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
    .args = "[WORD]... | --request RUN/ATTEMPT FILE",
    .summary = "say what a word of a report means, or a defect",
    .about =
        "Says what a word of a report or a scenario means; for an outcome or a reason also what "
        "usually causes it and where to look next, for an expectation an example, and for a "
        "defect of 'drainctl check' why it hurts and how to mend it. Without a word it lists all "
        "of them.\n"
        "\n"
        "With --request it walks through one attempt of a recorded run, as one reads a browser's "
        "network panel: was it sent, on which connection, where did the time go, what came back, "
        "what did the server say around then, what does it mean.",
    .examples = "  drainctl explain cut-off\n"
                "  drainctl explain keepalive-race status-503\n"
                "  drainctl explain accept-queue-reset\n"
                "  drainctl explain 3\n"
                "  drainctl explain --request 1/44 run.jsonl\n",
    .options = options,
    .max_args = -1,
    .arguments = ARGS_WORDS,
    .exits = EXITS_PRINT,
    .run = run_explain,
};
