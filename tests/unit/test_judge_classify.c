/* One hand-written journal for each way an attempt can end. */
#include "script.h"

#include "judge/judge.h"

/* The attempt starts at 45 ms, SIGTERM comes at 50, the attempt ends at 55, unless rows say so. */
struct row {
    const char *name;
    int load;          /* 0 ordinary, 1 silent */
    const char *steps; /* c connected, r on a reused connection, s sent, f first byte */
    const char *end;   /* fields of the end event; NULL: none */
    enum outcome outcome;
    enum reason reason;
    enum processed processed;
    double start_ms;   /* 0: 45 */
    const char *extra; /* more lines */
};

#define HEAD  "\"status\":200,\"head\":60,\"head_done\":1,\"sent\":80,\"tries\":1,"
#define LOST  "\"sent\":80,\"tries\":1,"
#define EPOCH "{\"t\":50000"

static const struct row rows[] = {
    {"whole", 0, "csf", HEAD "\"body\":5,\"length\":5,\"framing\":\"length\"", OUTCOME_COMPLETED,
     REASON_STATUS, PROCESSED_YES, 0, ""},
    {"whole by its chunks", 0, "csf", HEAD "\"body\":5,\"length\":-1,\"framing\":\"chunked\"",
     OUTCOME_COMPLETED, REASON_STATUS, PROCESSED_YES, 0, ""},
    {"no body", 0, "csf", HEAD "\"length\":500,\"framing\":\"none\"", OUTCOME_COMPLETED,
     REASON_STATUS, PROCESSED_YES, 0, ""},
    {"whole, and then a reset", 0, "csf",
     HEAD "\"body\":5,\"length\":5,\"framing\":\"length\",\"code\":56,\"errno\":104",
     OUTCOME_COMPLETED, REASON_STATUS, PROCESSED_YES, 0, ""},
    {"404", 0, "csf", "\"status\":404,\"head\":9,\"head_done\":1,\"framing\":\"length\"",
     OUTCOME_COMPLETED, REASON_STATUS, PROCESSED_YES, 0, ""},
    {"503", 0, "csf", "\"status\":503,\"head\":9,\"head_done\":1,\"framing\":\"length\"",
     OUTCOME_REFUSED, REASON_STATUS, PROCESSED_NO, 0, ""},
    {"429", 0, "csf", "\"status\":429,\"head\":9,\"head_done\":1,\"framing\":\"length\"",
     OUTCOME_REFUSED, REASON_STATUS, PROCESSED_NO, 0, ""},
    {"408", 0, "csf", "\"status\":408,\"head\":9,\"head_done\":1,\"framing\":\"length\"",
     OUTCOME_REFUSED, REASON_STATUS, PROCESSED_NO, 0, ""},
    {"500", 0, "csf", "\"status\":500,\"head\":9,\"head_done\":1,\"framing\":\"length\"",
     OUTCOME_FAILED, REASON_STATUS, PROCESSED_YES, 0, ""},
    {"503 cut in its body", 0, "csf",
     "\"code\":18,\"status\":503,\"head\":9,\"head_done\":1,\"body\":1,\"length\":5,"
     "\"framing\":\"length\"",
     OUTCOME_CUT_OFF, REASON_CLOSED_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},

    {"port closed", 0, "", "\"code\":7,\"errno\":111", OUTCOME_REFUSED, REASON_CONNECT_REFUSED,
     PROCESSED_NO, 0, ""},
    {"FIN, listener closed: never refused", 0, "rs", LOST "\"code\":7,\"errno\":111",
     OUTCOME_CUT_OFF, REASON_KEEPALIVE_RACE, PROCESSED_UNKNOWN, 0, ""},
    {"retry stopped by us", 0, "rs", "\"sent\":80,\"tries\":2,\"code\":42", OUTCOME_CUT_OFF,
     REASON_KEEPALIVE_RACE, PROCESSED_UNKNOWN, 0, ""},
    {"reused: closed", 0, "rs", LOST "\"code\":52", OUTCOME_CUT_OFF, REASON_KEEPALIVE_RACE,
     PROCESSED_UNKNOWN, 0, ""},
    {"reused: reset", 0, "rs", LOST "\"code\":56,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_KEEPALIVE_RACE, PROCESSED_UNKNOWN, 0, ""},
    {"reused, nothing written", 0, "r", "\"tries\":1,\"code\":55,\"errno\":32", OUTCOME_REFUSED,
     REASON_CLOSED_BEFORE_SENT, PROCESSED_NO, 0, ""},
    {"reused, but long with the server", 0, "rs", LOST "\"code\":52", OUTCOME_CUT_OFF,
     REASON_CLOSED_BEFORE_RESPONSE, PROCESSED_UNKNOWN, -100, ""},
    {"reused, and read, says the ledger", 0, "rs", LOST "\"code\":56,\"errno\":104",
     OUTCOME_CUT_OFF, REASON_RESET_BEFORE_RESPONSE, PROCESSED_YES, 0,
     EPOCH "60000000,\"e\":\"ledger\",\"a\":1,\"what\":\"read\"}\n"},
    {"silent: closed", 1, "c", "\"code\":52", OUTCOME_REFUSED, REASON_CLOSED_BEFORE_SENT,
     PROCESSED_NO, 0, ""},
    {"silent: reset", 1, "c", "\"code\":56,\"errno\":104", OUTCOME_REFUSED,
     REASON_CLOSED_BEFORE_SENT, PROCESSED_NO, 0, ""},

    {"new: closed", 0, "cs", LOST "\"code\":52", OUTCOME_CUT_OFF, REASON_CLOSED_BEFORE_RESPONSE,
     PROCESSED_UNKNOWN, 0, ""},
    {"new: reset", 0, "cs", LOST "\"code\":56,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_RESET_BEFORE_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"new: reset while sending", 0, "c", LOST "\"code\":55,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_RESET_WHILE_SENDING, PROCESSED_UNKNOWN, 0, ""},
    {"the kernel's queue held it", 0, "cs", LOST "\"code\":56,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_NEVER_ACCEPTED, PROCESSED_NO, 0,
     EPOCH "51000000,\"e\":\"listener\",\"sockets\":1,\"depth\":1}\n" EPOCH
           "54000000,\"e\":\"listener\",\"sockets\":0,\"depth\":0}\n"},
    {"the ledger lacks it", 0, "cs", LOST "\"code\":56,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_NEVER_ACCEPTED, PROCESSED_NO, 0,
     EPOCH "60000000,\"e\":\"ledger\",\"a\":99,\"what\":\"read\"}\n"},
    {"the ledger has it", 0, "cs", LOST "\"code\":56,\"errno\":104", OUTCOME_CUT_OFF,
     REASON_RESET_BEFORE_RESPONSE, PROCESSED_YES, 0,
     EPOCH "60000000,\"e\":\"ledger\",\"a\":1,\"what\":\"read\"}\n"},

    {"FIN in the headers: curl says OK", 0, "csf", LOST "\"status\":200,\"head\":17",
     OUTCOME_CUT_OFF, REASON_CLOSED_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"RST in the headers", 0, "csf", LOST "\"code\":56,\"errno\":104,\"status\":200,\"head\":17",
     OUTCOME_CUT_OFF, REASON_RESET_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"FIN in the body", 0, "csf",
     HEAD "\"code\":18,\"body\":5,\"length\":100,\"framing\":\"length\"", OUTCOME_CUT_OFF,
     REASON_CLOSED_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"RST in the body", 0, "csf",
     HEAD "\"code\":56,\"errno\":104,\"body\":5,\"length\":100,\"framing\":\"length\"",
     OUTCOME_CUT_OFF, REASON_RESET_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"FIN in a chunk", 0, "csf",
     HEAD "\"code\":18,\"body\":5,\"length\":-1,\"framing\":\"chunked\"", OUTCOME_CUT_OFF,
     REASON_CLOSED_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"RST in a chunk", 0, "csf",
     HEAD "\"code\":56,\"errno\":104,\"length\":-1,\"framing\":\"chunked\"", OUTCOME_CUT_OFF,
     REASON_RESET_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"RST in a body without a length", 0, "csf",
     HEAD "\"code\":56,\"errno\":104,\"body\":5,\"length\":-1,\"framing\":\"close\"",
     OUTCOME_CUT_OFF, REASON_RESET_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"only a 100", 0, "csf", LOST "\"status\":100,\"head\":25,\"head_done\":1", OUTCOME_CUT_OFF,
     REASON_CLOSED_MID_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"stream reset", 0, "csf", HEAD "\"code\":92,\"length\":-1", OUTCOME_CUT_OFF,
     REASON_STREAM_RESET, PROCESSED_UNKNOWN, 0, ""},

    {"HTTP/0.9", 0, "csf", LOST "\"code\":1,\"head\":4", OUTCOME_FAILED, REASON_BAD_RESPONSE,
     PROCESSED_UNKNOWN, 0, ""},
    {"weird reply", 0, "csf", LOST "\"code\":8,\"head\":4", OUTCOME_FAILED, REASON_BAD_RESPONSE,
     PROCESSED_UNKNOWN, 0, ""},
    {"malformed chunk", 0, "csf", HEAD "\"code\":56,\"length\":-1,\"framing\":\"chunked\"",
     OUTCOME_FAILED, REASON_BAD_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"a header line without end", 0, "csf", LOST "\"code\":27,\"head\":4", OUTCOME_FAILED,
     REASON_BAD_RESPONSE, PROCESSED_UNKNOWN, 0, ""},
    {"no handshake", 0, "c", "\"code\":35,\"tries\":0", OUTCOME_FAILED, REASON_TLS_ERROR,
     PROCESSED_NO, 0, ""},
    {"a code of another libcurl", 0, "cs", LOST "\"code\":9999", OUTCOME_FAILED,
     REASON_BAD_RESPONSE, PROCESSED_UNKNOWN, 0, ""},

    {"connect timeout", 0, "", "\"code\":28,\"why\":\"connect-timeout\"", OUTCOME_TIMED_OUT,
     REASON_CONNECT_TIMEOUT, PROCESSED_NO, 0, ""},
    {"connect timeout of the kernel", 0, "", "\"code\":7,\"errno\":110", OUTCOME_TIMED_OUT,
     REASON_CONNECT_TIMEOUT, PROCESSED_NO, 0, ""},
    {"response timeout", 0, "cs", LOST "\"code\":28,\"why\":\"response-timeout\"",
     OUTCOME_TIMED_OUT, REASON_RESPONSE_TIMEOUT, PROCESSED_UNKNOWN, 0, ""},
    {"client abort", 0, "cs", LOST "\"code\":42,\"why\":\"client-abort\"", OUTCOME_ABORTED,
     REASON_CLIENT_ABORT, PROCESSED_UNKNOWN, 0, ""},
    {"run ended", 0, "cs", LOST "\"code\":42,\"why\":\"run-ended\"", OUTCOME_UNFINISHED,
     REASON_RUN_ENDED, PROCESSED_UNKNOWN, 0, ""},
    {"no end at all", 0, "cs", NULL, OUTCOME_UNFINISHED, REASON_RUN_ENDED, PROCESSED_UNKNOWN, 0,
     ""},
    {"reset because drainctl ended the target", 0, "cs", LOST "\"code\":56,\"errno\":104",
     OUTCOME_UNFINISHED, REASON_RUN_ENDED, PROCESSED_UNKNOWN, 0,
     EPOCH "54000000,\"e\":\"target-kill\",\"pid\":4711}\n"},

    {"a preflight without leave", 0, "csf",
     "\"status\":503,\"head\":9,\"head_done\":1,\"framing\":\"length\"", OUTCOME_FAILED,
     REASON_PREFLIGHT_REFUSED, PROCESSED_NO, 0,
     EPOCH "40000000,\"e\":\"join\",\"a\":1,\"r\":1,\"for\":\"request\",\"preflight\":1}\n" EPOCH
           "41000000,\"e\":\"cors\",\"a\":1,\"is\":\"status\"}\n"},
    {"a preflight that is cut", 0, "cs", LOST "\"code\":52", OUTCOME_CUT_OFF,
     REASON_CLOSED_BEFORE_RESPONSE, PROCESSED_NO, 0,
     EPOCH "40000000,\"e\":\"join\",\"a\":1,\"r\":1,\"for\":\"request\",\"preflight\":1}\n"},
    {"200 that the page may not read", 0, "csf",
     HEAD "\"body\":5,\"length\":5,\"framing\":\"length\"", OUTCOME_FAILED, REASON_CORS_BLOCKED,
     PROCESSED_YES, 0, EPOCH "41000000,\"e\":\"cors\",\"a\":1,\"is\":\"no-origin\"}\n"},
    {"503 that the page may not read", 0, "csf",
     "\"status\":503,\"head\":9,\"head_done\":1,\"framing\":\"length\"", OUTCOME_FAILED,
     REASON_CORS_BLOCKED, PROCESSED_NO, 0,
     EPOCH "41000000,\"e\":\"cors\",\"a\":1,\"is\":\"other-origin\"}\n"},
    {"503 whose Retry-After is hidden", 0, "csf",
     "\"status\":503,\"head\":9,\"head_done\":1,\"framing\":\"length\"", OUTCOME_REFUSED,
     REASON_STATUS, PROCESSED_NO, 0,
     EPOCH "41000000,\"e\":\"cors\",\"a\":1,\"is\":\"retry-after-hidden\"}\n"},

    {"no descriptor", 0, "", "\"code\":7,\"errno\":24", OUTCOME_CLIENT_LIMIT, REASON_NO_FD,
     PROCESSED_NO, 0, ""},
    {"no port", 0, "", "\"code\":7,\"errno\":99", OUTCOME_CLIENT_LIMIT, REASON_NO_PORT,
     PROCESSED_NO, 0, ""},
    {"no port to bind", 0, "", "\"code\":45,\"errno\":98", OUTCOME_CLIENT_LIMIT, REASON_NO_PORT,
     PROCESSED_NO, 0, ""},
    {"no memory", 0, "", "\"code\":27,\"errno\":12", OUTCOME_CLIENT_LIMIT, REASON_NO_MEMORY,
     PROCESSED_NO, 0, ""},
    {"no name", 0, "", "\"code\":6", OUTCOME_CLIENT_LIMIT, REASON_DNS, PROCESSED_NO, 0, ""},
    {"shorter than those before", 0, "csf", HEAD "\"body\":5,\"length\":-1,\"framing\":\"close\"",
     OUTCOME_CUT_OFF, REASON_TRUNCATED, PROCESSED_UNKNOWN, 0, "+"},
};

static void write_attempt(struct buf *b, const struct row *r)
{
    double from = r->start_ms ? r->start_ms : 45;
    script_line(b, from, "start", "\"a\":1,\"l\":%d,\"r\":1,\"c\":1", r->load);
    for (const char *s = r->steps; *s; s++) {
        if (*s == 'c' || *s == 'r')
            script_line(b, from + 1, "connected", "\"a\":1,\"port\":5,\"reused\":%d", *s == 'r');
        else
            script_line(b, from + (*s == 's' ? 2 : 3), *s == 's' ? "sent" : "first-byte",
                        "\"a\":1");
    }
    if (r->end)
        script_line(b, 55, "end", "\"a\":1,%s", r->end);
}

static void write_row(struct buf *b, const struct row *r)
{
    script_begin(b, "{\"name\":\"n\"," SCRIPT_TARGET "," SCRIPT_LOADS "," SCRIPT_TERM "}");
    if (r->extra[0] == '+') {
        script_answer(b, 2, 0, 10, 20, 200, 900); /* with a length: same load, same status */
        script_answer(b, 3, 0, 20, 30, 200, 700);
    } else {
        buf_adds(b, r->extra);
    }
    write_attempt(b, r);
    script_signal(b, 50, 0, 15);
    script_end(b, 100);
}

static const struct row *row_at;

/* What only the whole history knows, and what the end event alone looks like. */
static enum outcome outcome_at_end(const struct row *r)
{
    static const struct {
        const char *name;
        enum outcome outcome;
    } others[] = {
        {"reused, nothing written", OUTCOME_CUT_OFF},
        {"reset because drainctl ended the target", OUTCOME_CUT_OFF},
        {"shorter than those before", OUTCOME_COMPLETED},
        {"a preflight without leave", OUTCOME_REFUSED},
        {"200 that the page may not read", OUTCOME_COMPLETED},
        {"503 that the page may not read", OUTCOME_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (strcmp(r->name, others[i].name) == 0)
            return others[i].outcome;
    return r->outcome;
}

static void check_at_end(const struct row *r, const struct event *end)
{
    if (!end || r->load != 0) /* it is for ordinary requests */
        return;
    enum outcome o = judge_outcome_at_end(end);
    if (o != outcome_at_end(r))
        fail_msg("%s: at its end %s", r->name, outcome_words[o].word);
}

static void each_row(void **state)
{
    (void)state;
    for (row_at = rows; row_at < rows + ARRAY_LEN(rows); row_at++) {
        struct buf b;
        struct histories h;
        struct run_verdict v;
        struct error err = {0};
        char reason[32];
        buf_init(&b, 1024 * 1024);
        write_row(&b, row_at);
        assert_int_equal(histories_parse(&h, "j", b.data, b.len, &err), 0);
        if (judge_run(&h.runs[0], &v, &err) < 0)
            fail_msg("%s", err.text);
        const struct attempt *a = &v.attempts[0];
        if (a->outcome != row_at->outcome || a->reason != row_at->reason ||
            a->processed != row_at->processed)
            fail_msg("%s: %s, %s, processed %s", row_at->name, outcome_words[a->outcome].word,
                     reason_text(a->reason, a->status, reason, sizeof reason),
                     processed_word(a->processed));
        check_at_end(row_at, a->end);
        run_verdict_free(&v);
        histories_free(&h);
        buf_free(&b);
    }
}

/* Every word that HTTP/1.1 can lead to has a row. */
static void each_word_has_a_row(void **state)
{
    (void)state;
    bool outcomes[OUTCOME_COUNT] = {false};
    bool reasons[REASON_COUNT] = {[REASON_H2_GOAWAY] = true,
                                  [REASON_H2_REFUSED_STREAM] = true,
                                  [REASON_WAITS_IN_QUEUE] = true}; /* test_judge_waiting.c */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        outcomes[rows[i].outcome] = true;
        reasons[rows[i].reason] = true;
    }
    for (int i = 0; i < OUTCOME_COUNT; i++)
        if (!outcomes[i])
            fail_msg("no row for %s", outcome_words[i].word);
    for (int i = 0; i < REASON_COUNT; i++)
        if (!reasons[i])
            fail_msg("no row for %s", reason_words[i].word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(each_word_has_a_row),
    };
    return cmocka_run_group_tests_name("judge_classify", tests, NULL, NULL);
}
