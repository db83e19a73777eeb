/* Text broken into lines between its words: for help, reports, pages and comments alike. */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include "base/buf.h"

/* Append the words of `text` as lines of at most `width` columns; the last line is ended, too. The
 * first begins in `column`, where `out` stands; the others begin with `indent`. A line feed in the
 * text ends a line. A number and its unit ("10 s", "95 %") stay together, and a word that is longer
 * than a line is not broken. Columns are characters. */
void wrap_add(struct buf *out, const char *text, int column, const char *indent, int width);
/* An indent of `columns` blanks, at most 80. */
const char *wrap_blanks(int columns);

#endif
