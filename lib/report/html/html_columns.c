/* A run's attempts as columns of numbers: tens of thousands of them take tens of bytes each. */
#include "report/html/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "report/stages.h"

enum coding { CODING_PLAIN, CODING_DELTA, CODING_RUNS, CODING_DELTA_RUNS, CODING_COUNT };

static const int64_t most = INT64_C(1) << 52;

static int64_t value_at(const int64_t *values, size_t i, enum coding coding)
{
    bool delta = coding == CODING_DELTA || coding == CODING_DELTA_RUNS;
    return delta && i ? values[i] - values[i - 1] : values[i];
}

/* How many values from `i` on are the same. */
static size_t run_at(const int64_t *values, size_t n, size_t i, enum coding coding)
{
    size_t end = i + 1;
    if (coding < CODING_RUNS)
        return 1;
    while (end < n && value_at(values, end, coding) == value_at(values, i, coding))
        end++;
    return end - i;
}

/* Characters of a number and its comma. */
static size_t width(int64_t value)
{
    size_t n = value < 0 ? 3 : 2;
    for (uint64_t u = (uint64_t)(value < 0 ? -value : value); u >= 10; u /= 10)
        n++;
    return n;
}

static size_t cost(const int64_t *values, size_t n, enum coding coding)
{
    size_t sum = 0;
    for (size_t i = 0, run; i < n; i += run) {
        run = run_at(values, n, i, coding);
        sum += width(value_at(values, i, coding));
        if (coding >= CODING_RUNS)
            sum += width((int64_t)run);
    }
    return sum;
}

static enum coding shortest(const int64_t *values, size_t n)
{
    enum coding best = CODING_PLAIN;
    size_t least = cost(values, n, best);
    for (enum coding c = CODING_DELTA; c < CODING_COUNT; c++) {
        size_t of_this = cost(values, n, c);
        if (of_this < least) {
            least = of_this;
            best = c;
        }
    }
    return best;
}

void html_column(struct json_out *j, const char *key, const int64_t *values, size_t n)
{
    int64_t *cut = mem_zero(n + 1, sizeof *cut);
    for (size_t i = 0; i < n; i++)
        cut[i] = values[i] > most ? most : values[i] < -most ? -most : values[i];
    enum coding coding = shortest(cut, n);
    json_out_array(j, key);
    json_out_int(j, NULL, coding);
    for (size_t i = 0, run; i < n; i += run) {
        run = run_at(cut, n, i, coding);
        json_out_int(j, NULL, value_at(cut, i, coding));
        if (coding >= CODING_RUNS)
            json_out_int(j, NULL, (int64_t)run);
    }
    json_out_end_array(j);
    free(cut);
}

/* The stages of an attempt. A server may answer before it has read the whole request: the rest of
 * the sending then lies under the receiving, and is drawn as that. */
struct reached {
    int64_t start, connected, sent, first, end; /* us since zero; -1: never, see `has` */
    bool has_connected, has_sent, has_first, has_end;
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct reached reached_of(const struct attempt *a, int64_t zero_ns)
{
    struct reached s = {
        .start = html_us(a->start_ns, zero_ns),
        .has_connected = a->connected_ns != 0,
        .has_sent = a->sent_ns != 0,
        .has_first = a->first_ns != 0,
        .has_end = a->end != NULL,
    };
    int64_t sent_ns = a->first_ns && a->sent_ns > a->first_ns ? a->first_ns : a->sent_ns;
    s.connected = s.has_connected ? later(html_us(a->connected_ns, zero_ns), s.start) : s.start;
    s.sent = s.has_sent ? later(html_us(sent_ns, zero_ns), s.connected) : s.connected;
    s.first = s.has_first ? later(html_us(a->first_ns, zero_ns), s.sent) : s.sent;
    s.end = s.has_end ? later(html_us(a->end_ns, zero_ns), s.first) : s.first;
    return s;
}

/* Each duration counts from the last stage that was reached; -1: this one was not. */
static int64_t get_start(const struct attempt *a, int64_t zero_ns)
{
    return html_us(a->start_ns, zero_ns);
}

static int64_t get_connect(const struct attempt *a, int64_t zero_ns)
{
    struct reached s = reached_of(a, zero_ns);
    return s.has_connected ? s.connected - s.start : -1;
}

static int64_t get_send(const struct attempt *a, int64_t zero_ns)
{
    struct reached s = reached_of(a, zero_ns);
    return s.has_sent ? s.sent - s.connected : -1;
}

static int64_t get_wait(const struct attempt *a, int64_t zero_ns)
{
    struct reached s = reached_of(a, zero_ns);
    return s.has_first ? s.first - s.sent : -1;
}

static int64_t get_rest(const struct attempt *a, int64_t zero_ns)
{
    struct reached s = reached_of(a, zero_ns);
    return s.has_end ? s.end - s.first : -1;
}

static int64_t get_late(const struct attempt *a, int64_t zero_ns)
{
    return later(html_us(a->start_ns, zero_ns) - html_us(a->due_ns, zero_ns), 0);
}

static int64_t get_flags(const struct attempt *a, int64_t zero_ns)
{
    (void)zero_ns;
    return a->reused | a->whole << 1 | a->told_to_close << 2 | (a->end && a->end->header_done) << 3;
}

static int64_t get_framing(const struct attempt *a, int64_t zero_ns)
{
    (void)zero_ns;
    return a->end && a->end->framing > 0 ? a->end->framing : 0;
}

#define GETTER(name, value)                                                                        \
    static int64_t get_##name(const struct attempt *a, int64_t zero_ns)                            \
    {                                                                                              \
        (void)zero_ns;                                                                             \
        return value;                                                                              \
    }
GETTER(id, a->id)
GETTER(request, a->request)
GETTER(client, a->client)
GETTER(port, a->port)
GETTER(outcome, a->outcome)
GETTER(reason, a->reason)
GETTER(status, a->status)
GETTER(phase, a->phase)
GETTER(processed, a->processed)
GETTER(code, a->end ? a->end->code : 0)
GETTER(os_errno, a->end ? a->end->os_errno : 0)
GETTER(tries, a->end ? a->end->tries : 0)
GETTER(sent, a->end ? a->end->sent_bytes : 0)
GETTER(head, a->end ? a->end->header_bytes : 0)
GETTER(body, a->end ? a->end->body_bytes : 0)
GETTER(length, a->end ? a->end->length : -1)

static const struct {
    const char *key;
    int64_t (*get)(const struct attempt *a, int64_t zero_ns);
} columns[] = {
    {"id", get_id},
    {"request", get_request},
    {"client", get_client},
    {"port", get_port},
    {"late", get_late}, /* how long after it was due it started */
    {"start", get_start},
    {"connect", get_connect},
    {"send", get_send},
    {"wait", get_wait},
    {"rest", get_rest}, /* of the answer, or of whatever stage it ended in */
    {"outcome", get_outcome},
    {"reason", get_reason},
    {"status", get_status},
    {"phase", get_phase},
    {"processed", get_processed},
    {"flags", get_flags}, /* 1 reused, 2 whole, 4 told to close, 8 the answer's head was whole */
    {"code", get_code},
    {"errno", get_os_errno},
    {"tries", get_tries},
    {"sent", get_sent},
    {"head", get_head},
    {"body", get_body},
    {"length", get_length},
    {"framing", get_framing}, /* 0 not known, 1 none, 2 length, 3 chunked, 4 close */
};

/* Which attempts are the second of a pipelined pair: they ask for another path. */
static void second_column(struct json_out *j, const struct run_verdict *v,
                          const struct attempt *const *of_load, int64_t *values, size_t n)
{
    bool second = false;
    for (size_t i = 0; i < n; i++) {
        second = is_second_of_pair(&v->plan, of_load[i], i ? of_load[i - 1] : NULL, second);
        values[i] = second;
    }
    html_column(j, "second", values, n);
}

static void load_columns(struct json_out *j, const struct run_verdict *v, size_t load)
{
    size_t n = 0;
    int64_t zero_ns = html_zero_ns(v), *values = mem_zero(v->n_attempts + 1, sizeof *values);
    const struct attempt **of_load = mem_zero(v->n_attempts + 1, sizeof *of_load);
    for (size_t i = 0; i < v->n_attempts; i++)
        if ((size_t)v->attempts[i].load == load)
            of_load[n++] = &v->attempts[i];
    json_out_object(j, NULL);
    json_out_int(j, "n", (int64_t)n);
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        for (size_t i = 0; i < n; i++)
            values[i] = columns[c].get(of_load[i], zero_ns);
        html_column(j, columns[c].key, values, n);
    }
    second_column(j, v, of_load, values, n);
    json_out_end_object(j);
    free(of_load);
    free(values);
}

void html_attempts(struct json_out *j, const struct run_verdict *v)
{
    json_out_array(j, "attempts");
    for (size_t i = 0; i < v->n_loads; i++)
        load_columns(j, v, i);
    json_out_end_array(j);
}
