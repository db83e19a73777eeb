#include "cli/glossary.h"

#include <assert.h>
#include <stdio.h>

#include "base/attr.h"
#include "cli/exit_status.h"
#include "cli/wrap.h"
#include "words/advice.h"
#include "check/audit.h"
#include "compare/compare.h"
#include "plan/scenario_words.h"
#include "skew/skew.h"

static const struct word verdict_words[] = {
    {"passed", "every expectation held, and each of them saw a sample"},
    {"failed", "an expectation did not hold"},
    {"inconclusive", "nothing was proven: no request was in flight at the signal, a load made no "
                     "attempt, an expectation saw no sample, the client was at a limit, or the "
                     "target was gone before the signal"},
};

static const struct word processed_words[] = {
    {"processed-yes", "a second witness, the reference server's ledger or the kernel, has seen "
                      "that the server began with the request"},
    {"processed-no", "a second witness has seen that the server never read it: safe to try again"},
    {"processed-unknown",
     "only the client has seen it: whether a POST was carried out is not known"},
};

static const struct word noun_list[] = {
    {"target", "the server under test"},
    {"reference-server", "drainctl's own server, which stops as one should: 'drainctl serve'"},
    {"load", "a named group of clients"},
    {"client", "one virtual user"},
    {"request", "what a client wants"},
    {"attempt", "one try at a request, on one connection; a retry is a new attempt"},
    {"moment", "the condition on which a signal is sent"},
    {"signal", "it tells the target to stop: SIGTERM, SIGINT, SIGQUIT, ..."},
    {"drain", "from the first shutdown signal until the target has exited"},
    {"phase", "what an attempt is doing at an instant, mostly at the first signal"},
    {"outcome", "what became of an attempt, as its client saw it: exactly one each"},
    {"reason", "why an attempt has its outcome"},
    {"processed", "what is known of the server's side of an attempt: yes, no, unknown"},
    {"verdict", "what a run comes to: passed, failed or inconclusive"},
    {"freeze",
     "stop the target, write the requests, queue the signal and let it go on: a race that "
     "is certain instead of likely"},
    {"gate", "holds back the reference server's answers to /hold?gate=NAME until it is opened"},
    {"ledger", "the reference server's own record of what it did with each request"},
    {"accept-queue",
     "connections that the kernel has made and the server has not accepted yet; they "
     "are reset when the listener closes"},
    {"grace", "from the signal, or the hook before it, to the platform's SIGKILL"},
    {"profile", "how a platform shuts a service down; 'drainctl profiles' lists them"},
    {"defect", "something that a check has found in how the target stops"},
    {"severity", "how much a defect hurts: info, low, medium, high, critical"},
    {"grade", "what a check comes to, from A to F, by its most severe defects"},
    {"baseline", "a JSON list of defects that are known and do not fail a check"},
    {"journal", "everything that happened in a run, one event a line: 'man drainctl-journal'"},
    {"orphan", "a process that the target left behind when it exited"},
};

/* As a shell counts it. */
static const struct word death_list[] = {
    {"died-of-signal", "128 and the number of the signal that it died of, as a shell counts: 137 "
                       "is SIGKILL (9), 139 SIGSEGV (11), 143 SIGTERM (15)"},
};

static const struct word severity_list[] = {
    {"critical", "requests that were being worked on are lost, or a loss looks like a success"},
    {"high", "other requests are lost or fail, or the process has to be killed"},
    {"medium", "clients and platforms are misled, deploys are slow; a loss needs a coincidence"},
    {"low", "untidy, and harmless on most days"},
    {"info", "worth knowing; whether it is a defect depends on the platform"},
};
static_assert(ARRAY_LEN(severity_list) == SEVERITY_COUNT, "each severity is explained");

static const struct word grade_list[] = {
    {"A", "nothing worse than a remark"},
    {"B", "low defects only"},
    {"C", "a medium defect"},
    {"D", "one high defect"},
    {"E", "more than one high defect"},
    {"F", "a critical defect"},
};

static const struct word shape_words[] = {
    {"request", "ordinary requests"},
    {"silent", "connections that never send a byte"},
    {"partial-head", "half of a request's head at once, the rest at \"resume\""},
    {"pipelined", "two requests in one segment (RFC 9112 section 9.3.2)"},
    {"expect-continue", "a head with Expect: 100-continue, the body after the 100 (RFC 9110 "
                        "section 10.1.1)"},
};

#define CHANGE_ROW(id, word, one, many, sentence) {word, sentence},
static const struct word change_list[] = {CHANGE_MAP(CHANGE_ROW)};

/* --- reading the tables --- */

#define LIST(name, table)                                                                          \
    static const struct word *name(int i)                                                          \
    {                                                                                              \
        return &(table)[i];                                                                        \
    }
LIST(outcome_at, outcome_words)
LIST(reason_at, reason_words)
LIST(phase_at, phase_words)
LIST(saw_at, saw_words)
LIST(processed_at, processed_words)
LIST(verdict_at, verdict_words)
LIST(exit_at, exit_words)
LIST(noun_at, noun_list)
LIST(death_at, death_list)
LIST(severity_at, severity_list)
LIST(grade_at, grade_list)
LIST(shape_at, shape_words)
LIST(change_at, change_list)
LIST(skew_at, skew_words)

static const struct word *expect_at(int i)
{
    return &expect_words[i].word;
}

static const struct word *moment_at(int i)
{
    return &moment_words[i].word;
}

static const struct word *receiver_at(int i)
{
    return &receiver_words[i].word;
}

/* --- what there is beyond a sentence --- */

static void labelled(const char *label, const char *text)
{
    enum { INDENT = 11 };
    if (!text)
        return;
    printf("  %-9s", label);
    help_wrap(text, INDENT);
}

static void print_advice(const struct advice *a)
{
    labelled("outcome", a->belongs);
    labelled("sign", a->sign);
    labelled("cause", a->cause);
    labelled("look at", a->next);
    labelled("defects", a->defects);
    labelled("see", a->source);
}

static void outcome_more(int i)
{
    print_advice(&outcome_advice[i]);
}

static void reason_more(int i)
{
    print_advice(&reason_advice[i]);
}

static void expect_more(int i)
{
    labelled("example", expect_words[i].example);
}

static void moment_more(int i)
{
    labelled("example", moment_words[i].example);
}

static void receiver_more(int i)
{
    labelled("example", receiver_words[i].example);
}

static void skew_more(int i)
{
    labelled("fix", skew_fixes[i]);
    labelled("command", "drainctl skew URL --deploy COMMAND");
}

/* The outcomes stand in a list of their own. */
static bool expect_listed(int i)
{
    return i >= OUTCOME_COUNT;
}

const struct topic topics[] = {
    {"outcomes of an attempt", "an outcome", OUTCOME_COUNT, outcome_at, outcome_more, NULL},
    {"reasons of an outcome", "a reason", REASON_COUNT, reason_at, reason_more, NULL},
    {"phases of an attempt at the signal", "a phase", PHASE_COUNT, phase_at, NULL, NULL},
    {"what a person saw of an intention", "what a person saw", SAW_COUNT, saw_at, NULL, NULL},
    {"what is known of the server's side", "a second witness", ARRAY_LEN(processed_words),
     processed_at, NULL, NULL},
    {"verdicts", "a verdict", ARRAY_LEN(verdict_words), verdict_at, NULL, NULL},
    {"exit statuses", "an exit status", EXIT_WORDS, exit_at, NULL, NULL},
    {"exit statuses of the target", "an exit status of the target", ARRAY_LEN(death_list), death_at,
     NULL, NULL},
    {"words that reports are written in", "a word of drainctl", ARRAY_LEN(noun_list), noun_at, NULL,
     NULL},
    {"what a scenario can expect, beside the outcomes", "an expectation", EXPECT_WORD_COUNT,
     expect_at, expect_more, expect_listed},
    {"moments of a signal", "a moment, in \"when\"", MOMENT_WORD_COUNT, moment_at, moment_more,
     NULL},
    {"receivers of a signal", "a receiver, in \"to\"", RECEIVER_WORD_COUNT, receiver_at,
     receiver_more, NULL},
    {"shapes of a load", "a shape", ARRAY_LEN(shape_words), shape_at, NULL, NULL},
    {"severities of a defect", "a severity", SEVERITY_COUNT, severity_at, NULL, NULL},
    {"grades of a check", "a grade", ARRAY_LEN(grade_list), grade_at, NULL, NULL},
    {"changes between two runs", "a change", CHANGE_COUNT, change_at, NULL, NULL},
    {"an old page after a deploy", "a finding of 'drainctl skew'", SKEW_FINDINGS, skew_at,
     skew_more, NULL},
    {0},
};

/* Some words mean several things. */
static bool is_new(const struct topic *topic, int index)
{
    for (const struct topic *t = topics; t <= topic; t++)
        for (int i = 0; i < (t == topic ? index : t->count); i++)
            if (word_find(t->at(i), 1, topic->at(index)->word) == 0)
                return false;
    return true;
}

void explain_each(void (*each)(const char *word, const char *about, void *arg), void *arg)
{
    for (const struct topic *t = topics; t->title; t++)
        for (int i = 0; i < t->count; i++)
            if (is_new(t, i))
                each(t->at(i)->word, t->kind, arg);
    for (size_t i = 0; i < defect_count(); i++)
        each(defect_at(i)->id, defect_at(i)->title, arg);
}
