#include "load/lane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load/client.h"
#include "load/cors.h"
#include "load/group.h"
#include "load/page.h"
#include "load/stream.h"
#include "load/transfer.h"

void lane_name(const struct group *g, uint32_t intention, char *out, size_t size)
{
    char run[TRACE_RUN_TEXT];
    trace_run_text(g->loads->journal->run, run);
    snprintf(out, size, "%.8s-%d-%u", run, g->index, intention);
}

struct lane *lane_new(struct group *g, struct page *page, int64_t number)
{
    struct lane *l = MEM_NEW(struct lane);
    struct client *c = client_new(g, number);
    g->clients.all[g->clients.n++] = c;
    c->state = CLIENT_FREE;
    c->lane = l;
    l->client = c;
    l->page = page;
    buf_init(&l->answer, LANE_ANSWER);
    return l;
}

void lane_send(struct lane *l, const struct fe_action *a)
{
    struct client *c = l->client;
    struct journal *journal = c->group->loads->journal;
    l->sent = *a;
    l->aborted = false;
    buf_reset(&l->answer);
    l->answer.overflow = false;
    if (l->stream)
        l->stream->open = false;
    lane_name(c->group, a->intention, l->name, sizeof l->name);
    client_attempt(c, a->call == FE_POLL ? 0 : a->intention, 0);
    journal_add(journal, &(struct event){.kind = EVENT_JOIN,
                                         .attempt = c->attempt.id,
                                         .request = a->intention,
                                         .word = a->call,
                                         .index = a->key,
                                         .preflight = a->preflight});
}

static bool writes(const struct lane *l)
{
    const char *method = l->client->group->plan->method;
    return !l->url && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

void lane_options(struct lane *l, struct transfer *t)
{
    static char accept_line[] = "Accept: text/event-stream";
    CURL *easy = t->job.easy;
    struct curl_slist *first = &t->id_node;
    if (l->preflight) {
        cors_options(l, t);
        return;
    }
    if (l->url) {
        curl_easy_setopt(easy, CURLOPT_URL, l->url);
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL);
        l->client->attempt.head = false;
        t->head_min = l->head_min;
    }
    if (writes(l)) {
        int len = snprintf(l->item, sizeof l->item, "{\"item\":\"%s\"}", l->name);
        t->body = (struct body){.bytes = len, .text = l->item};
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len);
    }
    if (l->streams) {
        l->accept_node = (struct curl_slist){.data = accept_line, .next = first};
        first = &l->accept_node;
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 0L);
    }
    if (l->sent.last_id) {
        snprintf(l->key_line, sizeof l->key_line, "Last-Event-ID: %s", l->page->last_event);
        l->key_node = (struct curl_slist){.data = l->key_line, .next = first};
        first = &l->key_node;
    }
    if (l->sent.key) {
        snprintf(l->key_line, sizeof l->key_line, "Idempotency-Key: %s", l->name);
        l->key_node = (struct curl_slist){.data = l->key_line, .next = first};
        first = &l->key_node;
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, first);
}

/* The end of an attempt in the words that a page's script has for it. */
static enum fe_result result_of(const struct attempt *a, bool reached)
{
    if (a->code == CURLE_OK && a->answer.header_done)
        return FE_STATUS;
    if (!reached || (!a->sent && a->sent_bytes == 0))
        return FE_REFUSED;
    return a->code == CURLE_OPERATION_TIMEDOUT ? FE_TIMED_OUT : FE_CUT_OFF;
}

void lane_result(const struct lane *l, bool reached, struct fe_event *out)
{
    const struct attempt *a = &l->client->attempt;
    struct transfer *t = l->client->wire;
    curl_off_t seconds = 0;
    if (t)
        curl_easy_getinfo(t->job.easy, CURLINFO_RETRY_AFTER, &seconds);
    *out = (struct fe_event){.kind = FE_EVENT_RESULT,
                             .call = l->sent.call,
                             .intention = l->sent.intention,
                             .attempt = l->sent.attempt,
                             .result = result_of(a, reached),
                             .status = a->answer.status};
    if (seconds > 0)
        out->retry_after = seconds > 3600 ? 3600 * 1000 : (fe_ms)seconds * 1000;
}

/* FNV-1a, 64 bits (draft-eastlake-fnv): two answers need only be told apart. */
static uint64_t digest(const struct buf *b)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < b->len; i++)
        hash = (hash ^ (unsigned char)b->data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void lane_tell_reply(const struct lane *l, const struct fe_event *e)
{
    const struct client *c = l->client;
    char text[17];
    bool good = e->result == FE_STATUS && e->status >= 200 && e->status <= 299;
    if (!l->sent.key || !good || l->answer.overflow)
        return;
    snprintf(text, sizeof text, "%016llx", (unsigned long long)digest(&l->answer));
    journal_add(c->group->loads->journal, &(struct event){.kind = EVENT_REPLY,
                                                          .attempt = c->attempt.id,
                                                          .load = c->group->index,
                                                          .request = l->sent.intention,
                                                          .text = text});
}

void lane_free(struct lane *l)
{
    if (!l)
        return;
    buf_free(&l->answer);
    free(l->stream);
    free(l);
}
