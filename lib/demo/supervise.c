/* The server's life: started, replaced by another build, stopped, gone. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/mem.h"
#include "demo/private.h"
#include "server/internal.h"

enum { MAX_ARGS = 32 };

/* The words of its command line, each a fresh string; ends with NULL. */
struct words {
    char *items[MAX_ARGS];
    int count;
};

static void add(struct words *w, char *word)
{
    w->items[w->count++] = word;
}

static void add_pair(struct words *w, const char *name, char *value)
{
    add(w, mem_strdup(name));
    add(w, value);
}

static char *duration(int64_t ns)
{
    char text[32];
    return mem_strdup(duration_format(ns, text, sizeof text));
}

static void command_line(const struct demo *d, struct words *w)
{
    *w = (struct words){.count = 0};
    add_pair(w, "drainctl", mem_strdup("serve"));
    add_pair(w, "--port", mem_printf("%d", d->port));
    add_pair(w, "--control", mem_strdup("0"));
    add_pair(w, "--web", mem_printf("--web-build=%d", d->build));
    add_pair(w, "--database", mem_printf("%s/orders.db", d->folder));
    add_pair(w, "--handover", mem_printf("%s/next", d->folder));
    add_pair(w, "--ledger", mem_strdup("fd:3"));
    add_pair(w, "--ledger-all", mem_strdup("--log-format=json"));
    add_pair(w, "--order-time", duration(d->options->order_time_ns));
    add_pair(w, "--drain-delay", duration(d->options->drain_delay_ns));
    add_pair(w, "--retry-spread", mem_strdup("0s"));
}

/* What the panel, and the person who started the demo, are told of its end. */
static void tell_end(struct demo *d, const struct child *c, int code, int signo)
{
    char how[ENDING_SIZE], line[ENDING_SIZE + 32];
    snprintf(line, sizeof line, "server %d %s", c->number,
             ending_say(how, sizeof how, code, signo));
    demo_tell_state(d, line);
}

static void fail(struct demo *d)
{
    d->failed = true;
    error_set(&d->why, ERROR_RUN, "the server with the page did not start%s%s",
              d->last_text[0] ? ": " : "", d->last_text);
    error_hint(&d->why, "--page-port 0 picks a free port for it");
    drain_begin(d->server, 0);
}

/* All that ran are gone: the demo's own end may go on. */
static void settle(struct demo *d)
{
    for (const struct child *c = d->child.all; c; c = c->next)
        if (c->running)
            return;
    if (d->closing)
        step_over(d->closing, NULL);
    d->closing = NULL;
}

static void start_again(struct demo *d)
{
    struct error err = {0};
    d->again = false;
    if (!d->closing && demo_start_child(d, &err) < 0)
        demo_tell_state(d, err.text);
}

static void on_exited(struct child *c, int code, int signo)
{
    struct demo *d = c->events->arg;
    bool first = c == d->child.coming && d->port == d->options->page_port && d->count == 1;
    if (c == d->child.coming)
        d->child.coming = NULL;
    if (c == d->child.current) {
        d->child.current = NULL;
        d->draining = false;
        d->shutdown_ns = 0;
    }
    if (first && !d->closing)
        fail(d);
    tell_end(d, c, code, signo);
    if (d->again && !d->child.current && !d->child.coming)
        start_again(d);
    settle(d);
}

int demo_start_child(struct demo *d, struct error *err)
{
    struct words w;
    d->child.events = (struct child_events){demo_line, on_exited, d};
    d->last_text[0] = '\0';
    command_line(d, &w);
    struct child *c =
        child_start(&d->server->loop.uv, d->options->program, w.items, &d->child.events, err);
    for (int i = 0; i < w.count; i++)
        free(w.items[i]);
    if (!c)
        return -1;
    c->number = ++d->count;
    c->build = d->build;
    c->replaces = d->child.current != NULL;
    c->next = d->child.all;
    d->child.all = c;
    d->child.coming = c;
    demo_tell_state(d, NULL);
    return 0;
}

static void signal_all(struct demo *d, int signo)
{
    for (struct child *c = d->child.all; c; c = c->next)
        child_signal(c, signo);
}

void demo_begin_closing(struct step *step, void *demo)
{
    struct demo *d = demo;
    d->closing = step;
    d->again = false;
    signal_all(d, SIGTERM);
    settle(d);
}

void demo_give_up(void *demo)
{
    struct demo *d = demo;
    d->closing = NULL;
    signal_all(d, SIGKILL);
}
