/* What is done to a process at a moment: a signal is sent, or one of a scenario's "actions". X(ID,
 * word: the key in the scenario, what it is) */
#ifndef WORDS_ACTS_H
#define WORDS_ACTS_H

#define ACT_MAP(X)                                                                                 \
    X(SIGNAL, "send", "a signal is sent")                                                          \
    X(RESTART, "restart", "it is ended by a signal, and started again once it is gone")            \
    X(REPLACE, "replace", "another is started beside it, and it ends once that one is ready")      \
    X(START, "start", "it is started")                                                             \
    X(STOP, "stop", "it is ended by a signal")                                                     \
    X(TELL, "tell", "a proxy is told the state of one of its servers")                             \
    X(NOTICE, "notice", "it is told of a shutdown some time from now")                             \
    X(RUN, "run", "a command is run, which must exit with status 0")

#define ACT_ENUM(id, word, sentence) ACT_##id,
enum act { ACT_MAP(ACT_ENUM) ACT_COUNT };
extern const char *const act_words[]; /* ends with NULL */

#endif
