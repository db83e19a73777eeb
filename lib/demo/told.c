/* What the server says, line by line, as events of the panel. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_out.h"
#include "demo/private.h"
#include "server/internal.h"

static const char *const state_words[] = {[DEMO_DOWN] = "down",
                                          [DEMO_STARTING] = "starting",
                                          [DEMO_UP] = "up",
                                          [DEMO_DRAINING] = "draining"};

enum { MAX_EVENT = 8 << 10 };

enum demo_state demo_state(const struct demo *d)
{
    if (d->child.current)
        return d->draining ? DEMO_DRAINING : DEMO_UP;
    return d->child.coming || d->again ? DEMO_STARTING : DEMO_DOWN;
}

double demo_ms(const struct demo *d, int64_t at_ns)
{
    return (double)(at_ns - d->begun_ns) / 1e6;
}

static void begin_event(struct json_out *j, struct buf *b, const char *kind, double at_ms)
{
    buf_init(b, MAX_EVENT);
    json_out_init(j, b, 0);
    json_out_object(j, NULL);
    json_out_string(j, "kind", kind);
    json_out_number(j, "at", at_ms, 1);
}

static void end_event(struct demo *d, struct json_out *j, struct buf *b)
{
    json_out_end_object(j);
    if (!b->overflow)
        stream_tell(d, b->data);
    buf_free(b);
}

static void add_state(struct json_out *j, const struct demo *d)
{
    const struct child *c = d->child.current ? d->child.current : d->child.coming;
    json_out_string(j, "state", state_words[demo_state(d)]);
    json_out_int(j, "build", c ? c->build : d->build);
    json_out_int(j, "server", c ? c->number : 0);
    json_out_int(j, "pid", c ? c->pid : 0);
    json_out_bool(j, "deploying", d->child.current && d->child.coming);
    if (d->shutdown_ns)
        json_out_number(j, "shutdown", demo_ms(d, d->shutdown_ns), 0);
}

void demo_tell_state(struct demo *d, const char *how)
{
    struct json_out j;
    struct buf b;
    begin_event(&j, &b, "state", demo_ms(d, clock_ns()));
    add_state(&j, d);
    if (how)
        json_out_string(&j, "how", how);
    end_event(d, &j, &b);
}

void demo_hello(const struct demo *d, struct buf *out)
{
    struct json_out j;
    char page[64];
    begin_event(&j, out, "hello", demo_ms(d, clock_ns()));
    snprintf(page, sizeof page, "http://127.0.0.1:%d", d->port);
    json_out_string(&j, "page", page);
    json_out_number(&j, "notice", (double)(d->options->notice_ns / NS_PER_S), 0);
    json_out_end_object(&j);
}

/* --- "listening on http://127.0.0.1:8080", "control on …" --- */

/* The first time: a person waits for the address. */
static void announce(struct demo *d)
{
    FILE *out = d->options->out;
    fprintf(out, "demo on http://127.0.0.1:%d\n", d->server->sockets.listener.port);
    fflush(out);
}

/* The one that was starting serves now, and the one before it drains by itself: it may even be gone
 * already, since its end and this line come by two pipes. */
static void serves(struct demo *d, struct child *c)
{
    bool first = d->count == 1;
    d->child.current = c;
    d->child.coming = NULL;
    d->draining = false;
    d->shutdown_ns = 0;
    d->port = c->port;
    demo_tell_state(d, c->replaces ? "a new build has taken over" : NULL);
    if (first)
        announce(d);
}

static void take_output(struct demo *d, struct child *c, const char *line)
{
    const char *colon = strrchr(line, ':');
    int port = 0;
    if (!colon || sscanf(colon, ":%d", &port) != 1)
        return;
    if (strncmp(line, "listening", strlen("listening")) == 0)
        c->port = port;
    else
        c->control = port;
    if (c == d->child.coming && c->port && c->control)
        serves(d, c);
}

/* --- its log and its ledger: JSON, a line each --- */

static const char *text_of(const cJSON *root, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsString(node) ? node->valuestring : "";
}

static double number_of(const cJSON *root, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsNumber(node) ? node->valuedouble : 0;
}

/* A notice that has run out, or a signal that is not the panel's: the log knows it first. During a
 * deploy it is the old one that drains, and no user notices. */
static void follow_state(struct demo *d, const struct child *c, const char *state)
{
    if (c != d->child.current || d->child.coming || d->draining || strcmp(state, "draining") != 0)
        return;
    d->draining = true;
    demo_tell_state(d, NULL);
}

static void take_log(struct demo *d, struct child *c, const cJSON *root)
{
    struct json_out j;
    struct buf b;
    const cJSON *after = cJSON_GetObjectItemCaseSensitive(root, "after_signal_ms");
    follow_state(d, c, text_of(root, "state"));
    begin_event(&j, &b, "log", demo_ms(d, clock_ns()));
    json_out_int(&j, "server", c->number);
    json_out_string(&j, "state", text_of(root, "state"));
    json_out_string(&j, "text", text_of(root, "message"));
    if (cJSON_IsNumber(after))
        json_out_number(&j, "after", after->valuedouble, 0);
    end_event(d, &j, &b);
}

/* A line without a method is of a client that numbers its attempts: none of ours. */
static void take_ledger(struct demo *d, const struct child *c, const cJSON *root)
{
    struct json_out j;
    struct buf b;
    if (!*text_of(root, "method"))
        return;
    begin_event(&j, &b, "request", demo_ms(d, (int64_t)number_of(root, "at")));
    json_out_int(&j, "server", c->number);
    json_out_int(&j, "n", (int64_t)number_of(root, "n"));
    json_out_string(&j, "what", text_of(root, "what"));
    json_out_int(&j, "status", (int64_t)number_of(root, "status"));
    json_out_string(&j, "method", text_of(root, "method"));
    json_out_string(&j, "target", text_of(root, "target"));
    end_event(d, &j, &b);
}

/* "drainctl: error: cannot listen …": why it did not start. */
static void take_text(struct demo *d, const struct child *c, const char *line)
{
    static const char mark[] = "drainctl: error: ";
    if (c == d->child.coming && strncmp(line, mark, strlen(mark)) == 0)
        snprintf(d->last_text, sizeof d->last_text, "%s", line + strlen(mark));
}

void demo_line(struct child *c, enum child_stream stream, const char *line)
{
    struct demo *d = c->events->arg;
    cJSON *root = stream == CHILD_OUT ? NULL : cJSON_Parse(line);
    if (stream == CHILD_OUT)
        take_output(d, c, line);
    else if (!cJSON_IsObject(root))
        take_text(d, c, line);
    else if (stream == CHILD_LOG)
        take_log(d, c, root);
    else
        take_ledger(d, c, root);
    cJSON_Delete(root);
}
