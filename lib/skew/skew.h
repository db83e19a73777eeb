/* An old page and a new deploy: the files that a page needs, before and after, and what became of
 * each. skew_walk (walk.h) fills it in; nothing here asks a server. */
#ifndef SKEW_SKEW_H
#define SKEW_SKEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "load/fetch.h"
#include "words/words.h"

/* What became of a file's old address. X(ID, word, sentence, fix) */
#define SKEW_MAP(X)                                                                                \
    X(VANISHED, "chunk-vanished",                                                                  \
      "after a deploy, a script or style sheet of the old page is gone: a page that is open and "  \
      "asks for it breaks",                                                                        \
      "keep the files of the last releases beside the new ones; in the page, load anew when a "    \
      "chunk fails (Vite: vite:preloadError)")                                                     \
    X(MASKED, "chunk-masked",                                                                      \
      "after a deploy, the address of an old script or style sheet answers 200 with a document: "  \
      "the fallback of a single-page app hides that the file is gone, and caches may keep it",     \
      "answer 404 for what is missing below the folder of the assets, and keep the old files")     \
    X(MUTATED, "chunk-mutated",                                                                    \
      "after a deploy, the address of an old script or style sheet answers with other bytes: an "  \
      "open page mixes two releases",                                                              \
      "put a hash of the content into each file's name, and never write over a file")

#define SKEW_ENUM(id, word, sentence, fix) SKEW_##id,
enum skew_finding { SKEW_MAP(SKEW_ENUM) SKEW_FINDINGS, SKEW_FINE = SKEW_FINDINGS, SKEW_UNKNOWN };
extern const struct word skew_words[SKEW_FINDINGS];
extern const char *const skew_fixes[SKEW_FINDINGS];

struct skew_file {
    char *url;
    char *in;          /* the address of the file that first names it */
    bool style, later; /* as in struct name */
    struct fetch_facts before, after;
    enum skew_finding finding;
};

struct skew_unknown { /* a name that is made at run time */
    char *in, *code;
};

struct skew_missing { /* a name that led nowhere even before the deploy */
    char *name, *in;
    int status; /* it was answered with; 0: not */
    bool tag;   /* a tag of the page: it is broken; else it may be no name of a file at all */
};

struct skew_page {
    struct fetch_facts before, after;
};

struct skew_deploy {
    const char *command; /* or NULL: a person pressed Enter */
    int64_t ns;
};

struct skew {
    struct skew_page page;
    char *cut; /* the first text that was too long to look for names in all of it; or NULL */
    struct skew_file *files;
    size_t n_files, files_cap;
    char **elsewhere; /* addresses on other hosts, which are not asked */
    size_t n_elsewhere, elsewhere_cap;
    struct skew_unknown *unknown;
    size_t n_unknown, unknown_cap;
    struct skew_missing *missing;
    size_t n_missing, missing_cap;
    bool full; /* SKEW_FILES were found, and there are more */
    struct skew_deploy deploy;
    /* skew_judge's */
    size_t counts[SKEW_UNKNOWN + 1];
    bool failed;
    const char *inconclusive; /* why nothing is proven; or NULL */
};

enum { SKEW_FILES = 2000 };

/* What became of one file, by what was answered before and after. */
enum skew_finding skew_finding_of(const struct fetch_facts *before,
                                  const struct fetch_facts *after);
/* Is that the media type of a script or a style sheet? (WHATWG MIME Sniffing section 4.6; what
 * says no type at all may be one.) */
bool skew_is_asset(const struct fetch_facts *facts);
/* The finding of each file, the counts, and what it comes to. */
void skew_judge(struct skew *s);
/* The page has other bytes than before: something new was deployed. */
bool skew_is_new(const struct skew *s);
void skew_free(struct skew *s);

/* For how long an answer with this Cache-Control is used without asking, in seconds: 0 when never;
 * -1 when it does not say, and a browser decides (RFC 9111 sections 4.2 and 5.2.2). */
int64_t skew_freshness(const char *cache_control);

/* remarks.c: what else is worth knowing, a sentence each: Cache-Control, and what
 * skew_name_remarks says: other hosts, names made at run time, what was missing already. `said` is
 * called with each. */
void skew_remarks(const struct skew *s, void (*said)(void *arg, const char *sentence), void *arg);
void skew_name_remarks(const struct skew *s, void (*said)(void *arg, const char *sentence),
                       void *arg);

#endif
