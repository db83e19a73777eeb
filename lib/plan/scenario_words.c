#include "plan/scenario_words.h"

/* How many of an outcome a scenario most often asks for. */
#define BOUND_COMPLETED    "\"100%\""
#define BOUND_REFUSED      "\">= 1\""
#define BOUND_CUT_OFF      "0"
#define BOUND_FAILED       "0"
#define BOUND_TIMED_OUT    "0"
#define BOUND_ABORTED      "0"
#define BOUND_UNFINISHED   "0"
#define BOUND_CLIENT_LIMIT "0"

#define OUTCOME_WORD(id, text, sentence, loss)                                                     \
    {{text, "this number of the load's attempts are " text ": " sentence},                         \
     "{\"load\": \"long\", \"" text "\": " BOUND_##id "}"},
#define LOAD_WORD(key, reader, required, sentence, example)   {{key, sentence}, example},
#define LATENCY_WORD(key, sentence, example)                  {{key, sentence}, example},
#define EVENT_WORD(word, kind, sentence, example, ...)        {{word, sentence}, example},
#define TARGET_WORD(key, reader, required, sentence, example) {{key, sentence}, example},

const struct scenario_word expect_words[EXPECT_WORD_COUNT] = {
    /* clang-format off */
    OUTCOME_MAP(OUTCOME_WORD)
    EXPECT_LOAD_MAP(LOAD_WORD)
    EXPECT_LATENCY_MAP(LATENCY_WORD)
    EXPECT_EVENT_MAP(EVENT_WORD)
    EXPECT_TARGET_MAP(TARGET_WORD)
    EXPECT_PROCESS_MAP(LATENCY_WORD)
    /* clang-format on */
};

#define WHEN(when) "{\"send\": \"SIGTERM\", \"when\": " when "}"

const struct scenario_word moment_words[MOMENT_WORD_COUNT] = {
    {{"at", "this time after the loads started"}, WHEN("{\"at\": \"500ms\"}")},
    {{"load", "the load whose requests are watched, with in_flight or request"},
     WHEN("{\"load\": \"long\", \"in_flight\": 10}")},
    {{"in_flight", "when this number of the load's requests are written and unanswered, none of "
                   "them still in the listener's queue"},
     WHEN("{\"load\": \"long\", \"in_flight\": 10}")},
    {{"request", "when the request of that number reaches the phase"},
     WHEN("{\"load\": \"long\", \"request\": 3, \"phase\": \"receiving\"}")},
    {{"phase", "the phase that the request must reach"},
     WHEN("{\"load\": \"long\", \"request\": 3, \"phase\": \"waiting\"}")},
    {{"still", "and the target's processes and listeners have not changed for this time, and its "
               "queue is empty"},
     WHEN("{\"load\": \"long\", \"in_flight\": 10, \"still\": \"150ms\"}")},
    {{"log", "when a line of the target's output matches this POSIX extended regular expression"},
     WHEN("{\"log\": \"listening\"}")},
    {{"status", "when a path answers with this status"},
     WHEN("{\"status\": {\"path\": \"/ready\", \"is\": 200}}")},
    {{"after", "this time after an earlier signal, which 'of' names; not needed if the target is "
               "gone by then"},
     WHEN("{\"at\": \"0s\"}") ", {\"send\": \"SIGKILL\", \"when\": {\"after\": \"10s\", \"of\": "
                              "\"SIGTERM\"}}"},
    {{"of", "the earlier signal from which after counts"},
     WHEN("{\"at\": \"0s\"}") ", {\"send\": \"SIGTERM\", \"when\": {\"after\": \"100ms\", \"of\": "
                              "\"SIGTERM\"}}"},
    {{"target", "when the listener has closed: listener-closed; beside log, status or is: whose"},
     WHEN("{\"at\": \"0s\"}") ", {\"send\": \"SIGKILL\", \"when\": {\"target\": "
                              "\"listener-closed\"}}"},
    {{"is", "when that target or service becomes ready (again), exited, or listener-closed"},
     WHEN("{\"target\": \"target\", \"is\": \"exited\"}")},
    {{"started", "this time after the target was started, ready or not"},
     WHEN("{\"started\": \"20ms\"}")},
    {{"page",
      "when this page of the first target was read, and all scripts and style sheets that it "
      "names; at the end of the run they are asked for again"},
     WHEN("{\"page\": \"/\"}")},
};

#define TO(to) "{\"send\": \"SIGTERM\", \"to\": \"" to "\", \"when\": {\"at\": \"1s\"}}"

const struct scenario_word receiver_words[RECEIVER_WORD_COUNT] = {
    {{"process", "the process that drainctl started, as most platforms do"}, TO("process")},
    {{"group", "its whole process group, as Ctrl-C in a terminal does"}, TO("group")},
    {{"tree", "it and all its descendants, as systemd does with KillMode=control-group"},
     TO("tree")},
    {{"listener", "the process that owns the listening socket, past any wrapper"}, TO("listener")},
};
