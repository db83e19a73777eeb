#include "skew/told.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* --- to the journal --- */

static struct event answer(const char *url, const struct fetch_facts *f, char hash[24])
{
    snprintf(hash, 24, "%016" PRIx64, f->hash);
    return (struct event){.kind = EVENT_PAGE,
                          .text = url,
                          .status = f->status,
                          .how = f->type,
                          .body_bytes = f->bytes,
                          .cache = f->cache_control,
                          .hash = f->status ? hash : "",
                          .why = f->problem};
}

static void tell_page(const struct skew *s, bool again, struct journal *journal)
{
    char hash[24];
    struct event e = answer(s->page.before.url, again ? &s->page.after : &s->page.before, hash);
    e.page = PAGE_DOCUMENT;
    e.again = again;
    journal_add(journal, &e);
}

static void tell_file(const struct skew_file *f, bool again, struct journal *journal)
{
    char hash[24];
    struct event e = answer(f->url, again ? &f->after : &f->before, hash);
    e.page = f->style ? PAGE_STYLE : PAGE_SCRIPT;
    e.again = again;
    e.later = f->later;
    e.inside = f->in;
    journal_add(journal, &e);
}

static void tell(struct journal *journal, enum page_is is, const char *text, const char *inside,
                 int status)
{
    journal_add(
        journal,
        &(struct event){
            .kind = EVENT_PAGE, .page = is, .text = text, .inside = inside, .status = status});
}

/* What is known of the names, beside the files. */
static void tell_names(const struct skew *s, struct journal *journal)
{
    for (size_t i = 0; i < s->n_elsewhere; i++)
        tell(journal, PAGE_ELSEWHERE, s->elsewhere[i], NULL, 0);
    for (size_t i = 0; i < s->n_unknown; i++)
        tell(journal, PAGE_UNKNOWN, s->unknown[i].code, s->unknown[i].in, 0);
    for (size_t i = 0; i < s->n_missing; i++)
        if (s->missing[i].tag) /* else it may be no name of a file at all */
            tell(journal, PAGE_MISSING, s->missing[i].name, s->missing[i].in, s->missing[i].status);
    if (s->cut)
        tell(journal, PAGE_CUT, s->cut, NULL, 0);
    if (s->full)
        tell(journal, PAGE_FULL, NULL, NULL, 0);
}

void skew_tell(const struct skew *s, bool again, struct journal *journal)
{
    tell_page(s, again, journal);
    for (size_t i = 0; i < s->n_files; i++)
        tell_file(&s->files[i], again, journal);
    if (!again)
        tell_names(s, journal);
}

/* --- and back --- */

static char *copy(const char *text)
{
    return mem_strdup(text ? text : "");
}

static void take_answer(struct fetch_facts *f, const struct event *e)
{
    fetch_facts_free(f);
    f->url = copy(e->text);
    f->type = copy(e->how);
    f->cache_control = copy(e->cache);
    f->status = (int)e->status;
    f->bytes = e->body_bytes;
    f->hash = e->hash ? strtoull(e->hash, NULL, 16) : 0;
    snprintf(f->problem, sizeof f->problem, "%s", e->why ? e->why : "");
}

static void on_document(struct skew *s, const struct event *e)
{
    take_answer(e->again ? &s->page.after : &s->page.before, e);
}

/* They come in the same order again, so that the one behind the last that was found is the first to
 * look at. */
static struct skew_file *find_file(struct skew *s, const char *url, size_t from)
{
    for (size_t i = 0; i < s->n_files; i++) {
        struct skew_file *f = &s->files[(from + i) % s->n_files];
        if (strcmp(f->url, url) == 0)
            return f;
    }
    return NULL;
}

static void on_file(struct skew *s, const struct event *e, size_t *from)
{
    if (e->again) {
        struct skew_file *f = find_file(s, e->text ? e->text : "", *from);
        if (f) {
            take_answer(&f->after, e);
            *from = (size_t)(f - s->files) + 1;
        }
        return;
    }
    MEM_GROW(s->files, s->n_files, s->files_cap);
    struct skew_file *f = &s->files[s->n_files++];
    *f = (struct skew_file){.url = copy(e->text),
                            .in = copy(e->inside),
                            .style = e->page == PAGE_STYLE,
                            .later = e->later != 0};
    take_answer(&f->before, e);
}

static void on_unknown(struct skew *s, const struct event *e)
{
    MEM_GROW(s->unknown, s->n_unknown, s->unknown_cap);
    s->unknown[s->n_unknown++] = (struct skew_unknown){copy(e->inside), copy(e->text)};
}

static void on_missing(struct skew *s, const struct event *e)
{
    MEM_GROW(s->missing, s->n_missing, s->missing_cap);
    s->missing[s->n_missing++] =
        (struct skew_missing){copy(e->text), copy(e->inside), (int)e->status, true};
}

static void on_page(struct skew *s, const struct event *e, size_t *from)
{
    switch (e->page) {
    case PAGE_DOCUMENT:
        on_document(s, e);
        break;
    case PAGE_SCRIPT:
    case PAGE_STYLE:
        on_file(s, e, from);
        break;
    case PAGE_ELSEWHERE:
        MEM_GROW(s->elsewhere, s->n_elsewhere, s->elsewhere_cap);
        s->elsewhere[s->n_elsewhere++] = copy(e->text);
        break;
    case PAGE_UNKNOWN:
        on_unknown(s, e);
        break;
    case PAGE_MISSING:
        on_missing(s, e);
        break;
    case PAGE_CUT:
        free(s->cut);
        s->cut = copy(e->text);
        break;
    case PAGE_FULL:
        s->full = true;
        break;
    default: /* a later drainctl may tell more */
        break;
    }
}

void skew_of_history(struct skew *s, const struct history *h)
{
    size_t from = 0;
    *s = (struct skew){0};
    for (size_t i = 0; i < h->count; i++)
        if (h->events[i].kind == EVENT_PAGE)
            on_page(s, &h->events[i], &from);
}
