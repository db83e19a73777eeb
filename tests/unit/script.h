/* Journals written by hand, line by line, for tests of the reader, the judge and the reports. */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"

static const int64_t script_epoch_ns = INT64_C(5000000000000);

/* A plan's head and tail around its "expect". */
#define SCRIPT_TARGET                                                                              \
    "\"target\":{\"command\":[\"./server\"],\"health\":{\"ready\":\"/ready\",\"live\":\"/live\"}}"
#define SCRIPT_LOADS                                                                               \
    "\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/\"}},"                                 \
    "{\"name\":\"mute\",\"shape\":\"silent\"}]"
#define SCRIPT_ONE_LOAD "\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/\"},\"clients\":4}]"
#define SCRIPT_TERM                                                                                \
    "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":\"work\",\"in_flight\":1}}]"

/* One event, `ms` after the journal's begin; `fmt` makes its fields. */
PRINTF(4, 5)
static inline void script_line(struct buf *b, double ms, const char *word, const char *fmt, ...)
{
    char fields[4096];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(fields, sizeof fields, fmt, ap);
    va_end(ap);
    buf_addf(b, "{\"t\":%lld,\"e\":\"%s\"%s%s}\n",
             (long long)(script_epoch_ns + (int64_t)(ms * 1e6)), word, fields[0] ? "," : "",
             fields);
}

static inline void script_begin(struct buf *b, const char *plan)
{
    buf_addf(b,
             "{\"t\":%lld,\"e\":\"plan\",\"format\":1,\"drainctl\":\"0.1.0\",\"wall\":\"\","
             "\"file\":\"a.json\",\"seed\":0,\"plan\":%s}\n",
             (long long)script_epoch_ns, plan);
    script_line(b, 1, "target-start", "\"pid\":4711,\"port\":8080,\"argv\":[\"./server\"]");
    script_line(b, 2, "target-listen", "\"port\":8080,\"owner\":4711,\"command\":\"server\"");
    script_line(b, 5, "loads-start", "%s", "");
}

static inline void script_signal(struct buf *b, double ms, int index, int signo)
{
    script_line(b, ms - 0.1, "moment", "\"i\":%d", index);
    script_line(b, ms, "signal", "\"i\":%d,\"signal\":%d,\"to\":0,\"pid\":4711,\"errno\":0", index,
                signo);
}

/* An attempt of request number `id` in `load` that is answered whole with `status`. */
static inline void script_answer(struct buf *b, int id, int load, double from, double to,
                                 int status, int bytes)
{
    script_line(b, from, "start", "\"a\":%d,\"l\":%d,\"r\":%d,\"c\":1", id, load, id);
    script_line(b, from + 0.1, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, 30000 + id);
    script_line(b, from + 0.2, "sent", "\"a\":%d", id);
    script_line(b, to - 0.1, "first-byte", "\"a\":%d", id);
    script_line(b, to, "end",
                "\"a\":%d,\"code\":0,\"status\":%d,\"tries\":1,\"sent\":80,\"head\":60,"
                "\"head_done\":1,\"body\":%d,\"length\":%d,\"framing\":\"length\",\"close\":1,"
                "\"why\":\"\"",
                id, status, bytes, bytes);
}

static inline void script_end(struct buf *b, double ms)
{
    script_line(b, ms, "target-exit", "\"pid\":4711,\"code\":0,\"signal\":0");
    script_line(b, ms + 1, "run-end", "\"why\":\"complete\"");
}

#endif
