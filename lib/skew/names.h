/* The names of other files in a page and in its scripts. Pure: text in, names out. No name is
 * guessed: what is put together at run time in a way that is not understood is told as such. */
#ifndef SKEW_NAMES_H
#define SKEW_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct name {
    const char *text; /* as it stands there, entities of HTML decoded; NUL-terminated */
    bool style;       /* a style sheet; else a script */
    bool tag;         /* of a tag of the page: where it leads is certain */
    bool later;       /* asked for when the page is at work, not while it loads */
    bool unknown;     /* not a name but the code that makes one at run time */
    bool maker;       /* ... and webpack's function for it, whole, which lacks but the number */
    bool number;      /* not a name but the number of a chunk, asked for from webpack's runtime */
};

/* `name` is valid during the call. */
typedef void name_found(void *arg, const struct name *name);

/* In a page (HTML Living Standard section 13.1.2): scripts, style sheets, preloads of both, and the
 * names in inline scripts. Returns the href of <base> (the caller frees), or NULL. */
char *names_in_html(const char *text, size_t len, name_found *found, void *arg);
/* In a script: quoted names that end with .js, .mjs or .css, and the names that webpack's runtime
 * makes (names_of_webpack). */
void names_in_script(const char *text, size_t len, name_found *found, void *arg);

/* webpack.c: the function that gives a chunk's name for its number, in the runtime of a build:
 * `.u=e=>"js/"+({7:"shop"}[e]||e)+"."+{7:"ab12"}[e]+".js"`. Each number that stands in it gives a
 * name; an expression that is not understood is told as unknown. With a single chunk there is no
 * object, and the number stands where the chunk is asked for, perhaps in another file:
 * `.e(372).then(`. Such a function is told as a maker, and such a number as one. */
void names_of_webpack(const char *text, size_t len, name_found *found, void *arg);
/* The name that a maker's code gives for that number. */
void names_made(const char *code, const char *number, bool style, name_found *found, void *arg);

#endif
