/* What the files of the walk share; not for use outside lib/skew. */
#ifndef SKEW_WALK_INT_H
#define SKEW_WALK_INT_H

#include "base/buf.h"
#include "skew/names.h"
#include "skew/walk.h"

/* A name that is still to be asked for. */
struct candidate {
    char *text;
    size_t from; /* the text it stands in: an index of walk.texts */
    bool style, tag, later;
};

/* webpack's function for the name of a chunk, without its number; and such a number. */
struct maker {
    char *code;
    size_t from;  /* as above */
    size_t tried; /* as many of the numbers */
    bool style, found;
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
    struct maker *makers;
    size_t n_makers, makers_cap;
    char **numbers;
    size_t n_numbers, numbers_cap;
};

/* walk_find.c: from names to files. */
/* The names that are told from now on stand in the text of that address; `later`: it is itself
 * asked for later. */
void walk_begin_text(struct walk *w, const char *url, bool later);
/* A name_found. */
void walk_on_name(void *w, const struct name *name);
/* Find the file of every name, and of those that stand in what is found. */
void walk_find_all(struct walk *w, const volatile sig_atomic_t *stop);
/* Say when an answer was too long to look for names in all of it. */
void walk_note_cut(struct walk *w, const struct fetch_facts *facts);
const char *walk_body(const struct walk *w);
/* What a browser accepts of such a file. */
const char *walk_accept(const struct skew_file *file);

#endif
