/* The target's output, line by line: into the journal within an allowance, into a ring of the last
 * ones, and to the run. */
#include "process/private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* JOURNAL_LINES before the first signal and as many from it on, so that a chatty start does not
 * hide what the drain has to say. */
enum { JOURNAL_LINES = 2000, KEPT_BYTES = 512, MAX_LAST = LAST_LINES * (KEPT_BYTES + 8) };

static void keep_last(struct target *t, const char *text)
{
    free(t->last[t->last_at]);
    t->last[t->last_at] = mem_strndup(text, strnlen(text, KEPT_BYTES));
    t->last_at = (t->last_at + 1) % LAST_LINES;
    t->last_count += t->last_count < LAST_LINES;
}

static void on_line(struct output *o, const char *text)
{
    struct target *t = o->poll.data;
    int stream = o == &t->streams[0] ? 1 : 2;
    keep_last(t, text);
    if (t->lines_left > 0) {
        t->lines_left--;
        journal_add(t->journal,
                    &(struct event){.kind = EVENT_TARGET_OUTPUT, .stream = stream, .text = text});
    } else {
        t->lines_left_out++;
    }
    if (!t->closing)
        t->on_line(t, stream, text);
}

static void on_stream_closed(struct output *o)
{
    target_handle_gone(o->poll.data);
}

void target_lines_init(struct target *t,
                       void (*line)(struct target *t, int stream, const char *text))
{
    t->on_line = line;
    t->lines_left = JOURNAL_LINES;
    for (int i = 0; i < 2; i++) {
        t->streams[i].fd = -1;
        t->streams[i].line = on_line;
        t->streams[i].closed = on_stream_closed;
        t->streams[i].poll.data = t;
    }
}

void target_open_streams(struct target *t, const int pipes[2])
{
    for (int i = 0; i < 2; i++) {
        int rc = output_open(&t->streams[i], t->loop, pipes[i]);
        if (rc == 0) {
            t->handles++;
            continue;
        }
        close(pipes[i]);
        note_add(t->journal, NOTE_OUTPUT_UNREADABLE, (struct event){.text = uv_strerror(rc)});
    }
}

void target_lines_refill(struct target *t)
{
    t->lines_left = JOURNAL_LINES;
}

void target_lines_note(struct target *t)
{
    if (t->lines_left_out > 0)
        note_add(t->journal, NOTE_LINES_LEFT_OUT, (struct event){.depth = t->lines_left_out});
    t->lines_left_out = 0;
}

void target_lines_free(struct target *t)
{
    for (int i = 0; i < LAST_LINES; i++)
        free(t->last[i]);
}

char *target_last_lines(const struct target *t, int lines)
{
    struct buf b;
    buf_init(&b, MAX_LAST);
    if (lines > t->last_count)
        lines = t->last_count;
    for (int i = lines; i > 0; i--)
        buf_addf(&b, "| %s\n", t->last[(t->last_at - i + LAST_LINES) % LAST_LINES]);
    return buf_take(&b);
}
