#include "load/cors.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "frontend/cors.h"
#include "load/client.h"
#include "load/field.h"
#include "load/group.h"
#include "load/page.h"
#include "load/transfer.h"
#include "plan/preflight.h"

enum { DEFAULT_AGE_MS = 5000 }; /* Fetch, "CORS-preflight fetch" step 7.9 */

static const char *origin_of(const struct group *g)
{
    return g->plan->users.frontend->origin.at;
}

/* --- the preflight --- */

static void add_line(struct pages *all, const char *name, const char *value)
{
    char *line = mem_printf("%s: %s", name, value);
    all->preflight = curl_slist_append(all->preflight, line);
    free(line);
}

void cors_prepare(struct pages *all)
{
    const struct group *g = all->group;
    if (!*origin_of(g))
        return;
    struct buf asked;
    buf_init(&asked, FIELD_MAX);
    preflight_headers(g->plan, &asked);
    all->asked = buf_take(&asked);
    add_line(all, "Host", g->address->authority);
    add_line(all, "User-Agent", "drainctl/" DRAINCTL_VERSION);
    add_line(all, "Origin", origin_of(g));
    add_line(all, "Access-Control-Request-Method", g->plan->method);
    if (*all->asked)
        add_line(all, "Access-Control-Request-Headers", all->asked);
}

void cors_free(struct pages *all)
{
    free(all->asked);
    curl_slist_free_all(all->preflight);
}

void cors_options(struct lane *l, struct transfer *t)
{
    CURL *easy = t->job.easy;
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "OPTIONS");
    l->client->attempt.head = false;
    t->head_min = (int64_t)strlen(l->client->group->plan->path);
    t->trace_node.next = l->page->pages->preflight;
    t->id_node.next = &t->trace_node;
    if (l->client->group->sent.own_trace) /* that one belongs to the request itself */
        t->id_node.next = l->page->pages->preflight;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, &t->id_node);
}

/* --- the answer --- */

/* NULL: there is none, or no answer. `out` is the memory. */
static const char *field(const struct lane *l, const char *name, struct buf *out)
{
    const struct transfer *t = l->client->wire;
    if (t)
        return field_value(t->job.easy, name, out);
    buf_init(out, FIELD_MAX);
    return NULL;
}

struct said {
    struct buf origin, methods, headers, expose, after;
};

static enum fe_cors check(const struct lane *l, struct said *b, char *lacks, size_t size)
{
    const struct group *g = l->client->group;
    struct fe_cors_asked asked = {.origin = origin_of(g),
                                  .method = g->plan->method,
                                  .headers = l->page->pages->asked,
                                  .preflight = l->preflight};
    struct fe_cors_said said = {.status = l->client->attempt.answer.status,
                                .origin = field(l, "Access-Control-Allow-Origin", &b->origin),
                                .methods = field(l, "Access-Control-Allow-Methods", &b->methods),
                                .headers = field(l, "Access-Control-Allow-Headers", &b->headers),
                                .expose = field(l, "Access-Control-Expose-Headers", &b->expose),
                                .retry_after = field(l, "Retry-After", &b->after) != NULL};
    return fe_cors_check(&asked, &said, lacks, size);
}

static void said_free(struct said *b)
{
    buf_free(&b->origin);
    buf_free(&b->methods);
    buf_free(&b->headers);
    buf_free(&b->expose);
    buf_free(&b->after);
}

bool cors_readable(const struct lane *l)
{
    struct said b;
    char lacks[64];
    if (!l->page || !*origin_of(l->client->group))
        return true;
    enum fe_cors cors = check(l, &b, lacks, sizeof lacks);
    said_free(&b);
    return !fe_cors_blocks(cors);
}

/* How long the answer of a preflight counts. */
static fe_ms max_age(const struct lane *l)
{
    struct buf b;
    double seconds = 0;
    const char *text = field(l, "Access-Control-Max-Age", &b);
    const char *end = text ? decimal_parse(text, &seconds) : NULL;
    fe_ms age = DEFAULT_AGE_MS;
    if (end && *end == '\0')
        age = seconds > 86400 ? 86400 * 1000 : (fe_ms)(seconds * 1000);
    buf_free(&b);
    return age;
}

static void tell(const struct lane *l, enum fe_cors cors, const struct said *b, const char *lacks)
{
    const struct client *c = l->client;
    journal_add(c->group->loads->journal,
                &(struct event){.kind = EVENT_CORS,
                                .attempt = c->attempt.id,
                                .word = cors,
                                .how = b->origin.data ? b->origin.data : "",
                                .text = lacks});
}

void cors_result(const struct lane *l, struct fe_event *e)
{
    struct said b;
    char lacks[64];
    e->preflight = l->preflight;
    if (!*origin_of(l->client->group) || e->result != FE_STATUS)
        return;
    enum fe_cors cors = check(l, &b, lacks, sizeof lacks);
    if (cors != FE_CORS_ALLOWED)
        tell(l, cors, &b, lacks);
    said_free(&b);
    if (cors == FE_CORS_HIDDEN)
        e->retry_after = 0;
    if (l->preflight) {
        e->status = fe_cors_blocks(cors) ? 0 : 200;
        e->max_age = max_age(l);
    } else if (fe_cors_blocks(cors)) {
        e->result = FE_CUT_OFF; /* "Network Error": the script knows no more */
        e->status = 0;
        e->retry_after = 0;
    }
}
