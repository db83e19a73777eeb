#include "cli/wrap.h"

#include <stdio.h>

#include "base/wrap.h"

enum { WIDTH = 80, MAX_TEXT = 64 * 1024 };

void help_wrap(const char *text, int column)
{
    struct buf out;
    buf_init(&out, MAX_TEXT);
    wrap_add(&out, text, column, wrap_blanks(column), WIDTH);
    fputs(out.data, stdout);
    buf_free(&out);
}
