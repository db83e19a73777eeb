/* Where reports go: --report FORMAT[=FILE], any number of times. */
#ifndef OUTPUT_OUTPUTS_H
#define OUTPUT_OUTPUTS_H

#include <stdbool.h>

#include "cli/command.h"
#include "load/post.h"
#include "report/report.h"

/* Help for the option, the same in every command that has it: with formats of its own, none of
 * which can be sent, and with those of a run. */
#define OUTPUTS_FILE_HELP                                                                          \
    "write a report in one of the formats below; repeatable (text on standard output)"
#define OUTPUTS_HELP OUTPUTS_FILE_HELP ". FILE may be an http:// address for those that can be sent"

struct output {
    const struct report_format *format;
    const char *file; /* NULL: standard output, or an address */
    int fd;           /* -1: an address */
    bool fresh;       /* the file was made by outputs_open, and nothing is in it yet */
    struct post_address address;
};

struct outputs {
    struct output *items;
    int count;
};

/* Read the --report options and open their files, so that a long run does not end with a report
 * that has no place to go. At most one goes to standard output; when none does, text does. */
int outputs_open(struct outputs *o, const struct option_list *reports, struct error *err);
/* The same with a table of formats of one's own, which has "text". */
int outputs_open_as(struct outputs *o, const struct report_format *formats,
                    const struct option_list *reports, struct error *err);
/* Refuse to write one of them over `file`, which holds `what` ("the scenario") and is read or
 * written by the same command: ERROR_USAGE. `file` may be NULL, or no file. */
int outputs_spare(const struct outputs *o, const char *what, const char *file, struct error *err);
/* Write all of them, and then send those that go to an address. -1 and ERROR_RUN at the first one
 * that could not be written; the others are written all the same. What could not be sent is said,
 * and is no failure. What GitHub Actions is told comes in between (cmd/github.h). */
int outputs_write(const struct outputs *o, const struct report_input *input, struct error *err);
void outputs_close(struct outputs *o);

#endif
