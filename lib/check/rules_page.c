/* Section G: the files of a page that was open while the server was restarted, with a new build or
 * without one. What the walk saw stands in the journal (skew/told.h); what became of a file, and
 * what a Cache-Control allows, is said in lib/skew. */
#include "check/page.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/url.h"

enum { SHOWN = 2, NOTE_MAX = 4096 };

/* Without scheme and host, which are the target's. */
static const char *path_of(const char *url)
{
    const char *rest = url_split(url).rest;
    return *rest == '/' ? rest : url;
}

static void add_answer(struct buf *b, const struct skew_file *f)
{
    if (f->finding == SKEW_MUTATED)
        buf_addf(b, "had %lld bytes, now %lld", (long long)f->before.bytes,
                 (long long)f->after.bytes);
    else
        buf_addf(b, "%d%s%.40s", f->after.status, *f->after.type ? " " : "", f->after.type);
}

/* The first few of them, those first that a page at work asks for. */
static void add_files(struct buf *b, const struct skew *s, enum skew_finding finding)
{
    int n = 0;
    for (int later = 1; later >= 0; later--)
        for (size_t i = 0; i < s->n_files && n < SHOWN; i++) {
            const struct skew_file *f = &s->files[i];
            if (f->finding != finding || f->later != later)
                continue;
            buf_addf(b, "%s%.60s: ", n++ ? ", " : "", path_of(f->url));
            add_answer(b, f);
        }
}

static size_t count_later(const struct skew *s, enum skew_finding finding)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_files; i++)
        n += s->files[i].finding == finding && s->files[i].later;
    return n;
}

/* Those with this finding, which a browser may use without asking. */
static size_t count_kept(const struct skew *s, enum skew_finding finding)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_files; i++)
        n += s->files[i].finding == finding && skew_freshness(s->files[i].before.cache_control) > 0;
    return n;
}

static void note_files(struct tally *t, const struct skew *s, enum skew_finding finding)
{
    struct buf b;
    size_t later = count_later(s, finding);
    buf_init(&b, NOTE_MAX);
    if (later)
        buf_addf(&b, "%zu asked for later than the page; ", later);
    add_files(&b, s, finding);
    tally_note(t, "%s", b.data);
    buf_free(&b);
}

/* `of`: the files that an answer decides about. */
static void count_files(struct tally *t, const struct skew *s, enum skew_finding finding, size_t of)
{
    t->of = (int64_t)of;
    t->count = (int64_t)s->counts[finding];
    if (t->count)
        note_files(t, s, finding);
}

/* A file that the page asks for while it loads hurts only who gets an old page from a cache, or
 * loads it in the middle of a deploy. */
static void find_lost(const struct view *l, struct tally *t, enum skew_finding finding)
{
    struct skew s;
    if (page_of(l, &s) == PAGE_READ_TWICE) {
        count_files(t, &s, finding, s.n_files - s.counts[SKEW_UNKNOWN]);
        if (!count_later(&s, finding))
            t->severity = SEVERITY_MEDIUM;
    }
    skew_free(&s);
}

void find_chunk_vanished(const struct view *l, struct tally *t)
{
    find_lost(l, t, SKEW_VANISHED);
}

void find_chunk_masked(const struct view *l, struct tally *t)
{
    find_lost(l, t, SKEW_MASKED);
}

/* A browser that may use the old bytes without asking cannot get out of the mixture by loading
 * anew. */
void find_chunk_mutated(const struct view *l, struct tally *t)
{
    struct skew s;
    if (page_of(l, &s) == PAGE_READ_TWICE) {
        count_files(t, &s, SKEW_MUTATED, s.counts[SKEW_FINE] + s.counts[SKEW_MUTATED]);
        if (count_kept(&s, SKEW_MUTATED))
            t->severity = SEVERITY_HIGH;
        t->doubts = (int64_t)(s.n_files - s.counts[SKEW_FINE]); /* no praise of half a page */
    }
    skew_free(&s);
}

static const char *span(int64_t seconds, char *out, size_t size)
{
    int64_t most = INT64_MAX / NS_PER_S;
    return duration_format((seconds < most ? seconds : most) * NS_PER_S, out, size);
}

/* It hurts where its old files are gone: then it is shown, and does not work. */
void find_page_kept(const struct view *l, struct tally *t)
{
    struct skew s;
    char text[32];
    if (page_of(l, &s) == PAGE_READ_TWICE) {
        int64_t fresh = skew_freshness(s.page.before.cache_control);
        tally_whole(t, fresh != 0);
        if (fresh < 0)
            t->severity = SEVERITY_INFO;
        else if (s.counts[SKEW_VANISHED] + s.counts[SKEW_MASKED])
            t->severity = SEVERITY_MEDIUM;
        if (fresh < 0)
            tally_note(t, "it has no Cache-Control that says for how long");
        else if (fresh)
            tally_note(t, "for %s: Cache-Control '%.120s'", span(fresh, text, sizeof text),
                       s.page.before.cache_control);
    }
    skew_free(&s);
}

void find_assets_not_kept(const struct view *l, struct tally *t)
{
    struct skew s;
    if (page_of(l, &s) == PAGE_READ_TWICE)
        for (size_t i = 0; i < s.n_files; i++)
            tally_whole(t, skew_freshness(s.files[i].before.cache_control) <= 0);
    skew_free(&s);
}
