/* Text on standard output, wrapped at 80 columns. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

/* Print `text`, which begins in `column`, where standard output stands; the other lines are
 * indented by as much. A line feed in the text stays one. */
void help_wrap(const char *text, int column);

#endif
