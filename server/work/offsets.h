/* Which messages of one partition of a log are done. Kafka keeps one number for a group and a
 * partition, the offset before which everything is done, and a text beside it. Several consumers
 * work on a partition here and finish in any order, so the text says which ones from that offset on
 * are done, too: the next consumer leaves those out. */
#ifndef SERVER_OFFSETS_H
#define SERVER_OFFSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OFFSETS_MOST = 1024, /* none is taken so far beyond the oldest that is not done */
    OFFSETS_TEXT = OFFSETS_MOST / 4 + 16
};

struct offsets {
    int64_t first; /* the oldest that is not done; -1: not known yet */
    int64_t next;  /* those before it were taken, or are not there */
    uint64_t done[OFFSETS_MOST / 64];
};

enum offsets_taken {
    OFFSETS_NEW,  /* to be worked on */
    OFFSETS_SEEN, /* done already, or taken */
    OFFSETS_LATER /* not yet: too far beyond the oldest */
};

/* As it was committed; `first` -1 and text NULL: nothing was. A text that is not ours is passed
 * over. */
void offsets_begin(struct offsets *o, int64_t first, const char *text);
/* Messages come in their order; those that are left out are not there any more. */
enum offsets_taken offsets_take(struct offsets *o, int64_t at);
/* It is done; it may have been taken before offsets_begin. false: nothing has changed. */
bool offsets_finish(struct offsets *o, int64_t at);
bool offsets_is_done(const struct offsets *o, int64_t at);
/* How many from `first` on are done. */
int offsets_count(const struct offsets *o);
/* The text to be committed beside `first`. */
void offsets_write(const struct offsets *o, char text[OFFSETS_TEXT]);

#endif
