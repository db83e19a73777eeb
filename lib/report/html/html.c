/* One file that opens offline: the page, with the verdict and every run's data in its middle. */
#include "report/html/html.h"

#include <assert.h>
#include <string.h>

#include "report/formats.h"
#include "report/stages.h"
#include "report/text/text.h"
#include "verdict/json.h"

enum { PIECE = 64 * 1024 };

/* '<' stands only inside the strings of JSON, where an escape may take its place. */
static int add_escaped(void *out, const void *data, size_t len)
{
    const char *s = data, *end = s + len;
    while (s < end) {
        const char *next = memchr(s, '<', (size_t)(end - s));
        size_t n = (size_t)((next ? next : end) - s);
        buf_add(out, s, n);
        s += n;
        if (next) {
            buf_adds(out, "\\u003c");
            s++;
        }
    }
    return 0;
}

/* An element of data that `write` fills with an object. */
static void data_element(struct buf *out, const char *kind, const void *what,
                         void (*write)(struct json_out *j, const void *what))
{
    struct buf b;
    struct json_out j;
    buf_addf(out, "<script type=\"application/json\" data-drainctl=\"%s\">", kind);
    buf_init_spilling(&b, PIECE, add_escaped, out);
    json_out_init(&j, &b, 0);
    write(&j, what);
    buf_spill_all(&b);
    buf_free(&b);
    buf_adds(out, "</script>\n");
}

static void write_words(struct json_out *j, const char *key, const struct word *words, int count)
{
    json_out_array(j, key);
    for (int i = 0; i < count; i++) {
        json_out_object(j, NULL);
        json_out_string(j, "word", words[i].word);
        json_out_string(j, "sentence", words[i].sentence);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

/* "3 of 14 scenarios failed, 1 was inconclusive" is for the page to say; these are its numbers. */
static void write_entry(struct json_out *j, const struct run_verdict *v)
{
    int64_t outcomes[OUTCOME_COUNT] = {0}, lost = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        outcomes[v->attempts[i].outcome]++;
        lost += outcome_is_loss(v->attempts[i].outcome);
    }
    json_out_object(j, NULL);
    json_out_string(j, "scenario", v->scenario);
    json_out_string(j, "verdict", verdict_word(v->value));
    json_out_string(j, "why", v->because.why);
    json_out_int(j, "attempts", (int64_t)v->n_attempts);
    json_out_int(j, "lost", lost);
    json_out_number(j, "duration_ms", v->duration_ms, 3);
    json_out_array(j, "outcomes");
    for (int o = 0; o < OUTCOME_COUNT; o++)
        json_out_int(j, NULL, outcomes[o]);
    json_out_end_array(j);
    json_out_end_object(j);
}

static void write_whole(struct json_out *j, const void *what)
{
    const struct report_input *in = what;
    json_out_object(j, NULL);
    json_out_string(j, "drainctl", DRAINCTL_VERSION);
    json_out_string(j, "verdict", verdict_word(report_verdict(in)));
    json_out_bool(j, "check", in->kind == REPORT_CHECK);
    if (in->kind == REPORT_CHECK)
        verdict_json_check(j, in->check.audit, in->check.audited);
    write_words(j, "phases", phase_words, PHASE_COUNT);
    write_words(j, "outcomes", outcome_words, OUTCOME_COUNT);
    write_words(j, "reasons", reason_words, REASON_COUNT);
    write_words(j, "saw", saw_words, SAW_COUNT);
    json_out_array(j, "is_lost");
    for (int o = 0; o < OUTCOME_COUNT; o++)
        json_out_bool(j, NULL, outcome_is_loss((enum outcome)o));
    json_out_end_array(j);
    json_out_array(j, "is_in_flight");
    for (int p = 0; p < PHASE_COUNT; p++)
        json_out_bool(j, NULL, phase_is_in_flight((enum phase)p));
    json_out_end_array(j);
    json_out_array(j, "runs");
    for (size_t i = 0; i < in->count; i++)
        write_entry(j, &in->runs[i]);
    json_out_end_array(j);
    json_out_end_object(j);
}

static void write_run(struct json_out *j, const void *what)
{
    html_run(j, what);
}

void report_html(const struct report_input *in, struct buf *out)
{
    const char *page = html_page[0].text, *mark = strstr(page, HTML_DATA_MARK);
    assert(mark);
    buf_add(out, page, (size_t)(mark - page));
    data_element(out, "report", in, write_whole);
    for (size_t i = 0; i < in->count; i++)
        data_element(out, "run", &in->runs[i], write_run);
    buf_adds(out, mark + strlen(HTML_DATA_MARK));
}
