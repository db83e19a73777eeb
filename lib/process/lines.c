#include "process/lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "journal/note.h"

/* JOURNAL_LINES before the first signal and as many from it on, so that a chatty start does not
 * hide what the drain has to say. */
enum { JOURNAL_LINES = 2000, KEPT_BYTES = 512, MAX_LAST = LINES_LAST * (KEPT_BYTES + 8) };

static void keep_last(struct lines *l, const char *text)
{
    free(l->last[l->last_at]);
    l->last[l->last_at] = mem_strndup(text, strnlen(text, KEPT_BYTES));
    l->last_at = (l->last_at + 1) % LINES_LAST;
    l->last_count += l->last_count < LINES_LAST;
}

static void on_line(struct output *o, const char *text)
{
    struct lines *l = o->poll.data;
    int stream = o == &l->streams[0] ? 1 : 2;
    keep_last(l, text);
    if (l->left > 0) {
        l->left--;
        journal_add(l->journal,
                    &(struct event){.kind = EVENT_TARGET_OUTPUT, .stream = stream, .text = text});
    } else {
        l->left_out++;
    }
    l->line(l->arg, stream, text);
}

static void on_closed(struct output *o)
{
    struct lines *l = o->poll.data;
    handles_gone(l->handles);
}

void lines_init(struct lines *l)
{
    l->left = JOURNAL_LINES;
    for (int i = 0; i < 2; i++) {
        l->streams[i].fd = -1;
        l->streams[i].line = on_line;
        l->streams[i].closed = on_closed;
        l->streams[i].poll.data = l;
    }
}

void lines_open(struct lines *l, uv_loop_t *loop, const int pipes[2])
{
    for (int i = 0; i < 2; i++) {
        int rc = output_open(&l->streams[i], loop, pipes[i]);
        if (rc == 0) {
            l->handles->open++;
            continue;
        }
        close(pipes[i]);
        note_add(l->journal, NOTE_OUTPUT_UNREADABLE, (struct event){.text = uv_strerror(rc)});
    }
}

void lines_refill(struct lines *l)
{
    l->left = JOURNAL_LINES;
}

void lines_drain(struct lines *l)
{
    for (int i = 0; i < 2; i++)
        output_drain(&l->streams[i]);
}

void lines_close(struct lines *l)
{
    lines_drain(l);
    for (int i = 0; i < 2; i++)
        output_close(&l->streams[i]);
    if (l->left_out > 0)
        note_add(l->journal, NOTE_LINES_LEFT_OUT, (struct event){.depth = l->left_out});
    l->left_out = 0;
}

char *lines_last(const struct lines *l, int n)
{
    struct buf b;
    buf_init(&b, MAX_LAST);
    if (n > l->last_count)
        n = l->last_count;
    for (int i = n; i > 0; i--)
        buf_addf(&b, "| %s\n", l->last[(l->last_at - i + LINES_LAST) % LINES_LAST]);
    return buf_take(&b);
}

void lines_free(struct lines *l)
{
    for (int i = 0; i < LINES_LAST; i++)
        free(l->last[i]);
}
