/* The audit: a pure function of the verdicts of a battery of runs (`drainctl check`). It walks the
 * defect catalogue, one row a defect, and says which ones the runs show, with the evidence. */
#ifndef CHECK_AUDIT_H
#define CHECK_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "judge/judge.h"
#include "plan/profiles.h"

/* How much a defect hurts:
 * critical  requests that were being worked on are lost, or a loss looks like a success
 * high      other requests are lost or fail, or the process has to be killed
 * medium    clients and platforms are misled, deploys are slow; a loss needs a coincidence
 * low       untidy, and harmless on most days
 * info      worth knowing; whether it is a defect depends on the platform */
enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
    SEVERITY_COUNT,
};

extern const char *const severity_words[SEVERITY_COUNT + 1]; /* ends with NULL, for --fail-on */
const char *severity_word(enum severity s);

enum { FIX_MAX = 10, EVIDENCE_ATTEMPTS = 5 };

struct fix {
    const char *stack; /* "any", "Go", "Node", "Python", "Java", "nginx", … */
    const char *text;
};

/* What the sentence about what was fine says of each thing that the rule counted, beyond that it
 * was not found bad. */
enum claim {
    CLAIM_NONE,     /* no more than that */
    CLAIM_TOLD,     /* its client was told: a whole answer, or to go elsewhere; nothing was cut */
    CLAIM_ANSWERED, /* answered in full, as before the signal */
};

/* What a rule saw in one run. `of` 0: it had nothing to look at, and says nothing. */
struct tally {
    int64_t count, of;
    enum severity severity; /* begins as the row's; a rule may lower it */
    int64_t attempts[EVIDENCE_ATTEMPTS];
    size_t n_attempts;
    char note[240];   /* what the numbers alone do not say; "" when nothing */
    bool uncounted;   /* the numbers count nothing of the row's unit: the note tells it all */
    enum claim claim; /* of the row */
    int64_t doubts; /* of `of`: not bad to this rule, but what the row claims is not true of them */
};

/* What decides whether a run shows the row, when that is not the server alone. */
enum luck {
    LUCK_NONE,
    LUCK_FORCED, /* tries bring it about: without one in any of them the row's sentence is true */
    LUCK_CHANCE, /* tries only make it likely: none in any of them proves nothing */
};

struct audit_input {
    const struct run_verdict *runs; /* told apart by their scenarios' names; repeats share one */
    size_t n;
    const struct profile *profile; /* the platform to judge against, or NULL */
};

struct view; /* look.h: one run, prepared for the rules */

struct defect {
    const char *id, *title;
    char section; /* of the catalogue: A before the signal … G after a deploy */
    enum severity severity;
    const char *seen;      /* what it looks like from outside */
    const char *why;       /* why it hurts */
    const char *reference; /* RFC section or man page */
    const char *unit;      /* what is counted, plural: "queued connections" */
    const char *fine;      /* for the list of what was fine; "{n}" is how many; NULL: say nothing */
    enum claim claim;      /* what that sentence says of each */
    bool (*unless)(
        const struct view *look); /* true of any run: the sentence is not true; or NULL */
    enum luck luck;               /* not LUCK_NONE: it is decided by tries (ANY_TRY of roles.h) */
    const char *covers; /* ids, separated by spaces, that are only consequences of this one */
    struct fix fixes[FIX_MAX]; /* ends with a NULL stack; "any" comes first */
    void (*find)(const struct view *view, struct tally *tally);
};

/* The catalogue, in the order of its sections. */
size_t defect_count(void);
const struct defect *defect_at(size_t i);
const struct defect *defect_find(const char *id); /* or NULL */
/* All ids, ending with NULL, for words_nearest and completion. */
const char *const *defect_ids(void);
/* The page of one defect in Markdown: docs/defects/ID.md and `drainctl explain`. */
void defect_page(const struct defect *d, struct buf *out);
/* The list of all pages, docs/defects/README.md. */
void defect_index(struct buf *out);

struct finding {
    const struct defect *defect;
    enum severity severity;
    int64_t count, of;                   /* in the worst run */
    int64_t all_count, all;              /* in all runs together */
    int64_t doubts;                      /* in all runs together, as of a tally */
    size_t run;                          /* the worst run */
    int runs_seen, runs_all;             /* runs that show it, of those that could have */
    int tries_seen, tries_all;           /* those of them that are tries */
    int64_t attempts[EVIDENCE_ATTEMPTS]; /* of the worst run */
    size_t n_attempts;
    bool uncounted;        /* in the worst run, as of a tally */
    bool known;            /* audit_weigh: in the baseline */
    bool tolerated;        /* audit_weigh: known or too mild, so that it does not fail the check */
    char *evidence;        /* one sentence */
    const struct fix *fix; /* for the target's stack, or the general one */
};

/* What a row of the catalogue saw in one run. */
struct run_tally {
    size_t run;
    int64_t count, of;
};

/* A row that had something to look at, in every run where it had. */
struct checked {
    const struct defect *defect;
    enum severity severity; /* as found; the row's own when nothing was */
    bool listed;            /* it is among the findings */
    struct run_tally *seen;
    size_t n_seen;
};

struct sentences {
    char **at;
    size_t n;
};

struct audit {
    struct finding *findings; /* the worst first */
    size_t n_findings;
    char **fine;                   /* what was checked and found in order, sentences */
    const struct defect **fine_of; /* the row that each of them is of */
    size_t n_fine;
    struct sentences untested;     /* what was given and not seen at work at the signal, and losses
                                      by chance that too few tries can exclude */
    struct sentences dependencies; /* what the main run shows of the connections that the target had
                                      made */
    struct sentences notes;        /* of the runs, that explain what is on the card */
    struct sentences page;  /* what was tried with the page that was given, and what is not known of
                               it */
    struct checked *looked; /* all rows that had something to look at, found or not */
    size_t n_looked;
    int checked;                   /* how many those are */
    size_t counts[SEVERITY_COUNT]; /* findings of each severity */
    bool card;          /* the first run, the main one, says something: there is a score card */
    size_t known;       /* audit_weigh: findings that are in the baseline */
    size_t failures;    /* audit_weigh: findings that fail the check */
    bool repeated;      /* at least one scenario was run more than once */
    char grade;         /* A to F; '?' when too little was seen */
    const char *stack;  /* "Node", … when the command gives it away; NULL */
    const char *reason; /* why the grade is '?'; NULL otherwise */
};

/* A sentence that states the rule of the grade. */
extern const char audit_grade_rule[];

/* The verdicts must outlive the audit. */
void audit_run(const struct audit_input *in, struct audit *audit);
void audit_free(struct audit *audit); /* accepts a zeroed one */

/* A baseline: defects that are known and do not fail the check. A JSON list of ids. */
struct baseline {
    const struct defect **known;
    size_t n;
};

/* ERROR_USAGE with the place when it is not a list of ids of the catalogue. */
int baseline_read(struct baseline *b, const struct json_doc *doc, struct error *err);
bool baseline_has(const struct baseline *b, const struct defect *d); /* b may be NULL */
void baseline_free(struct baseline *b);

/* Which findings fail the check: those that are at least this severe and not in the baseline (which
 * may be NULL). May be asked again with other answers. */
void audit_weigh(struct audit *a, enum severity fail_on, const struct baseline *b);
/* The verdict of an audit that was weighed: inconclusive without a card, failed when a finding
 * fails it, then inconclusive without a grade, else passed. */
enum verdict_value audit_verdict(const struct audit *a);

#endif
