/* A run's attempts as columns of numbers: tens of thousands of them take tens of bytes each. */
#include "report/html/html.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "report/attempt_fields.h"

enum coding { CODING_PLAIN, CODING_DELTA, CODING_RUNS, CODING_DELTA_RUNS, CODING_COUNT };

static const int64_t largest = INT64_C(1) << 52;

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
        cut[i] = values[i] > largest ? largest : values[i] < -largest ? -largest : values[i];
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

/* --- what is read of an attempt --- */

struct reading {
    const struct attempt_row *row;
    struct points at; /* since the picture's zero */
    int64_t zero_ns;
};

/* Each duration counts from the last stage that was reached; -1: this one was not. */
static int64_t get_start(const struct reading *r)
{
    return r->at.start;
}

static int64_t get_connect(const struct reading *r)
{
    return r->row->a->connected_ns ? r->at.connected - r->at.start : -1;
}

static int64_t get_send(const struct reading *r)
{
    return r->row->a->sent_ns ? r->at.sent - r->at.connected : -1;
}

static int64_t get_wait(const struct reading *r)
{
    return r->row->a->first_ns ? r->at.first - r->at.sent : -1;
}

static int64_t get_rest(const struct reading *r)
{
    return r->row->a->end ? r->at.end - r->at.first : -1;
}

static int64_t get_late(const struct reading *r)
{
    int64_t late = r->at.start - us_since(r->row->a->due_ns, r->zero_ns);
    return late > 0 ? late : 0;
}

static int64_t get_flags(const struct reading *r)
{
    const struct attempt *a = r->row->a;
    return a->conn.reused | a->answer.whole << 1 | a->answer.told_to_close << 2 |
           (a->end && a->end->header_done) << 3;
}

/* A column is a field's number, or what the page alone needs. */
static const struct {
    const char *key;
    enum attempt_field field;
    int64_t (*get)(const struct reading *r);
} columns[] = {
    {"id", FIELD_ATTEMPT, NULL},
    {"request", FIELD_REQUEST, NULL},
    {"client", FIELD_CLIENT, NULL},
    {"port", FIELD_PORT, NULL},
    {"late", 0, get_late}, /* how long after it was due it started */
    {"start", 0, get_start},
    {"connect", 0, get_connect},
    {"send", 0, get_send},
    {"wait", 0, get_wait},
    {"rest", 0, get_rest}, /* of the answer, or of the stage that it ended in */
    {"outcome", FIELD_OUTCOME, NULL},
    {"reason", FIELD_REASON, NULL},
    {"status", FIELD_STATUS, NULL},
    {"phase", FIELD_PHASE, NULL},
    {"processed", FIELD_PROCESSED, NULL},
    {"flags", 0, get_flags}, /* 1 reused, 2 whole, 4 told to close, 8 the answer's head was whole */
    {"code", FIELD_CURL_CODE, NULL},
    {"errno", FIELD_ERRNO, NULL},
    {"tries", FIELD_TRIES, NULL},
    {"sent", FIELD_SENT_BYTES, NULL},
    {"head", FIELD_HEAD_BYTES, NULL},
    {"body", FIELD_BODY_BYTES, NULL},
    {"length", FIELD_PROMISED_BYTES, NULL},
    {"framing", FIELD_FRAMING, NULL}, /* 0 not known, 1 none, 2 length, 3 chunked, 4 close */
    {"second", FIELD_SECOND, NULL},   /* of a pipelined pair: it asks for another path */
};

static int64_t cell(size_t column, const struct reading *r)
{
    struct field_value f;
    if (columns[column].get)
        return columns[column].get(r);
    attempt_field_read(columns[column].field, r->row, &f);
    return f.n;
}

/* All columns, one after the other. */
static void load_columns(struct json_out *j, const struct run_verdict *v, size_t load)
{
    size_t n = 0, all = 1;
    for (size_t i = 0; i < v->n_attempts; i++)
        all += (size_t)v->attempts[i].load == load;
    int64_t *values = mem_zero(all * ARRAY_LEN(columns), sizeof *values);
    struct attempt_row row = {.v = v};
    struct reading r = {.row = &row, .zero_ns = html_zero_ns(v)};
    for (size_t i = 0; i < v->n_attempts; i++) {
        if ((size_t)v->attempts[i].load != load)
            continue;
        attempt_row_take(&row, &v->attempts[i]);
        points_of(&r.at, v, row.a, r.zero_ns);
        for (size_t c = 0; c < ARRAY_LEN(columns); c++)
            values[c * all + n] = cell(c, &r);
        n++;
    }
    json_out_object(j, NULL);
    json_out_int(j, "n", (int64_t)n);
    for (size_t c = 0; c < ARRAY_LEN(columns); c++)
        html_column(j, columns[c].key, values + c * all, n);
    json_out_end_object(j);
    free(values);
}

void html_attempts(struct json_out *j, const struct run_verdict *v)
{
    json_out_array(j, "attempts");
    for (size_t i = 0; i < v->n_loads; i++)
        load_columns(j, v, i);
    json_out_end_array(j);
}
