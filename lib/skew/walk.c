#include "skew/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "skew/walk_int.h"

/* What browsers say (fetch standard section 2.2.2): a fallback for pages looks at it. */
static const char accept_page[] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/* --- the walk --- */

static int read_page(struct walk *w, const char *url, struct error *err)
{
    struct fetch_facts *page = &w->s->page.before;
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
    walk_note_cut(w, page);
    return 0;
}

static void walk_page(struct walk *w)
{
    const char *url = w->s->page.before.url;
    walk_begin_text(w, url, false);
    char *base = names_in_html(walk_body(w), w->body.len, walk_on_name, w);
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
    for (size_t i = 0; i < w->n_makers; i++)
        free(w->makers[i].code);
    for (size_t i = 0; i < w->n_numbers; i++)
        free(w->numbers[i]);
    free(w->makers);
    free(w->numbers);
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
        walk_find_all(&w, stop);
    }
    free_walk(&w);
    return rc;
}

/* --- again --- */

bool skew_page_again(struct skew *s, struct fetch *f)
{
    fetch_get(f, s->page.before.url, accept_page, NULL, &s->page.after);
    return s->page.after.status >= 200 && s->page.after.status <= 299;
}

void skew_files_again(struct skew *s, struct fetch *f, const volatile sig_atomic_t *stop,
                      void (*told)(const char *url))
{
    for (size_t i = 0; i < s->n_files && !*stop; i++) {
        if (told)
            told(s->files[i].url);
        fetch_get(f, s->files[i].url, walk_accept(&s->files[i]), NULL, &s->files[i].after);
    }
}
