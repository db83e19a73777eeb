/* The first characters of each hash become the number of the build: all names stay as long as they
 * were, so that the texts that hold them can be changed in place. */
#include "server/routes/web_build.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { HASH = 8, VERSION = 12, NAMES = 64 }; /* Vite's hash; build.mjs writes the version */

#define VERSION_MARK "name=\"build\" content=\""

struct name {
    char old[VERSION + 1], new[VERSION + 1];
};

struct web_build {
    struct embedded *pages, *assets;
    struct name names[NAMES];
    int count;
};

/* "b2" over the beginning; "c2" where that is what stands there by chance. */
static void add_name(struct web_build *b, const char *hash, size_t len, int number)
{
    char mark[VERSION];
    if (b->count == NAMES)
        return;
    struct name *n = &b->names[b->count++];
    int size = snprintf(mark, sizeof mark, "b%d", number % 100000);
    memcpy(n->old, hash, len);
    memcpy(n->new, hash, len);
    if (memcmp(hash, mark, (size_t)size) == 0)
        mark[0] = 'c';
    memcpy(n->new, mark, (size_t)size);
}

static bool compressed(const char *name)
{
    size_t len = strlen(name);
    return len > 3 && strcmp(name + len - 3, ".gz") == 0;
}

static void find_names(struct web_build *b, int number)
{
    for (const struct embedded *f = web_assets; f->name; f++) {
        const char *dot = compressed(f->name) ? NULL : strrchr(f->name, '.');
        if (dot && dot - f->name > HASH && dot[-HASH - 1] == '-')
            add_name(b, dot - HASH, HASH, number);
    }
    for (const struct embedded *f = web_pages; f->name; f++) {
        const char *mark =
            strcmp(f->name, "index.html") == 0 ? strstr(f->text, VERSION_MARK) : NULL;
        if (mark)
            add_name(b, mark + strlen(VERSION_MARK), VERSION, number);
    }
}

static void rename_all(const struct web_build *b, char *text, size_t len)
{
    for (int i = 0; i < b->count; i++) {
        const struct name *n = &b->names[i];
        size_t size = strlen(n->old);
        for (char *at = text; (at = memmem(at, len - (size_t)(at - text), n->old, size));
             at += size)
            memcpy(at, n->new, size);
    }
}

static struct embedded *copy_all(const struct web_build *b, const struct embedded *from)
{
    size_t count = 0, at = 0;
    while (from[count].name)
        count++;
    struct embedded *files = mem_zero(count + 1, sizeof *files);
    for (size_t i = 0; i < count; i++) {
        if (compressed(from[i].name))
            continue;
        char *name = mem_strdup(from[i].name), *text = mem_zero(from[i].len + 1, 1);
        memcpy(text, from[i].text, from[i].len);
        rename_all(b, name, strlen(name));
        rename_all(b, text, from[i].len);
        files[at++] = (struct embedded){.name = name, .text = text, .len = from[i].len};
    }
    return files;
}

struct web_build *web_build_new(int number)
{
    if (number == 0)
        return NULL;
    struct web_build *b = MEM_NEW(struct web_build);
    find_names(b, number);
    b->pages = copy_all(b, web_pages);
    b->assets = copy_all(b, web_assets);
    return b;
}

static void free_all(struct embedded *files)
{
    for (struct embedded *f = files; f->name; f++) {
        free((char *)f->name);
        free((char *)f->text);
    }
    free(files);
}

void web_build_free(struct web_build *b)
{
    if (!b)
        return;
    free_all(b->pages);
    free_all(b->assets);
    free(b);
}

const struct embedded *web_build_files(const struct web_build *b, const struct embedded *files)
{
    if (!b)
        return files;
    return files == web_pages ? b->pages : b->assets;
}
