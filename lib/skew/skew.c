#include "skew/skew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

#define SKEW_WORD(id, word, sentence, fix) {word, sentence},
const struct word skew_words[SKEW_FINDINGS] = {SKEW_MAP(SKEW_WORD)};
#define SKEW_FIX(id, word, sentence, fix) fix,
const char *const skew_fixes[SKEW_FINDINGS] = {SKEW_MAP(SKEW_FIX)};

bool skew_is_asset(const struct fetch_facts *facts)
{
    static const char *const types[] = {"",
                                        "text/javascript",
                                        "application/javascript",
                                        "application/x-javascript",
                                        "application/ecmascript",
                                        "text/ecmascript",
                                        "text/css",
                                        "text/plain",
                                        "application/octet-stream"};
    if (facts->status < 200 || facts->status > 299 || facts->elsewhere)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(facts->type, types[i]) == 0)
            return true;
    return false;
}

/* A redirection and each 4xx but 408 and 429, which only say "not now", is no file: object stores
 * say 403 for what they do not have. */
static bool is_gone(const struct fetch_facts *after)
{
    int status = after->status;
    return status >= 300 && status < 500 && status != 408 && status != 429;
}

enum skew_finding skew_finding_of(const struct fetch_facts *before, const struct fetch_facts *after)
{
    if (is_gone(after))
        return SKEW_VANISHED;
    if (after->status < 200 || after->status > 299)
        return SKEW_UNKNOWN;
    if (!skew_is_asset(after))
        return SKEW_MASKED;
    if (after->bytes != before->bytes || after->hash != before->hash)
        return SKEW_MUTATED;
    return SKEW_FINE;
}

bool skew_is_new(const struct skew *s)
{
    return s->page.before.bytes != s->page.after.bytes || s->page.before.hash != s->page.after.hash;
}

void skew_judge(struct skew *s)
{
    memset(s->counts, 0, sizeof s->counts);
    for (size_t i = 0; i < s->n_files; i++) {
        struct skew_file *file = &s->files[i];
        file->finding = skew_finding_of(&file->before, &file->after);
        s->counts[file->finding]++;
    }
    s->failed = s->counts[SKEW_VANISHED] + s->counts[SKEW_MASKED] + s->counts[SKEW_MUTATED] > 0;
    if (s->n_files == 0)
        s->inconclusive = "the page names no script and no style sheet of its own host";
    else if (s->counts[SKEW_UNKNOWN])
        s->inconclusive = "some files were not answered after the deploy";
    else if (!skew_is_new(s))
        s->inconclusive = "the page is the same as before: nothing new was deployed";
    else
        s->inconclusive = NULL;
}

void skew_free(struct skew *s)
{
    for (size_t i = 0; i < s->n_files; i++) {
        fetch_facts_free(&s->files[i].before);
        fetch_facts_free(&s->files[i].after);
        free(s->files[i].url);
        free(s->files[i].in);
    }
    for (size_t i = 0; i < s->n_elsewhere; i++)
        free(s->elsewhere[i]);
    for (size_t i = 0; i < s->n_unknown; i++) {
        free(s->unknown[i].in);
        free(s->unknown[i].code);
    }
    for (size_t i = 0; i < s->n_missing; i++) {
        free(s->missing[i].name);
        free(s->missing[i].in);
    }
    free(s->missing);
    fetch_facts_free(&s->page.before);
    fetch_facts_free(&s->page.after);
    free(s->cut);
    free(s->files);
    free(s->elsewhere);
    free(s->unknown);
    *s = (struct skew){0};
}

/* --- Cache-Control --- */

static bool is_directive(const char *at, const char *name)
{
    size_t n = strlen(name);
    return strncasecmp(at, name, n) == 0 && (!at[n] || strchr(" \t,=;", at[n]));
}

int64_t skew_freshness(const char *cache_control)
{
    int64_t seconds = -1;
    for (const char *at = cache_control; *at; at += strcspn(at, ",")) {
        at += strspn(at, " \t,");
        if (is_directive(at, "no-store") || is_directive(at, "no-cache"))
            return 0;
        if (is_directive(at, "max-age") && at[7] == '=') {
            at += 8 + (at[8] == '"');
            errno = 0;
            long long n = strtoll(at, NULL, 10);
            seconds = n < 0 ? 0 : n;
        }
    }
    return seconds;
}
