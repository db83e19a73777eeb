/* One stream of the target's output: read as fast as it comes, so that a target that floods it is
 * never blocked for good, cut into lines, in bounded memory. */
#ifndef PROCESS_OUTPUT_H
#define PROCESS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

enum { OUTPUT_LINE_MAX = 4096 };

struct output {
    uv_poll_t poll;
    int fd; /* read end of the pipe, owned; -1 after its end */
    size_t len;
    bool skipping; /* the rest of a line that was too long */
    char text[OUTPUT_LINE_MAX + 1];
    /* A line without its newline, valid UTF-8 not guaranteed, NULs replaced; at most
     * OUTPUT_LINE_MAX bytes, the rest of a longer one is left out. */
    void (*line)(struct output *o, const char *text);
    void (*closed)(struct output *o); /* the handle is gone; memory may be freed */
};

/* `fd` is taken over unless it fails. Set `line` and `closed` before. 0 or a negative libuv error.
 */
int output_open(struct output *o, uv_loop_t *loop, int fd);
/* Read what is there now, at most 1 MiB: the last words of a target that has just exited. */
void output_drain(struct output *o);
/* Close it (also done by itself at the end of the stream); an unfinished line is reported first. */
void output_close(struct output *o);

#endif
