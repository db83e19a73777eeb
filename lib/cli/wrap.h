/* Text on standard output, wrapped at 80 columns. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

/* Print `text`, which begins in `column`; all lines but the first are indented by `indent`
 * columns. A line feed in the text stays one. */
void help_wrap(const char *text, int indent, int column);

#endif
