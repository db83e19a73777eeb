/* Notes: what a person should know about a run, as a word and its facts. The judge makes the
 * sentence (judge/remarks.h); a journal of drainctl 0.1.0 holds a sentence and no word. */
#ifndef JOURNAL_NOTE_H
#define JOURNAL_NOTE_H

#include "journal/journal.h"

/* X(ID, word in the journal, what it says: with which facts) */
#define NOTE_MAP(X)                                                                                \
    X(IGNORED, "signal-ignored", "the receiver ignores the signal: signal, pid, command")          \
    X(UNHANDLED, "signal-unhandled", "the receiver has no handler: signal, pid, command")          \
    X(OTHER_OWNER, "other-owner",                                                                  \
      "another process has the port: pid, command, port, owner, its "                              \
      "command")                                                                                   \
    X(STILL_LISTENS, "still-listens",                                                              \
      "the target has exited, another process has the port: pid, "                                 \
      "port, owner, its command")                                                                  \
    X(NO_OWNER, "no-owner", "no process of the target is seen to own the listener: port")          \
    X(LISTENER_AGAIN, "listener-again", "the port of a url has a listener again: port, after")     \
    X(LISTENER_CLOSED, "listener-closed",                                                          \
      "the listener of a url closed: port, after, n in its "                                       \
      "queue")                                                                                     \
    X(MANY_PROCESSES, "many-processes", "more processes came and went than are recorded: n")       \
    X(LINES_LEFT_OUT, "lines-left-out", "lines of output that are not in the journal: n")          \
    X(OUTPUT_UNREADABLE, "output-unreadable", "the target's output cannot be read: why")           \
    X(NOT_KILLED, "not-killed", "some processes of the target could not be killed")                \
    X(KEEPER_KILLED, "keeper-killed", "the target's keeper was killed, and the target with it")    \
    X(STALE_SOCKET, "stale-socket",                                                                \
      "before the start: a Unix socket's file was there, and no process listened on it: text, "    \
      "its path")                                                                                  \
    X(SOCKET_SHUT, "socket-shut",                                                                  \
      "the target shut down the listening socket that drainctl holds (shutdown(2)): port")         \
    X(UNSETTLED, "unsettled", "the target's processes or listeners never came to rest: after")     \
    X(NEVER_STOPPING, "never-stopping",                                                            \
      "it spoke on NOTIFY_SOCKET, and never said STOPPING=1: pid, after (the first signal)")       \
    X(FEW_AT_A_TIME, "few-at-a-time", "requests were left in the accept queue at the signal")      \
    X(FREEZE_UNCERTAIN, "freeze-uncertain", "not every request reached the kernel's queues")       \
    X(FREEZE_INCOMPLETE, "freeze-incomplete", "not all processes of the target stopped in time")

#define NOTE_ENUM(id, word, says) NOTE_##id,
enum note { NOTE_MAP(NOTE_ENUM) NOTE_COUNT };

extern const char *const note_words[NOTE_COUNT];

/* Append a note with these facts: pid, port, owner, signo, `depth` (the count n), `at` (after, ns
 * since the start), `how` (a command), `text` (another command, or why). The journal copies. */
void note_add(struct journal *j, enum note what, struct event facts);

/* The note with this word; -1: there is none, as in an old journal. */
int note_find(const char *word);

#endif
