#include "server/work/listing.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void texts_sort(struct texts *t)
{
    if (t->count)
        qsort(t->items, t->count, sizeof *t->items, by_text);
}

int64_t texts_count(const struct texts *t, const char *id)
{
    size_t low = 0, high = t->count, len = strlen(id);
    int64_t count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(t->items[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < t->count && strncmp(t->items[i], id, len) == 0; i++)
        if ((t->items[i][len] == '\0' || t->items[i][len] == ' ') &&
            (i == low || strcmp(t->items[i], t->items[i - 1]) != 0))
            count++;
    return count;
}

void listing_write(struct json_out *j, const struct listed *job)
{
    json_out_object(j, NULL);
    json_out_string(j, "id", job->id);
    json_out_int(j, "ms", strtoll(job->body ? job->body : "0", NULL, 10));
    json_out_string(j, "state", job->state);
    json_out_int(j, "runs", job->runs);
    json_out_end_object(j);
}
