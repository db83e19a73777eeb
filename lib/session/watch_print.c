#include "session/watch_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/json_out.h"
#include "cli/messages.h"
#include "report/text/text.h"

enum { LINE_MAX = 4096, STATE_WIDTH = 13 };

static const enum style styles[POLL_STATES] = {
    [POLL_UP] = STYLE_GOOD,         [POLL_NOT_READY] = STYLE_UNSURE, [POLL_FAILING] = STYLE_BAD,
    [POLL_REFUSED] = STYLE_BAD,     [POLL_CUT_OFF] = STYLE_BAD,      [POLL_NO_ANSWER] = STYLE_BAD,
    [POLL_UNREACHABLE] = STYLE_BAD,
};

void watching_begin(struct watching *w, bool json, bool quiet)
{
    *w = (struct watching){.json = json,
                           .quiet = quiet,
                           .color = messages_may_color(STDOUT_FILENO),
                           .began_ns = clock_ns()};
}

static bool says_the_same(const struct poll_answer *a, const struct poll_answer *b)
{
    return a->state == b->state && a->status == b->status && strcmp(a->said, b->said) == 0;
}

/* Local time of a monotonic instant, "12:00:07.301". */
static void add_time(struct buf *out, int64_t t_ns)
{
    struct timespec now;
    struct tm local;
    char text[16];
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t wall = now.tv_sec * NS_PER_S + now.tv_nsec - (clock_ns() - t_ns);
    time_t seconds = (time_t)(wall / NS_PER_S);
    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%H:%M:%S", &local);
    buf_addf(out, "%s.%03d  ", text, (int)(wall % NS_PER_S / NS_PER_MS));
}

static void add_details(struct buf *out, const struct poll_answer *a)
{
    char took[32];
    duration_human(a->took_ns, took, sizeof took);
    if (a->status && !*a->problem)
        buf_addf(out, "%d in %s", a->status, took);
    else
        buf_addf(out, "after %s", took);
    if (*a->said) {
        buf_adds(out, ", says ");
        text_safe(out, a->said);
    }
    if (a->retry_after_s >= 0)
        buf_addf(out, ", retry after %" PRId64 " s", a->retry_after_s);
    if (a->close && !*a->problem)
        buf_adds(out, ", closes the connection");
    bool plain = a->state == POLL_REFUSED || a->state == POLL_NO_ANSWER; /* the word says it all */
    if (*a->problem && !plain) {
        buf_adds(out, ": ");
        text_safe(out, a->problem);
    }
}

static void print_text(const struct watching *w, const struct poll_answer *a)
{
    struct buf b;
    struct text t = {.out = &b, .color = w->color, .width = 80};
    const char *state = poll_state_words[a->state];
    char lasted[32];
    buf_init(&b, LINE_MAX);
    add_time(&b, a->start_ns);
    text_style(&t, styles[a->state], state);
    text_pad(&t, STATE_WIDTH - (int)strlen(state));
    add_details(&b, a);
    if (w->polls && w->last.state != a->state)
        buf_addf(&b, " (%s for %s)", poll_state_words[w->last.state],
                 duration_human(a->start_ns - w->since_ns, lasted, sizeof lasted));
    puts(b.data);
    buf_free(&b);
}

static double ms_of(int64_t ns)
{
    return (double)ns / (double)NS_PER_MS;
}

static void print_json(const struct watching *w, const struct poll_answer *a)
{
    struct buf b;
    struct json_out j;
    buf_init(&b, LINE_MAX);
    json_out_init(&j, &b, 0);
    json_out_object(&j, NULL);
    json_out_number(&j, "at_ms", ms_of(a->start_ns - w->began_ns), 3);
    json_out_string(&j, "state", poll_state_words[a->state]);
    if (a->status)
        json_out_int(&j, "status", a->status);
    else
        json_out_null(&j, "status");
    json_out_number(&j, "took_ms", ms_of(a->took_ns), 3);
    json_out_string(&j, "says", *a->said ? a->said : NULL);
    if (a->retry_after_s >= 0)
        json_out_int(&j, "retry_after_s", a->retry_after_s);
    else
        json_out_null(&j, "retry_after_s");
    json_out_bool(&j, "close", a->close);
    json_out_string(&j, "problem", *a->problem ? a->problem : NULL);
    json_out_string(&j, "before", w->polls ? poll_state_words[w->last.state] : NULL);
    json_out_end_object(&j);
    puts(b.data);
    buf_free(&b);
}

static void show_progress(const struct watching *w)
{
    char text[96], lasted[32];
    if (w->quiet || !messages_have_terminal())
        return;
    snprintf(text, sizeof text, "%s for %s, %" PRId64 " polls", poll_state_words[w->last.state],
             duration_human(clock_ns() - w->since_ns, lasted, sizeof lasted), w->polls);
    message_progress(text);
}

static void count_away(struct watching *w, const struct poll_answer *a)
{
    if (a->state != POLL_UP && !w->away_ns)
        w->away_ns = a->start_ns;
    if (w->away_ns && a->start_ns - w->away_ns > w->longest_away_ns)
        w->longest_away_ns = a->start_ns - w->away_ns;
    if (a->state == POLL_UP)
        w->away_ns = 0;
}

void watching_add(struct watching *w, const struct poll_answer *a)
{
    bool other_state = !w->polls || w->last.state != a->state;
    if (!w->quiet && (!w->polls || !says_the_same(&w->last, a))) {
        message_progress("");
        (w->json ? print_json : print_text)(w, a);
        fflush(stdout);
    }
    if (other_state)
        w->since_ns = a->start_ns;
    w->polls++;
    w->counts[a->state]++;
    count_away(w, a);
    w->last = *a;
    show_progress(w);
}

static void end_json(const struct watching *w, int64_t took_ns)
{
    struct buf b;
    struct json_out j;
    buf_init(&b, LINE_MAX);
    json_out_init(&j, &b, 0);
    json_out_object(&j, NULL);
    json_out_int(&j, "polls", w->polls);
    json_out_number(&j, "lasted_ms", ms_of(took_ns), 3);
    json_out_object(&j, "states");
    for (int i = 0; i < POLL_STATES; i++)
        json_out_int(&j, poll_state_words[i], w->counts[i]);
    json_out_end_object(&j);
    json_out_number(&j, "longest_away_ms", ms_of(w->longest_away_ns), 3);
    json_out_end_object(&j);
    puts(b.data);
    buf_free(&b);
}

void watching_end(struct watching *w)
{
    char text[32];
    int64_t took_ns = clock_ns() - w->began_ns;
    message_progress("");
    if (w->json) {
        end_json(w, took_ns);
        return;
    }
    printf("%" PRId64 " %s in %s", w->polls, w->polls == 1 ? "poll" : "polls",
           duration_human(took_ns, text, sizeof text));
    const char *sep = ": ";
    for (int i = 0; i < POLL_STATES; i++) {
        if (!w->counts[i])
            continue;
        printf("%s%" PRId64 " %s", sep, w->counts[i], poll_state_words[i]);
        sep = ", ";
    }
    if (w->longest_away_ns)
        printf("; away for %s%s", duration_human(w->longest_away_ns, text, sizeof text),
               w->away_ns ? " and still so" : " at the longest");
    putchar('\n');
}
