/* Two summaries against each other: what got worse, what got better, and what is only noise. A pure
 * function; docs/compare.md says how to read it. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "compare/contrast.h"
#include "verdict/summary.h"

/* X(ID, word in JSON, words in a sentence, what it means) */
/* X(ID, word, in words, of several, what it is) */
#define CHANGE_MAP(X)                                                                              \
    X(SAME, "unchanged", "unchanged", "unchanged",                                                 \
      "the same on both sides; or neither good nor bad, and no more different than by chance")     \
    X(NOISE, "noise", "within noise", "within noise",                                              \
      "a difference that chance alone explains well enough")                                       \
    X(FEW, "too-few", "too few to tell", "too few to tell",                                        \
      "a difference in too few attempts: no result could have been told from chance")              \
    X(OTHER, "changed", "changed", "changed", "different, and neither better nor worse by itself") \
    X(BETTER, "better", "improvement", "improvements",                                             \
      "better than chance explains, or a fact that turned good")                                   \
    X(WORSE, "worse", "regression", "regressions",                                                 \
      "worse than chance explains, or a fact that turned bad")

#define CHANGE_ENUM(id, word, one, many, sentence) CHANGE_##id,
enum change { CHANGE_MAP(CHANGE_ENUM) CHANGE_COUNT };
extern const char *const change_words[CHANGE_COUNT], *const change_phrases[CHANGE_COUNT],
                                                         *const change_plurals[CHANGE_COUNT];

enum tendency { MORE_IS_NEITHER, MORE_IS_WORSE, MORE_IS_BETTER };

enum compare_kind {
    COMPARE_OUTCOME,     /* attempts of a load that have one outcome */
    COMPARE_SAW,         /* intentions of a load of which people saw one thing */
    COMPARE_EXPECTATION, /* runs in which an expectation held */
    COMPARE_FACT,        /* something about the target, or a latency */
    COMPARE_DEFECT,      /* of a check */
    COMPARE_KIND_COUNT,
};
extern const char *const compare_kind_words[COMPARE_KIND_COUNT];

/* What of a row differs: attempts by phase at the signal, or by reason. */
struct compare_detail {
    bool phase; /* else a reason */
    const char *word;
    int64_t base, head;
};

struct compare_row {
    enum compare_kind kind;
    const char *scenario;   /* NULL for a defect */
    const char *load;       /* of an outcome and a latency; else NULL */
    const char *what;       /* outcome word, expectation's text, fact, defect id */
    const char *unit;       /* what is counted, plural */
    enum severity severity; /* of a defect, on the side that shows it */
    enum tendency tendency;
    enum change change;
    bool tested; /* `test` is filled, and its p corrected */
    bool judged; /* it can be better or worse */
    bool shares; /* `before` and `after` are "12 of 50" of its unit */
    struct contrast test;
    double p;             /* corrected for all tests of the comparison (Holm); NaN: not tested */
    char *before, *after; /* for people: "12 of 50", "code 0", "held in 2 of 3 runs" */
    struct compare_detail *details;
    size_t n_details;
};

/* What could not be compared. */
struct compare_alone {
    const char *what; /* "scenario", "load", "expectation", "defect" */
    const char *scenario, *name;
    char *why;  /* or NULL */
    bool minor; /* a defect that was looked for and not found: nothing to worry about */
};

struct compare_options {
    double alpha;          /* a corrected p below it counts */
    double min_effect;     /* differences of shares below it do not, 0 to 1 */
    enum severity fail_on; /* milder defects are neither better nor worse */
};

struct comparison {
    const struct verdict_summary *base, *head;
    struct compare_options options;
    struct compare_row *rows;
    size_t n_rows, rows_cap;
    struct compare_alone *only_base, *only_head, *left_out;
    size_t n_only_base, only_base_cap, n_only_head, only_head_cap, n_left_out, left_out_cap;
    size_t counts[CHANGE_COUNT]; /* rows */
    size_t tests;                /* how many p were corrected together */
    bool single;                 /* somewhere one side has only one run, and a test rests on it */
    /* failed: something got worse. inconclusive: nothing was in common. passed: all else. */
    enum verdict_value value;
    char *why; /* of inconclusive */
};

/* Both must outlive it.
 *
 * Runs of the same scenario are repeats and counted together; scenarios, loads and expectations are
 * matched by name, defects by id. An inconclusive run is left out.
 *
 * Tested by shares: each outcome of each load, what people saw at a load with a frontend, the
 * attempts or answers behind an expectation that flipped, and each defect. Losses are counted among
 * the attempts that were not over at the first signal and not refused, so that neither the time
 * before the signal nor the length of the drain dilutes them; `completed` among those that were in
 * flight at the signal and not lost, so that a loss is told once. A loss counts as worse only when
 * its number per run rose, too.
 *
 * Not tested, because one number a run is no sample: facts of the target, latencies, defects that
 * are a yes or no a run, expectations that count nothing. With at least 4 runs a side the runs
 * themselves are the sample; with fewer, such a fact has changed for better or worse when it was
 * so in every run of one side and in none of the other. */
void compare_summaries(struct comparison *c, const struct verdict_summary *base,
                       const struct verdict_summary *head, const struct compare_options *options);
void comparison_free(struct comparison *c);

#endif
