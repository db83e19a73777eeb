/* What lists of jobs have in common, whatever queue they are from. */
#ifndef SERVER_LISTING_H
#define SERVER_LISTING_H

#include <stddef.h>
#include <stdint.h>

#include "base/json_out.h"

/* Texts that are found by their beginning; only the array is its own. */
struct texts {
    const char **items;
    size_t count;
};

void texts_sort(struct texts *t);
/* How many of the sorted ones are `id`, alone or with a blank and more behind it. The same text
 * several times counts as one. */
int64_t texts_count(const struct texts *t, const char *id);

struct listed {
    const char *id;
    const char *body; /* ms; or NULL */
    const char *state;
    int64_t runs;
};

void listing_write(struct json_out *j, const struct listed *job);

#endif
