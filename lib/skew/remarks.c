/* What else is worth knowing about an old page's files. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/mem.h"
#include "skew/skew.h"

typedef void say(void *arg, const char *sentence); /* of skew_remarks */

static void take(say *said, void *arg, char *sentence)
{
    said(arg, sentence);
    free(sentence);
}

static char *span(int64_t seconds)
{
    char text[64];
    if (seconds >= 2 * 86400)
        return mem_printf("%lld days", (long long)(seconds / 86400));
    return mem_strdup(duration_format(seconds * NS_PER_S, text, sizeof text));
}

/* How long after a deploy the old page itself is still handed out. */
static void about_page(const struct skew *s, say *said, void *arg)
{
    int64_t fresh = skew_freshness(s->page.before.cache_control);
    if (fresh == 0)
        return;
    if (fresh < 0) {
        said(arg, "the page says nothing of how long it may be kept: a browser may show an old "
                  "one by a rule of its own (RFC 9111 section 4.2.2); Cache-Control: no-cache "
                  "makes it ask");
        return;
    }
    char *time = span(fresh);
    take(said, arg,
         mem_printf("the page may be kept for %s without asking: for this time after a deploy old "
                    "pages are still opened, and want their old files; Cache-Control: no-cache "
                    "makes a browser ask",
                    time));
    free(time);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void about_files(const struct skew *s, say *said, void *arg)
{
    size_t asked = 0, kept = 0;
    for (size_t i = 0; i < s->n_files; i++) {
        int64_t fresh = skew_freshness(s->files[i].before.cache_control);
        asked += fresh <= 0;
        kept += fresh > 0 && s->files[i].finding == SKEW_MUTATED;
    }
    if (asked)
        take(said, arg,
             mem_printf("%zu of %zu files may not be kept without asking: a page that has loaded "
                        "one asks again, also after a deploy; with a hash in its name, "
                        "max-age=31536000, immutable is right",
                        asked, s->n_files));
    if (kept)
        take(said, arg,
             mem_printf("%zu file%s that changed may be kept without asking: a page that has an "
                        "old one mixes it with new ones",
                        kept, plural(kept)));
}

void skew_name_remarks(const struct skew *s, say *said, void *arg)
{
    if (s->n_elsewhere)
        take(said, arg,
             mem_printf("%zu address%s on another host %s not asked, such as %s", s->n_elsewhere,
                        s->n_elsewhere == 1 ? "" : "es", s->n_elsewhere == 1 ? "was" : "were",
                        s->elsewhere[0]));
    if (s->n_unknown)
        take(said, arg,
             mem_printf("%zu name%s made at run time, and not known: %s in %s", s->n_unknown,
                        s->n_unknown == 1 ? " is" : "s are", s->unknown[0].code, s->unknown[0].in));
    for (size_t i = 0; i < s->n_missing; i++)
        if (s->missing[i].tag)
            take(said, arg,
                 mem_printf("%s was no script or style sheet even before the deploy (status %d)",
                            s->missing[i].name, s->missing[i].status));
    if (s->full)
        take(said, arg, mem_printf("there are more than %d files; no more were asked", SKEW_FILES));
    if (s->cut)
        said(arg, s->cut);
}

void skew_remarks(const struct skew *s, say *said, void *arg)
{
    about_page(s, said, arg);
    about_files(s, said, arg);
    skew_name_remarks(s, said, arg);
}
