/* From the names in a page and its scripts to the files that they mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "skew/walk_int.h"

const char *walk_accept(const struct skew_file *file)
{
    return file->style ? "text/css,*/*;q=0.1" : "*/*";
}

static const struct text *last_text(const struct walk *w)
{
    return &w->texts[w->n_texts - 1];
}

void walk_begin_text(struct walk *w, const char *url, bool later)
{
    MEM_GROW(w->texts, w->n_texts, w->texts_cap);
    w->texts[w->n_texts++] = (struct text){mem_strdup(url), later};
    w->first = w->n_names;
}

static void add_unknown(struct walk *w, const char *in, const char *code)
{
    enum { EXCERPT = 48 };
    struct skew *s = w->s;
    if (s->n_unknown == SKEW_FILES)
        return;
    MEM_GROW(s->unknown, s->n_unknown, s->unknown_cap);
    s->unknown[s->n_unknown++] =
        (struct skew_unknown){mem_strdup(in), mem_strndup(code, strnlen(code, EXCERPT))};
}

static void add_maker(struct walk *w, const struct name *name)
{
    MEM_GROW(w->makers, w->n_makers, w->makers_cap);
    w->makers[w->n_makers++] =
        (struct maker){mem_strdup(name->text), w->n_texts - 1, 0, name->style, false};
}

static void add_number(struct walk *w, const char *text)
{
    for (size_t i = 0; i < w->n_numbers; i++)
        if (strcmp(w->numbers[i], text) == 0)
            return;
    if (w->n_numbers == SKEW_FILES)
        return;
    MEM_GROW(w->numbers, w->n_numbers, w->numbers_cap);
    w->numbers[w->n_numbers++] = mem_strdup(text);
}

/* What is no name by itself; false: it is one. */
static bool take_part(struct walk *w, const struct name *name)
{
    if (name->number)
        add_number(w, name->text);
    else if (name->maker && w->n_makers < SKEW_FILES)
        add_maker(w, name);
    else if (name->unknown)
        add_unknown(w, last_text(w)->url, name->text);
    return name->number || name->unknown;
}

void walk_on_name(void *arg, const struct name *name)
{
    struct walk *w = arg;
    bool later = name->later || last_text(w)->later;
    if (take_part(w, name))
        return;
    for (size_t i = w->first; i < w->n_names; i++)
        if (strcmp(w->names[i].text, name->text) == 0) {
            w->names[i].later = w->names[i].later && later;
            w->names[i].tag = w->names[i].tag || name->tag;
            return;
        }
    if (w->n_names - w->first > SKEW_FILES) {
        w->s->full = true;
        return;
    }
    MEM_GROW(w->names, w->n_names, w->names_cap);
    w->names[w->n_names++] =
        (struct candidate){mem_strdup(name->text), w->n_texts - 1, name->style, name->tag, later};
}

static struct skew_file *file_at(struct skew *s, const char *url)
{
    for (size_t i = 0; i < s->n_files; i++)
        if (strcmp(s->files[i].url, url) == 0)
            return &s->files[i];
    return NULL;
}

static void add_elsewhere(struct skew *s, const char *url)
{
    for (size_t i = 0; i < s->n_elsewhere; i++)
        if (strcmp(s->elsewhere[i], url) == 0)
            return;
    MEM_GROW(s->elsewhere, s->n_elsewhere, s->elsewhere_cap);
    s->elsewhere[s->n_elsewhere++] = mem_strdup(url);
}

static void add_missing(struct walk *w, const struct candidate *c, int status)
{
    struct skew *s = w->s;
    MEM_GROW(s->missing, s->n_missing, s->missing_cap);
    s->missing[s->n_missing++] = (struct skew_missing){
        mem_strdup(c->text), mem_strdup(w->texts[c->from].url), status, c->tag};
}

/* --- one file --- */

void walk_note_cut(struct walk *w, const struct fetch_facts *facts)
{
    if (facts->bytes <= (int64_t)w->body.max || w->s->cut)
        return;
    w->s->cut = mem_printf("%s has %lld bytes; names were looked for in the first %d MiB",
                           facts->url, (long long)facts->bytes, SKEW_KEPT / 1024 / 1024);
}

const char *walk_body(const struct walk *w)
{
    return w->body.len ? w->body.data : "";
}

static void keep_file(struct walk *w, const struct skew_file *file)
{
    MEM_GROW(w->s->files, w->s->n_files, w->s->files_cap);
    w->s->files[w->s->n_files++] = *file;
    walk_note_cut(w, &file->before);
    if (file->style)
        return; /* what a style sheet imports is not followed */
    walk_begin_text(w, file->before.url, file->later);
    names_in_script(walk_body(w), w->body.len, walk_on_name, w);
}

/* Ask for it, unless it is known. 0: it is a script or a style sheet; else what it was answered
 * with instead (-1: nothing). `url` is taken. */
static int take_file(struct walk *w, char *url, const struct candidate *c)
{
    struct skew_file file = {.url = url, .style = c->style, .later = c->later};
    struct skew_file *known = file_at(w->s, url);
    int status = 0;
    if (known) {
        known->later = known->later && file.later;
    } else if (w->s->n_files == SKEW_FILES) {
        w->s->full = true;
    } else {
        if (w->told)
            w->told(url);
        fetch_get(w->f, url, walk_accept(&file), &w->body, &file.before);
        if (file.before.elsewhere)
            add_elsewhere(w->s, file.before.elsewhere);
        if (skew_is_asset(&file.before)) {
            file.in = mem_strdup(w->texts[c->from].url);
            keep_file(w, &file);
            return 0;
        }
        status = file.before.status ? file.before.status : -1;
        fetch_facts_free(&file.before);
    }
    free(url);
    return status;
}

/* --- where a name leads --- */

/* "assets/a.js" in /shop/assets/main.js is meant from the folder that holds "assets"; the caller
 * frees; NULL when no folder of `in` has the name's first one. */
static char *overlap(const char *in, const char *name)
{
    size_t n = strcspn(name, "/");
    if (!name[n])
        return NULL;
    char *folder = mem_printf("/%.*s/", (int)n, name), *url = NULL;
    const char *last = NULL;
    for (const char *at = url_split(in).rest; (at = strstr(at, folder)); at++)
        last = at;
    if (last) {
        char *base = mem_strndup(in, (size_t)(last - in) + 1);
        url = fetch_resolve(base, name);
        free(base);
    }
    free(folder);
    return url;
}

/* As take_file; what is on another host is only noted. `url` is taken, and may be NULL. */
static int try_at(struct walk *w, char *url, const struct candidate *c)
{
    if (!url)
        return -1;
    if (fetch_same_host(url, w->s->page.before.url))
        return take_file(w, url, c);
    add_elsewhere(w->s, url);
    free(url);
    return 0;
}

/* A name with no "./" or "/" in front is relative to something that only the build knows: all that
 * it can mean is asked for, the likeliest first. */
static int find_bare(struct walk *w, const struct candidate *c)
{
    const char *in = w->texts[c->from].url;
    char *likely = overlap(in, c->text), *beside = fetch_resolve(in, c->text);
    bool same = likely && beside && strcmp(likely, beside) == 0;
    int status = try_at(w, likely, c);
    if (status == 0 || same)
        free(beside);
    else
        status = try_at(w, beside, c);
    return status ? try_at(w, fetch_resolve(w->page, c->text), c) : 0;
}

/* `c` is a copy: the list of names grows meanwhile. */
static void find_name(struct walk *w, struct candidate c)
{
    const char *base = c.from == 0 ? w->page : w->texts[c.from].url;
    bool bare = !c.tag && *c.text != '.' && *c.text != '/' && !strstr(c.text, "://");
    int status = bare ? find_bare(w, &c) : try_at(w, fetch_resolve(base, c.text), &c);
    if (status)
        add_missing(w, &c, status < 0 ? 0 : status);
}

/* --- names whose number stands elsewhere --- */

struct making {
    struct walk *w;
    size_t maker;
};

/* Which number is of which function is not known: there may be no such file. */
static void on_made(void *arg, const struct name *name)
{
    const struct making *m = arg;
    const struct maker *maker = &m->w->makers[m->maker];
    struct candidate c = {
        .text = mem_strdup(name->text), .from = maker->from, .style = name->style, .later = true};
    bool found = find_bare(m->w, &c) == 0;
    m->w->makers[m->maker].found |= found; /* the list may have moved */
    free(c.text);
}

/* Every number that was asked for is tried with every such function; what comes of that may ask
 * for more. True: something was tried. */
static bool try_numbers(struct walk *w, const volatile sig_atomic_t *stop)
{
    bool any = false;
    for (size_t k = 0; k < w->n_makers; k++)
        while (w->makers[k].tried < w->n_numbers && !*stop) {
            struct making m = {w, k};
            char *code = mem_strdup(w->makers[k].code);
            names_made(code, w->numbers[w->makers[k].tried++], w->makers[k].style, on_made, &m);
            free(code);
            any = true;
        }
    return any;
}

static void tell_makers(struct walk *w)
{
    for (size_t i = 0; i < w->n_makers; i++)
        if (!w->makers[i].found)
            add_unknown(w, w->texts[w->makers[i].from].url, w->makers[i].code);
}

void walk_find_all(struct walk *w, const volatile sig_atomic_t *stop)
{
    size_t i = 0;
    do {
        for (; i < w->n_names && !*stop; i++)
            find_name(w, w->names[i]);
    } while (try_numbers(w, stop) || (i < w->n_names && !*stop));
    tell_makers(w);
}
