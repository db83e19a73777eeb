#include "report/walk/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "frontend/frontend.h"
#include "report/walk/walk_int.h"
#include "words/advice.h"

enum { LINE_MAX_BYTES = 64 * 1024, OTHERS_MOST = 12 };

static void add_span(struct walk *w, const char *what, int64_t from_ns, int64_t to_ns)
{
    char text[32];
    if (from_ns && to_ns >= from_ns)
        buf_addf(&w->line, "%s%s %s", w->line.len ? ", " : "", what,
                 duration_human(to_ns - from_ns, text, sizeof text));
}

/* --- the steps --- */

static void walk_sent(struct walk *w)
{
    long long bytes = w->a->end ? (long long)w->a->end->sent_bytes : 0;
    if (w->a->sent_ns)
        buf_adds(&w->line, "yes, to the last byte");
    else if (bytes)
        buf_adds(&w->line, "in part");
    else
        buf_adds(&w->line, "no: the server never had a byte of it");
    if (bytes)
        buf_addf(&w->line, ": %lld bytes went to the kernel", bytes);
    walk_say(w, w->a->cors.preflight ? "the preflight" : "was it sent?");
}

static void walk_connection(struct walk *w)
{
    const struct attempt *a = w->a;
    if (!a->connected_ns)
        buf_addf(&w->line, "none%s",
                 a->reason == REASON_CONNECT_REFUSED ? ": no server listened" : "");
    else if (a->conn.reused)
        buf_addf(&w->line, "kept alive from a request before, local port %lld",
                 (long long)a->conn.port);
    else
        buf_addf(&w->line, "a new one, local port %lld", (long long)a->conn.port);
    walk_say(w, "connection");
}

/* The first phase in which the attempt stayed has no end of its own but the attempt's. */
static int64_t or_end(const struct attempt *a, int64_t ns)
{
    return ns ? ns : a->end_ns;
}

static void walk_time(struct walk *w)
{
    const struct attempt *a = w->a;
    add_span(w, "connect", a->start_ns, or_end(a, a->connected_ns));
    if (a->connected_ns)
        add_span(w, "send", a->connected_ns, or_end(a, a->sent_ns));
    if (a->sent_ns)
        add_span(w, "wait for the first byte", a->sent_ns, or_end(a, a->first_ns));
    if (a->first_ns)
        add_span(w, "receive", a->first_ns, a->end_ns);
    add_span(w, "in all", a->start_ns, a->end_ns);
    if (!a->end_ns)
        buf_adds(&w->line, w->line.len ? "; it never ended" : "it never ended");
    walk_say(w, "time");
}

static void walk_answer(struct walk *w)
{
    const struct event *end = w->a->end;
    if (!end || (!end->status && !end->header_bytes)) {
        buf_adds(&w->line, "none: not a byte came");
    } else {
        buf_addf(&w->line, "status %lld, head %s (%lld bytes), body %lld bytes",
                 (long long)end->status, end->header_done ? "complete" : "cut",
                 (long long)end->header_bytes, (long long)end->body_bytes);
        if (end->length >= 0)
            buf_addf(&w->line, " of %lld promised", (long long)end->length);
        if (end->close)
            buf_adds(&w->line, ", Connection: close");
        buf_adds(&w->line, w->a->answer.whole ? "; whole" : "; not whole");
    }
    if (end && end->ended)
        buf_addf(&w->line, "; drainctl ended it: %s", ended_words[end->ended > 0 ? end->ended : 0]);
    walk_say(w, "answer");
}

static void walk_signal(struct walk *w)
{
    char text[32];
    const char *signal = text_first_signal(w->v);
    if (!signal || !w->v->first.t_ns)
        return;
    buf_addf(&w->line, "%s", phase_words[w->a->phase].word);
    if (w->a->end_ns > w->v->first.t_ns)
        buf_addf(&w->line, "; it ended %s after the signal",
                 duration_human(w->a->end_ns - w->v->first.t_ns, text, sizeof text));
    buf_addf(&w->line, " (%s)", signal);
    walk_say(w, "at the signal");
}

static void walk_processed(struct walk *w)
{
    static const char *const how[] = {
        [PROCESSED_UNKNOWN] = "not known: no second witness says",
        [PROCESSED_NO] = "no",
        [PROCESSED_YES] = "yes",
    };
    buf_adds(&w->line, how[w->a->processed]);
    walk_say(w, "processed");
}

/* --- who answered: the server, or a proxy in front of it --- */

/* What the ledgers have of the attempt: the proxy may have asked more than one server. */
static void add_ledger(struct walk *w)
{
    static const char *const says[] = {
        "no server's record has it: none has seen it",
        "the server's own record has the request, and no answer to it",
        "the server's own record has an answer to it",
        "the server's own record has an answer to it, which came too late for the proxy",
    };
    bool kept = false;
    int seen = 0;
    for (size_t i = 0; i < w->v->history->count; i++) {
        const struct event *e = &w->v->history->events[i];
        if (e->kind != EVENT_LEDGER)
            continue;
        kept = true;
        if (e->attempt == w->a->id && e->record == RECORD_ANSWERED)
            seen = 2;
        else if (e->attempt == w->a->id && seen == 0)
            seen = 1;
    }
    bool late = seen == 2 && w->a->proxy.answered;
    if (kept)
        buf_addf(&w->line, "; %s (certain, by its number)", says[late ? 3 : seen]);
}

static void walk_who(struct walk *w)
{
    const struct attempt *a = w->a;
    const char *name = NULL;
    enum proxy proxy = attempt_proxy(w->v, a, &name);
    if (!proxy || !a->first_ns)
        return;
    if (a->proxy.answered)
        buf_addf(&w->line, "%s '%s', not by a server", proxy_titles[proxy], name);
    else
        buf_addf(&w->line, "a server, through %s '%s'%s", proxy_titles[proxy], name,
                 a->proxy.said ? ""
                               : ": its log has nothing of this attempt, so it went well there");
    add_ledger(w);
    walk_say(w, "answered by");
    if (!a->proxy.said || !a->proxy.said->text)
        return;
    buf_addf(&w->line, "%s: ", a->proxy.said->text);
    proxy_state_say(proxy, a->proxy.said->text, a->status, &w->line);
    if (a->proxy.said->how && *a->proxy.said->how)
        buf_addf(&w->line, "; the server was '%s'", a->proxy.said->how);
    buf_adds(&w->line, " (certain, by its number)");
    walk_say(w, "proxy's log");
}

/* --- what belongs to it, and what happened around it --- */

static void walk_intention(struct walk *w)
{
    int64_t all = 0, place = 0;
    for (size_t i = 0; i < w->v->n_attempts; i++) {
        const struct attempt *other = &w->v->attempts[i];
        if (other->load != w->a->load || other->request != w->a->request)
            continue;
        all++;
        place += other->id <= w->a->id;
    }
    if (w->a->request == 0 || all < 2)
        return;
    buf_addf(&w->line, "attempt %lld of %lld at it; the others are", (long long)place,
             (long long)all);
    for (size_t i = 0, n = 0; i < w->v->n_attempts && n < OTHERS_MOST; i++) {
        const struct attempt *other = &w->v->attempts[i];
        if (other->load != w->a->load || other->request != w->a->request || other == w->a)
            continue;
        buf_addf(&w->line, "%s #%lld (%s%s)", n++ ? "," : "", (long long)other->id,
                 other->cors.preflight ? "preflight, " : "", outcome_words[other->outcome].word);
    }
    walk_say(w, "the request");
}

static void walk_meaning(struct walk *w)
{
    const struct attempt *a = w->a;
    const struct advice *advice = &reason_advice[a->reason];
    char reason[32];
    buf_addc(w->text.out, '\n');
    buf_addf(&w->line, "%s: %s", outcome_words[a->outcome].word,
             outcome_words[a->outcome].sentence);
    walk_say(w, "it means");
    buf_addf(&w->line, "%s: %s", reason_text(a->reason, a->status, reason, sizeof reason),
             reason_words[a->reason].sentence);
    walk_say(w, "because");
    const char *means = a->proxy.answered ? proxy_status_means(a->status) : NULL;
    const char *cause = means ? means : advice->cause;
    const char *next = means ? proxy_status_next(a->status) : advice->next;
    if (cause) {
        buf_adds(&w->line, cause);
        walk_say(w, "cause");
    }
    if (next) {
        buf_adds(&w->line, next);
        walk_say(w, "look at");
    }
}

void walk_attempt(struct buf *out, const struct run_verdict *v, const struct attempt *a, int run,
                  int width)
{
    struct walk w = {.text = {.out = out, .width = width}, .v = v, .a = a};
    buf_init(&w.line, LINE_MAX_BYTES);
    buf_addf(out, "run %d, attempt #%lld: ", run, (long long)a->id);
    text_safe(out, (size_t)a->load < v->n_loads ? v->loads[a->load].name : "?");
    buf_addf(out, ", request %lld, client %lld\n\n", (long long)a->request, (long long)a->client);
    walk_request_sent(&w);
    walk_sent(&w);
    walk_connection(&w);
    walk_time(&w);
    walk_answer(&w);
    walk_readable(&w);
    walk_who(&w);
    walk_processed(&w);
    walk_signal(&w);
    walk_intention(&w);
    walk_around(&w);
    walk_meaning(&w);
    buf_free(&w.line);
}
