/* The entries of a registry, whatever kind of place they come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/registry_int.h"

enum { ENTRIES_MOST = 1000 };

static void tell(struct registry *r, struct entry_seen *e, enum entry is)
{
    if (e->is == is)
        return;
    e->is = is;
    journal_add(r->journal,
                &(struct event){.kind = EVENT_REGISTRY, .text = e->id, .how = e->url, .entry = is});
}

static struct entry_seen *find(const struct registry *r, const char *id)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->entries[i].id, id) == 0)
            return &r->entries[i];
    return NULL;
}

static struct entry_seen *add(struct registry *r, const char *id, const char *url)
{
    if (r->count == ENTRIES_MOST)
        return NULL;
    MEM_GROW(r->entries, r->count, r->cap);
    struct entry_seen *e = &r->entries[r->count++];
    *e = (struct entry_seen){.id = mem_strdup(id), .url = mem_strdup(url)};
    return e;
}

static const char *text_of(const cJSON *root, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsString(node) ? node->valuestring : NULL;
}

void registry_take(struct registry *r, const char *id, const cJSON *entry)
{
    const char *url = text_of(entry, "url"), *state = text_of(entry, "state");
    const cJSON *expires = cJSON_GetObjectItemCaseSensitive(entry, "expires_unix_ms");
    bool dated = id || cJSON_IsNumber(expires);
    id = id ? id : text_of(entry, "id");
    if (!id || !url || !state || !dated || strlen(url) >= REGISTRY_URL_MAX ||
        strncmp(url, "http://", 7) != 0)
        return;
    struct entry_seen *e = find(r, id);
    e = e ? e : add(r, id, url);
    if (!e)
        return;
    e->kept = true;
    e->expires_unix_ms = cJSON_IsNumber(expires) ? (int64_t)expires->valuedouble : INT64_MAX;
    tell(r, e, strcmp(state, "up") == 0 ? ENTRY_UP : ENTRY_DRAINING);
}

void registry_gone(struct registry *r, const char *id)
{
    struct entry_seen *e = find(r, id);
    if (e)
        tell(r, e, ENTRY_GONE);
}

void registry_look_begin(struct registry *r)
{
    for (size_t i = 0; i < r->count; i++)
        r->entries[i].kept = false;
}

void registry_look_end(struct registry *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!r->entries[i].kept)
            tell(r, &r->entries[i], ENTRY_GONE);
}

size_t registry_count_up(const struct registry *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        n += r->entries[i].is == ENTRY_UP;
    return n;
}

/* The next entry of this kind, in turn. */
static const struct entry_seen *next_of(struct registry *r, enum entry is)
{
    int64_t now_ms = clock_unix_ns() / NS_PER_MS;
    for (size_t i = 0; i < r->count; i++) {
        struct entry_seen *e = &r->entries[(r->turn + i) % r->count];
        if (e->is != is || e->expires_unix_ms < now_ms)
            continue;
        r->turn = (r->turn + i + 1) % r->count;
        return e;
    }
    return NULL;
}

const char *registry_next(struct registry *r)
{
    if (r->kind->freshen)
        r->kind->freshen(r);
    const struct entry_seen *e = next_of(r, ENTRY_UP);
    if (!e)
        e = next_of(r, ENTRY_DRAINING);
    if (e)
        snprintf(r->last, sizeof r->last, "%s", e->url);
    return r->last;
}

void registry_released(struct registry *r)
{
    void (*closed)(void *) = r->closed;
    void *arg = r->closed_arg;
    for (size_t i = 0; i < r->count; i++) {
        free(r->entries[i].id);
        free(r->entries[i].url);
    }
    free(r->entries);
    free(r);
    closed(arg);
}
