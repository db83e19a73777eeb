/* Words and sentences that the judge's files share. */
#include "judge/expect.h"

#include <stdio.h>

#include "base/duration.h"

const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

void add_ms(struct buf *out, double ms)
{
    char text[32];
    buf_adds(out, duration_human_ms(ms, text, sizeof text));
}

const char *verdict_word(enum verdict_value v)
{
    static const char *const words[] = {"passed", "failed", "inconclusive"};
    return words[v];
}

const char *processed_word(enum processed p)
{
    static const char *const words[] = {"unknown", "no", "yes"};
    return words[p];
}

const char *reason_text(enum reason reason, int status, char *out, size_t size)
{
    if (reason == REASON_STATUS)
        snprintf(out, size, "status-%d", status);
    else
        snprintf(out, size, "%s", reason_words[reason].word);
    return out;
}
