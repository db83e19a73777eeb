/* The fields of an attempt, for every format that writes attempts down one by one: a row of one
 * table each. A format lists the fields that it takes, and writes each by its kind. Private to
 * lib/report. */
#ifndef REPORT_ATTEMPT_FIELDS_H
#define REPORT_ATTEMPT_FIELDS_H

#include "judge/judge.h"
#include "report/stages.h"

/* What a field holds, in which unit, and so how it is written. */
enum field_kind {
    AS_WORD,     /* a word of drainctl's: `text`, and its number in `n` */
    AS_TEXT,     /* text that may be foreign: `text` */
    AS_NUMBER,   /* `n`, with no unit */
    AS_BYTES,    /* `n` */
    AS_FLAG,     /* `n`: 0 or 1 */
    AS_INSTANT,  /* `n`: ns on the journal's clock */
    AS_DURATION, /* `n`: us */
    AS_SECONDS,  /* `seconds` */
    AS_KINDS
};

/* What a field is about. A row may stand for an intention that never became an attempt. */
enum field_owner { FIELD_OF_ROW, FIELD_OF_ATTEMPT };

/* X(ID, name, kind, owner, known?, n, text). The last three are read from a row `r`: `a` is its
 * attempt, `e` that one's end (all 0 when it never ended), `p` the plan of its load, `i` the
 * intention that it is an attempt at, or NULL. A field that is not known has an `n` all the same,
 * for a format that writes columns of numbers. */
#define ATTEMPT_FIELD_MAP(X)                                                                       \
    X(SCENARIO, "scenario", TEXT, ROW, true, 0, r->v->scenario)                                    \
    X(RUN, "run", NUMBER, ROW, true, r->run, NULL)                                                 \
    X(REPEAT, "repeat", NUMBER, ROW, true, r->repeat, NULL)                                        \
    X(VERDICT, "verdict", WORD, ROW, true, r->v->value, verdict_word(r->v->value))                 \
    X(LOAD, "load", TEXT, ROW, true, a->load, r->v->loads[a->load].name)                           \
    X(ATTEMPT, "attempt", NUMBER, ATTEMPT, true, a->id, NULL)                                      \
    X(REQUEST, "request", NUMBER, ROW, true, a->request, NULL)                                     \
    X(CLIENT, "client", NUMBER, ROW, true, a->client, NULL)                                        \
    X(METHOD, "method", TEXT, ROW, p->shape != SHAPE_SILENT, 0, method_of(p, a, r->second))        \
    X(PATH, "path", TEXT, ROW, p->shape != SHAPE_SILENT, 0, path_of(p, r->second))                 \
    X(SECOND, "second", FLAG, ATTEMPT, true, r->second, NULL) /* of a pipelined pair */            \
    X(OUTCOME, "outcome", WORD, ATTEMPT, true, a->outcome, outcome_words[a->outcome].word)         \
    X(REASON, "reason", WORD, ATTEMPT, true, a->reason,                                            \
      reason_text(a->reason, a->status, out->room, sizeof out->room))                              \
    X(STATUS, "status", NUMBER, ATTEMPT, a->status != 0, a->status, NULL)                          \
    X(PHASE, "phase", WORD, ATTEMPT, true, a->phase, phase_words[a->phase].word)                   \
    X(PROCESSED, "processed", WORD, ATTEMPT, true, a->processed, processed_word(a->processed))     \
    X(PROXY_STATE, "proxy_state", TEXT, ATTEMPT, a->proxy.answered, 0,                             \
      a->proxy.answered ? a->proxy.said->text : NULL)                                              \
    X(REUSED, "reused", FLAG, ATTEMPT, true, a->conn.reused, NULL)                                 \
    X(WHOLE, "whole", FLAG, ATTEMPT, true, a->answer.whole, NULL)                                  \
    X(TOLD_TO_CLOSE, "told_to_close", FLAG, ATTEMPT, true, a->answer.told_to_close, NULL)          \
    X(PORT, "port", NUMBER, ATTEMPT, a->conn.port > 0, a->conn.port, NULL)                         \
    X(ZERO, "zero", WORD, ROW, true, 0, r->zero)                                                   \
    X(DUE, "due", INSTANT, ATTEMPT, r->stages.due_ns != 0, r->stages.due_ns, NULL)                 \
    X(START, "start", INSTANT, ATTEMPT, a->start_ns != 0, a->start_ns, NULL)                       \
    X(CONNECTED, "connected", INSTANT, ATTEMPT, a->connected_ns != 0, a->connected_ns, NULL)       \
    X(SENT, "sent", INSTANT, ATTEMPT, a->sent_ns != 0, a->sent_ns, NULL)                           \
    X(FIRST_BYTE, "first_byte", INSTANT, ATTEMPT, a->first_ns != 0, a->first_ns, NULL)             \
    X(END, "end", INSTANT, ATTEMPT, a->end && a->end_ns != 0, a->end_ns, NULL)                     \
    X(LATENCY, "latency", DURATION, ATTEMPT, a->end != NULL, r->stages.total, NULL)                \
    X(SENT_BYTES, "sent", BYTES, ATTEMPT, a->end != NULL, e->sent_bytes, NULL)                     \
    X(HEAD_BYTES, "head", BYTES, ATTEMPT, a->end != NULL, e->header_bytes, NULL)                   \
    X(BODY_BYTES, "body", BYTES, ATTEMPT, a->end != NULL, e->body_bytes, NULL)                     \
    X(PROMISED_BYTES, "promised", BYTES, ATTEMPT, a->end != NULL, e->length, NULL)                 \
    X(FRAMING, "framing", TEXT, ATTEMPT, true, e->framing > 0 ? e->framing : 0,                    \
      event_word(framing_words, e->framing))                                                       \
    X(CURL_CODE, "curl_code", NUMBER, ATTEMPT, a->end != NULL, e->code, NULL)                      \
    X(ERRNO, "errno", NUMBER, ATTEMPT, e->os_errno != 0, e->os_errno, NULL)                        \
    X(TRIES, "tries", NUMBER, ATTEMPT, a->end != NULL, e->tries, NULL)                             \
    X(INTENTION, "intention", NUMBER, ROW, i, i ? i->number : 0, NULL)                             \
    X(WANTED, "wanted", INSTANT, ROW, i, i ? i->wanted_ns : 0, NULL)                               \
    X(SETTLED, "settled", INSTANT, ROW, i && i->settled_ns, i ? i->settled_ns : 0, NULL)           \
    X(SETTLED_AS, "settled_as", WORD, ROW, i && i->settled_ns, i ? (int64_t)i->settled : -1,       \
      i && i->settled_ns ? event_word(fe_words, i->settled) : NULL)                                \
    X(SAW, "saw", WORD, ROW, i && !i->open, i && !i->open ? (int64_t)i->saw : -1,                  \
      i && !i->open ? saw_words[i->saw].word : NULL)                                               \
    X(ORDERS, "orders", NUMBER, ROW, i && i->what == FE_WRITE && i->orders >= 0,                   \
      i && i->what == FE_WRITE ? i->orders : -2, NULL)                                             \
    X(USER_SECONDS_LOST, "user_seconds_lost", SECONDS, ROW, i, 0, NULL)

#define ATTEMPT_FIELD_ENUM(ID, name, kind, owner, known, n, text) FIELD_##ID,
enum attempt_field { ATTEMPT_FIELD_MAP(ATTEMPT_FIELD_ENUM) FIELD_COUNT };

/* A row of a report: an attempt, and what its fields are read from. Zeroed but for `v` and what the
 * format says of the run. */
struct attempt_row {
    const struct run_verdict *v;
    int64_t run, repeat; /* numbers of the run, and among those of its scenario, from 1 */
    const char *zero;    /* the event that the format's times count from */
    /* by attempt_row_take: */
    const struct attempt *a;
    const struct intention *wanted; /* that `a` is an attempt at; NULL: none */
    bool second;                    /* of a pair */
    struct stages stages;
    struct attempt none; /* stands for `a` in a row of an intention; its id is 0 */
};

struct field_value {
    bool known;
    int64_t n;
    double seconds;
    const char *text; /* may be in `room`, or NULL */
    char room[32];
};

/* The next attempt of the run, or of one load of it; they are taken in the order of their ids. */
void attempt_row_take(struct attempt_row *r, const struct attempt *a);
/* An intention of load number `load` instead, with no attempt. */
void attempt_row_take_intention(struct attempt_row *r, size_t load, const struct intention *i);

const char *attempt_field_name(enum attempt_field f); /* without its unit */
enum field_kind attempt_field_kind(enum attempt_field f);
/* Read a field of the row. Times are not yet on the format's clock. */
void attempt_field_read(enum attempt_field f, const struct attempt_row *r, struct field_value *out);

#endif
