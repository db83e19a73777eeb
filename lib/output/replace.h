/* Putting a new content in the place of a file's, whole or not at all: a reader of the file sees
 * the old content or the new one, never a part (rename(2)), and a write that fails leaves the old
 * one. So a textfile collector can look at any time. */
#ifndef OUTPUT_REPLACE_H
#define OUTPUT_REPLACE_H

#include <stdbool.h>
#include <stddef.h>

struct replacement {
    int fd;     /* what is written to */
    char *path; /* of the file behind `file`, symbolic links followed; NULL: written in place */
    char *part; /* its new content so far, beside it */
};

/* Begin with `fd`, which is open for writing on `file`. Pipes and devices are written as they are.
 * So is a regular file that cannot be replaced, after it was emptied: one with several names, one
 * that this process has as a standard stream, one in a folder that takes no new file. Returns 0, or
 * -errno. */
int replace_begin(struct replacement *r, const char *file, int fd);
/* End it: put the new content in its place, or (!good) take it away again. Returns 0, or -errno;
 * to be called once after every replace_begin that returned 0. */
int replace_end(struct replacement *r, bool good);

#endif
