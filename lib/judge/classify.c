/* From the facts of one attempt to its outcome and reason: a table of rules, first match wins. The
 * traps it steps around are measured ones: libcurl says CURLE_OK when a connection ends inside the
 * header block, and COULDNT_CONNECT when its silent retry met a closed listener although the
 * request had been read. */
#include "judge/facts.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "frontend/cors.h"
#include "judge/curl_codes.h"

/* A request written this long before the first signal, to a target that was not frozen, was not
 * written to a connection "that the server was closing": it was in flight. */
static const int64_t taken_after_ns = 100 * NS_PER_MS;

struct facts {
    const struct attempt *a;
    const struct event *e; /* its end */
    enum ended ended;
    bool silent;   /* of a load that never sends */
    bool answered; /* a byte of answer was read */
    bool whole;
    bool taken;  /* the server had it before it began to close the connection */
    bool killed; /* it ended, not whole, after drainctl had ended the target */
};

/* RFC 9112 section 6.3 says where an answer ends. A body that only the connection's end delimits
 * cannot show that it is whole: witness.c compares it with others. When the promised bytes are all
 * there, a reset behind them took nothing away. */
static bool is_whole(const struct facts *f)
{
    const struct event *e = f->e;
    if (f->ended || !e->header_done || f->a->status < 200)
        return false;
    if (e->framing == FRAMING_LENGTH)
        return e->body_bytes >= e->length;
    return e->code == CODE_OK ||
           (e->framing == FRAMING_EMPTY && e->code != CODE_OPERATION_TIMEDOUT);
}

static bool was_taken(const struct facts *f, const struct run_facts *run, unsigned ledger)
{
    if (ledger) /* even its head alone: the server had begun with it */
        return true;
    int64_t written = f->a->sent_ns ? f->a->sent_ns : f->a->connected_ns;
    if (!written || !run->t0_ns || run->t0_ns - written < taken_after_ns)
        return false;
    return !(run->freeze.at_ns && run->freeze.at_ns <= run->t0_ns); /* frozen: it read nothing */
}

/* --- tests, each about one thing --- */
static bool not_ended(const struct facts *f)
{
    return !f->e || f->ended == ENDED_RUN_ENDED || f->killed;
}

static bool client_abort(const struct facts *f)
{
    return f->ended == ENDED_CLIENT_ABORT;
}

static bool connect_timeout(const struct facts *f)
{
    bool kernel = f->e->code == CODE_COULDNT_CONNECT && f->e->os_errno == ETIMEDOUT;
    bool curl = f->e->code == CODE_OPERATION_TIMEDOUT && !f->ended && !f->a->connected_ns;
    return f->ended == ENDED_CONNECT_TIMEOUT || ((kernel || curl) && f->e->tries == 0);
}

static bool response_timeout(const struct facts *f)
{
    return f->ended == ENDED_RESPONSE_TIMEOUT || f->e->code == CODE_OPERATION_TIMEDOUT;
}

static bool no_name(const struct facts *f)
{
    return f->e->code == CODE_COULDNT_RESOLVE_HOST;
}

/* The client's own limits show when a connection is made, not on one that stands. */
static bool limit(const struct facts *f, int a, int b)
{
    return !f->a->connected_ns && f->e->tries == 0 && f->e->code != CODE_OK &&
           (f->e->os_errno == a || f->e->os_errno == b);
}

static bool no_descriptor(const struct facts *f)
{
    return limit(f, EMFILE, ENFILE);
}

static bool no_port(const struct facts *f)
{
    return limit(f, EADDRNOTAVAIL, EADDRINUSE) || f->e->code == CODE_INTERFACE_FAILED;
}

static bool no_memory(const struct facts *f)
{
    return limit(f, ENOMEM, ENOBUFS) || (f->e->code == CODE_OUT_OF_MEMORY && !f->answered);
}

static bool tls_error(const struct facts *f)
{
    static const int codes[] = {
        CODE_SSL_CONNECT_ERROR,     CODE_SSL_ENGINE_NOTFOUND, CODE_SSL_ENGINE_SETFAILED,
        CODE_SSL_CERTPROBLEM,       CODE_SSL_CIPHER,          CODE_PEER_FAILED_VERIFICATION,
        CODE_SSL_ENGINE_INITFAILED, CODE_SSL_CACERT_BADFILE,  CODE_SSL_SHUTDOWN_FAILED,
        CODE_SSL_CRL_BADFILE,       CODE_SSL_ISSUER_ERROR,    CODE_SSL_PINNEDPUBKEYNOTMATCH,
        CODE_SSL_INVALIDCERTSTATUS, CODE_SSL_CLIENTCERT,
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (f->e->code == codes[i])
            return true;
    return false;
}

/* The browser keeps a whole answer from a page of another origin, or, after its preflight, does not
 * send the request at all (Fetch Standard). Whatever its status is, the page sees an error. */
static bool is_kept_back(const struct facts *f)
{
    return f->whole && f->a->cors.kept && f->a->cors.kept->word >= 0 &&
           fe_cors_blocks((enum fe_cors)f->a->cors.kept->word);
}

static bool preflight_refused(const struct facts *f)
{
    return f->a->cors.preflight && is_kept_back(f);
}

static bool unreadable(const struct facts *f)
{
    return !f->a->cors.preflight && is_kept_back(f);
}

/* 503 and 429 say "elsewhere, or later" (RFC 9110 15.6.4, RFC 6585 4). 408 says that the request
 * was not taken as a whole, and that the client may repeat it (RFC 9110 15.5.9). */
static bool told_to_go(const struct facts *f)
{
    return f->whole && (f->a->status == 503 || f->a->status == 429 || f->a->status == 408);
}

static bool server_failure(const struct facts *f)
{
    return f->whole && f->a->status >= 500 && f->a->status <= 599;
}

static bool whole(const struct facts *f)
{
    return f->whole;
}

/* Not HTTP, or broken HTTP: 7.88 reports a malformed chunk as RECV_ERROR without an errno. */
static bool not_http(const struct facts *f)
{
    int64_t code = f->e->code;
    return code == CODE_WEIRD_SERVER_REPLY || code == CODE_UNSUPPORTED_PROTOCOL ||
           (code == CODE_OUT_OF_MEMORY && f->answered) ||
           (code == CODE_RECV_ERROR && f->e->os_errno == 0 && f->e->header_done &&
            f->e->framing == FRAMING_CHUNKED);
}

static bool stream_reset(const struct facts *f)
{
    return f->e->code == CODE_HTTP2_STREAM || f->e->code == CODE_HTTP2;
}

static bool never_connected(const struct facts *f)
{
    return f->e->code == CODE_COULDNT_CONNECT && f->e->tries == 0 && !f->a->connected_ns;
}

static bool is_reset(const struct facts *f)
{
    int64_t code = f->e->code, n = f->e->os_errno;
    return code == CODE_SEND_ERROR || code == CODE_RECV_ERROR || n == ECONNRESET || n == EPIPE ||
           n == ECONNABORTED;
}

static bool is_closed(const struct facts *f)
{
    int64_t code = f->e->code;
    return code == CODE_OK || code == CODE_GOT_NOTHING || code == CODE_PARTIAL_FILE;
}

/* Whatever way it ended: libcurl's own second try hides how the first one died. */
static bool retried(const struct facts *f)
{
    return f->e->tries >= 2 || (f->e->code == CODE_COULDNT_CONNECT && f->e->tries >= 1);
}

static bool died(const struct facts *f)
{
    return is_reset(f) || is_closed(f) || retried(f);
}

static bool unwritten(const struct facts *f)
{
    return f->e->sent_bytes == 0 && !f->a->sent_ns && !f->answered;
}

static bool closed_unused(const struct facts *f)
{
    if (f->silent)
        return died(f) && !f->answered;
    return unwritten(f) && ((f->a->conn.reused && died(f)) || is_closed(f));
}

static bool reset_mid_response(const struct facts *f)
{
    return f->answered && is_reset(f);
}

static bool closed_mid_response(const struct facts *f)
{
    return f->answered && is_closed(f);
}

static bool on_dying_connection(const struct facts *f)
{
    return !f->answered && !f->taken && ((f->a->conn.reused && died(f)) || retried(f));
}

static bool reset_while_sending(const struct facts *f)
{
    return !f->answered && !f->a->sent_ns && (is_reset(f) || retried(f));
}

static bool reset_before_response(const struct facts *f)
{
    return !f->answered && is_reset(f);
}

static bool closed_before_response(const struct facts *f)
{
    return !f->answered && (is_closed(f) || retried(f));
}

static bool gave_up(const struct facts *f)
{
    return f->e->code == CODE_ABORTED_BY_CALLBACK;
}

static bool always(const struct facts *f)
{
    (void)f;
    return true;
}

static const struct rule {
    bool (*test)(const struct facts *f);
    enum outcome outcome;
    enum reason reason;
} rules[] = {
    {not_ended, OUTCOME_UNFINISHED, REASON_RUN_ENDED},
    {client_abort, OUTCOME_ABORTED, REASON_CLIENT_ABORT},
    {preflight_refused, OUTCOME_FAILED, REASON_PREFLIGHT_REFUSED},
    {unreadable, OUTCOME_FAILED, REASON_CORS_BLOCKED},
    {told_to_go, OUTCOME_REFUSED, REASON_STATUS},
    {server_failure, OUTCOME_FAILED, REASON_STATUS},
    {whole, OUTCOME_COMPLETED, REASON_STATUS},
    {no_descriptor, OUTCOME_CLIENT_LIMIT, REASON_NO_FD},
    {no_port, OUTCOME_CLIENT_LIMIT, REASON_NO_PORT},
    {no_memory, OUTCOME_CLIENT_LIMIT, REASON_NO_MEMORY},
    {no_name, OUTCOME_CLIENT_LIMIT, REASON_DNS},
    {connect_timeout, OUTCOME_TIMED_OUT, REASON_CONNECT_TIMEOUT},
    {response_timeout, OUTCOME_TIMED_OUT, REASON_RESPONSE_TIMEOUT},
    {never_connected, OUTCOME_REFUSED, REASON_CONNECT_REFUSED},
    {tls_error, OUTCOME_FAILED, REASON_TLS_ERROR},
    {not_http, OUTCOME_FAILED, REASON_BAD_RESPONSE},
    {stream_reset, OUTCOME_CUT_OFF, REASON_STREAM_RESET},
    {closed_unused, OUTCOME_REFUSED, REASON_CLOSED_BEFORE_SENT},
    {reset_mid_response, OUTCOME_CUT_OFF, REASON_RESET_MID_RESPONSE},
    {closed_mid_response, OUTCOME_CUT_OFF, REASON_CLOSED_MID_RESPONSE},
    {on_dying_connection, OUTCOME_CUT_OFF, REASON_KEEPALIVE_RACE},
    {reset_while_sending, OUTCOME_CUT_OFF, REASON_RESET_WHILE_SENDING},
    {reset_before_response, OUTCOME_CUT_OFF, REASON_RESET_BEFORE_RESPONSE},
    {closed_before_response, OUTCOME_CUT_OFF, REASON_CLOSED_BEFORE_RESPONSE},
    {gave_up, OUTCOME_ABORTED, REASON_CLIENT_ABORT},
    {always, OUTCOME_FAILED, REASON_BAD_RESPONSE}, /* a code that none of the above knows */
};

static void classify(struct attempt *a, const struct run_facts *run, unsigned ledger)
{
    struct facts f = {
        .a = a, .e = a->end, .ended = a->end ? (enum ended)a->end->ended : ENDED_ITSELF};
    if (f.e) {
        f.silent = run->plan->loads[a->load].shape == SHAPE_SILENT;
        f.answered = a->first_ns || f.e->header_bytes > 0 || f.e->body_bytes > 0;
        f.whole = is_whole(&f);
        f.taken = was_taken(&f, run, ledger);
        f.killed = !f.whole && run->kill_ns && a->end_ns >= run->kill_ns;
    }
    const struct rule *rule = rules;
    while (!rule->test(&f))
        rule++;
    a->outcome = rule->outcome;
    a->reason = rule->reason;
    a->answer.whole = f.whole;
}

void attempts_classify(struct run_verdict *v, const struct run_facts *f)
{
    for (size_t i = 0; i < v->n_attempts; i++)
        classify(&v->attempts[i], f, f->attempts[i].ledger);
}

enum outcome judge_outcome_at_end(const struct event *end)
{
    struct plan_load load = {.shape = SHAPE_REQUEST};
    struct plan plan = {.loads = &load, .n_loads = 1};
    struct run_facts run = {.plan = &plan};
    struct attempt a = {
        .end = end,
        .connected_ns = end->tries > 0,
        .sent_ns = end->sent_bytes > 0,
        .status = end->status >= 100 && end->status <= 999 ? (int)end->status : 0,
    };
    classify(&a, &run, 0);
    return a.outcome;
}
