#include "report/push.h"

#include <string.h>

#include "report/report.h"
#include "report/text/text.h"

enum { MOST_QUOTED = 200, MOST_SAFE = 2048 };

void push_quote(struct buf *b, const char *text, size_t len)
{
    char start[MOST_QUOTED + 1];
    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    size_t n = len < MOST_QUOTED ? len : MOST_QUOTED;
    memcpy(start, text, n);
    start[n] = '\0';
    buf_init(b, MOST_SAFE);
    text_safe(b, start);
    if (n < len)
        buf_adds(b, "…");
}

int report_push_refused(int status, const char *answer, size_t len, struct error *err)
{
    struct buf b;
    push_quote(&b, answer, len);
    if (b.len)
        error_set(err, ERROR_RUN, "it answered with status %d: '%s'", status, b.data);
    else
        error_set(err, ERROR_RUN, "it answered with status %d", status);
    buf_free(&b);
    return -1;
}
