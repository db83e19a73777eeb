#include "skew/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/url.h"
#include "skew/names.h"

/* What browsers say (fetch standard section 2.2.2): a fallback for pages looks at it. */
static const char accept_page[] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

static const char *accept_of(const struct skew_file *file)
{
    return file->style ? "text/css,*/*;q=0.1" : "*/*";
}

/* A name that is still to be asked for. */
struct candidate {
    char *text;
    size_t from; /* the text it stands in: an index of walk.texts */
    bool style, tag, later;
};

/* A page or a script in which names were found. */
struct text {
    char *url;
    bool later; /* it is itself asked for later */
};

struct walk {
    struct skew *s;
    struct fetch *f;
    void (*told)(const char *url);
    char *page; /* what names in the page are relative to */
    struct buf body;
    struct text *texts;
    size_t n_texts, texts_cap;
    struct candidate *names;
    size_t n_names, names_cap;
    size_t first; /* of the names, the first one of the text that is read now */
};

static const struct text *last_text(const struct walk *w)
{
    return &w->texts[w->n_texts - 1];
}

static void begin_text(struct walk *w, const char *url, bool later)
{
    MEM_GROW(w->texts, w->n_texts, w->texts_cap);
    w->texts[w->n_texts++] = (struct text){mem_strdup(url), later};
    w->first = w->n_names;
}

static void add_unknown(struct walk *w, const char *code)
{
    struct skew *s = w->s;
    if (s->n_unknown == SKEW_FILES)
        return;
    MEM_GROW(s->unknown, s->n_unknown, s->unknown_cap);
    s->unknown[s->n_unknown++] =
        (struct skew_unknown){mem_strdup(last_text(w)->url), mem_strdup(code)};
}

static void on_name(void *arg, const struct name *name)
{
    struct walk *w = arg;
    bool later = name->later || last_text(w)->later;
    if (name->unknown) {
        add_unknown(w, name->text);
        return;
    }
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

static void note_cut(struct walk *w, const struct fetch_facts *facts)
{
    if (facts->bytes <= (int64_t)w->body.max || w->s->cut)
        return;
    w->s->cut = mem_printf("%s has %lld bytes; names were looked for in the first %d MiB",
                           facts->url, (long long)facts->bytes, SKEW_KEPT / 1024 / 1024);
}

static const char *body_of(const struct walk *w)
{
    return w->body.len ? w->body.data : "";
}

static void keep_file(struct walk *w, const struct skew_file *file)
{
    MEM_GROW(w->s->files, w->s->n_files, w->s->files_cap);
    w->s->files[w->s->n_files++] = *file;
    note_cut(w, &file->before);
    if (file->style)
        return; /* what a style sheet imports is not followed */
    begin_text(w, file->before.url, file->later);
    names_in_script(body_of(w), w->body.len, on_name, w);
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
        fetch_get(w->f, url, accept_of(&file), &w->body, &file.before);
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
    if (fetch_same_host(url, w->s->page_before.url))
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

/* --- the walk --- */

static int read_page(struct walk *w, const char *url, struct error *err)
{
    struct fetch_facts *page = &w->s->page_before;
    if (w->told)
        w->told(url);
    fetch_get(w->f, url, accept_page, &w->body, page);
    if (page->elsewhere) {
        error_set(err, ERROR_RUN, "'%.200s' sends its visitors to another host, '%.200s'", url,
                  page->elsewhere);
        return error_hint(err, "ask for that address");
    }
    if (!page->status)
        return error_set(err, ERROR_RUN, "'%.200s' was not answered: %s", url, page->problem);
    if (page->status < 200 || page->status > 299)
        return error_set(err, ERROR_RUN, "'%.200s' was answered with status %d", url, page->status);
    if (strcmp(page->type, "text/html") != 0 && strcmp(page->type, "application/xhtml+xml") != 0) {
        error_set(err, ERROR_RUN, "'%.200s' is no page: its type is '%.80s'", url, page->type);
        return error_hint(err, "give the address of an HTML document");
    }
    note_cut(w, page);
    return 0;
}

static void walk_page(struct walk *w)
{
    const char *url = w->s->page_before.url;
    begin_text(w, url, false);
    char *base = names_in_html(body_of(w), w->body.len, on_name, w);
    w->page = base ? fetch_resolve(url, base) : NULL;
    if (!w->page)
        w->page = mem_strdup(url);
    free(base);
}

static void free_walk(struct walk *w)
{
    for (size_t i = 0; i < w->n_names; i++)
        free(w->names[i].text);
    for (size_t i = 0; i < w->n_texts; i++)
        free(w->texts[i].url);
    free(w->names);
    free(w->texts);
    free(w->page);
    buf_free(&w->body);
}

int skew_walk(struct skew *s, struct fetch *f, const char *url, const volatile sig_atomic_t *stop,
              void (*told)(const char *url), struct error *err)
{
    struct walk w = {.s = s, .f = f, .told = told};
    buf_init(&w.body, SKEW_KEPT);
    int rc = read_page(&w, url, err);
    if (rc == 0) {
        walk_page(&w);
        for (size_t i = 0; i < w.n_names && !*stop; i++)
            find_name(&w, w.names[i]);
    }
    free_walk(&w);
    return rc;
}

/* --- again --- */

bool skew_page_again(struct skew *s, struct fetch *f)
{
    fetch_get(f, s->page_before.url, accept_page, NULL, &s->page_after);
    return s->page_after.status >= 200 && s->page_after.status <= 299;
}

void skew_files_again(struct skew *s, struct fetch *f, const volatile sig_atomic_t *stop,
                      void (*told)(const char *url))
{
    for (size_t i = 0; i < s->n_files && !*stop; i++) {
        if (told)
            told(s->files[i].url);
        fetch_get(f, s->files[i].url, accept_of(&s->files[i]), NULL, &s->files[i].after);
    }
}
