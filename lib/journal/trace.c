#include "journal/trace.h"

#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"

/* 2^64 divided by the golden ratio, odd: steps of it visit every number once. */
static const uint64_t STEP = UINT64_C(0x9e3779b97f4a7c15);

/* What an id is of. Part of the contract: a new kind goes to the end. */
enum kind {
    KIND_REQUEST = 1,
    KIND_ATTEMPT,
    KIND_DRAIN,
    KIND_DRAIN_SPAN,
    KIND_INTENTION,
    KIND_SERVER
};

/* Bits of a request's number; its load stands above them. */
enum { REQUEST_BITS = 40 };

/* The output function of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014, section 5). It is a bijection: different numbers stay different. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* An all-zero id is invalid (section 3.2.2.3): the one number in 2^64 that gives it gives STEP. */
static uint64_t derive(uint64_t key, enum kind kind, uint64_t number)
{
    uint64_t id = mix(mix(key + (uint64_t)kind * STEP) + number * STEP);
    return id ? id : STEP;
}

static struct trace_id derive_trace(struct trace_id run, enum kind kind, uint64_t number)
{
    return (struct trace_id){derive(run.high, kind, number), derive(run.low, kind, number)};
}

struct trace_id trace_run_new(void)
{
    struct trace_id run;
    if (getrandom(&run, sizeof run, 0) == (ssize_t)sizeof run)
        return run;
    /* A kernel or a sandbox without it: still different for each run. */
    uint64_t now = (uint64_t)clock_ns(), wall = (uint64_t)clock_unix_ns();
    return (struct trace_id){mix(now), mix(wall + (uint64_t)getpid() * STEP)};
}

static uint64_t request_number(int64_t load, int64_t request)
{
    return ((uint64_t)load << REQUEST_BITS) + (uint64_t)request;
}

struct trace_id trace_of_request(struct trace_id run, int64_t load, int64_t request)
{
    return derive_trace(run, KIND_REQUEST, request_number(load, request));
}

uint64_t trace_span_of_attempt(struct trace_id run, int64_t attempt)
{
    return derive(run.low, KIND_ATTEMPT, (uint64_t)attempt);
}

uint64_t trace_span_of_intention(struct trace_id run, int64_t load, int64_t number)
{
    return derive(run.low, KIND_INTENTION, request_number(load, number));
}

struct trace_id trace_of_drain(struct trace_id run)
{
    return derive_trace(run, KIND_DRAIN, 0);
}

uint64_t trace_span_of_drain(struct trace_id run, int64_t number)
{
    return derive(run.low, KIND_DRAIN_SPAN, (uint64_t)number);
}

struct trace_id trace_of_server(struct trace_id process, uint64_t number)
{
    return derive_trace(process, KIND_SERVER, number);
}

uint64_t trace_span_of_server(struct trace_id process, uint64_t number)
{
    return derive(process.low, KIND_SERVER, number);
}

/* --- as text --- */

static char *put_hex(char *out, uint64_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4)
        *out++ = digits[n >> shift & 15];
    return out;
}

/* Exactly 16 lower-case digits. */
static bool read_hex(const char *s, uint64_t *n)
{
    *n = 0;
    for (int i = 0; i < 16; i++) {
        bool digit = s[i] >= '0' && s[i] <= '9';
        if (!digit && (s[i] < 'a' || s[i] > 'f'))
            return false;
        *n = *n << 4 | (uint64_t)(digit ? s[i] - '0' : s[i] - 'a' + 10);
    }
    return true;
}

void trace_add_span(struct buf *b, uint64_t span)
{
    char text[16];
    put_hex(text, span);
    buf_add(b, text, sizeof text);
}

void trace_add_id(struct buf *b, struct trace_id trace)
{
    char text[32];
    put_hex(put_hex(text, trace.high), trace.low);
    buf_add(b, text, sizeof text);
}

const char *trace_run_text(struct trace_id run, char *out)
{
    *put_hex(put_hex(out, run.high), run.low) = '\0';
    return out;
}

struct trace_id trace_run_of(const struct event *plan)
{
    struct trace_id run;
    const char *text = plan->run ? plan->run : "";
    if (strlen(text) == 32 && read_hex(text, &run.high) && read_hex(text + 16, &run.low))
        return run;
    run = (struct trace_id){mix((uint64_t)plan->t_ns), mix((uint64_t)plan->seed)};
    for (const char *s = plan->wall ? plan->wall : ""; *s; s++)
        run.low = mix(run.low + (unsigned char)*s);
    return run;
}

const char *trace_context_text(struct trace_id trace, uint64_t span, bool sampled, char *out)
{
    memcpy(out, "00-", 3);
    char *at = put_hex(put_hex(out + 3, trace.high), trace.low);
    *at++ = '-';
    at = put_hex(at, span);
    memcpy(at, sampled ? "-01" : "-00", 4);
    return out;
}

const char *trace_parent_text(struct trace_id run, int64_t load, int64_t request, int64_t attempt,
                              char *out)
{
    return trace_context_text(trace_of_request(run, load, request),
                              trace_span_of_attempt(run, attempt), true, out);
}

bool trace_parent_parse(const char *value, struct trace_id *trace, uint64_t *span)
{
    if (strlen(value) != TRACE_PARENT_TEXT - 1 || memcmp(value, "00-", 3) != 0 ||
        value[35] != '-' || value[52] != '-' || !strchr("0123456789abcdef", value[53]) ||
        !strchr("0123456789abcdef", value[54]))
        return false;
    return read_hex(value + 3, &trace->high) && read_hex(value + 19, &trace->low) &&
           read_hex(value + 36, span) && (trace->high || trace->low) && *span;
}
