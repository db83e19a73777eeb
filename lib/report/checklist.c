#include "report/checklist.h"

#include <math.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"

/* {n}, {of}: numbers; {ms}, {ms2}: durations; {text}; {signal}: n as a signal's name. */
static const char *const sentences[CAUSE_COUNT] = {
    [CAUSE_NO_SIGNAL] = "no signal was sent",
    [CAUSE_CUT] = "the run is only partly there",
    [CAUSE_HANDLED] = "a handler took it, and the first sign of that came {ms} after it",
    [CAUSE_REACTED] = "the first sign of that came {ms} after it",
    [CAUSE_NO_HANDLER] = "it has no handler: the kernel ended it {ms} after the signal",
    [CAUSE_NO_SIGN] = "nothing changed in the {ms} after it",
    [CAUSE_NO_PATH] = "no readiness path was given (--ready)",
    [CAUSE_NEVER_ASKED] = "the readiness path never answered",
    [CAUSE_TURNED] = "status {n}, {ms} after the signal",
    [CAUSE_TURNED_LATE] =
        "status {n} came {ms} after the signal, and no client could ask again: it came too late",
    [CAUSE_NEVER_TURNED] = "every answer was 2xx",
    [CAUSE_NEED_NOT_TURN] = "drainctl holds the socket, and a client that comes too late waits for "
                            "the next start",
    [CAUSE_NOTHING_TAKEN] = "none of {of} that came after it stopped taking any, {ms} after the "
                            "signal",
    [CAUSE_NONE_CAME] = "no request came between that, {ms} after the signal, and the exit",
    [CAUSE_TAKEN] = "{n} of {of} that came after it had stopped taking any, {ms} after the signal",
    [CAUSE_STAYED_OPEN] = "{n} of {of} that came after the signal: the port stayed open",
    [CAUSE_NEVER_CLOSED] = "the port was open until the exit, and no request came that was taken",
    [CAUSE_NONE_IN_HAND] = "none was in hand at the signal; give it a slow path (--slow)",
    [CAUSE_ALL_FINISHED] = "{of} of {of} finished, the last one {ms} after the signal",
    [CAUSE_SOME_TIMED_OUT] = "{of} of {of}, {n} of them timed out, the last one {ms} after the "
                             "signal",
    [CAUSE_SOME_CUT] = "{n} of {of} were cut off",
    [CAUSE_NO_POOL_LINE] = "no line of its output since the signal says so (--pool-log names one)",
    [CAUSE_POOL_CLOSED] = "'{text}', {ms} after the last answer",
    [CAUSE_POOL_EARLY] = "'{text}' came {ms} before the last answer",
    [CAUSE_POOL_FAILED] = "'{text}'",
    [CAUSE_BACK] = "{n}, {of} before, {ms} after the last answer",
    [CAUSE_NOT_BACK] = "{n} where {of} were before, {ms} after the last answer",
    [CAUSE_GONE_TOO_SOON] = "the exit came {ms} after the last answer; {ms2} before it there were "
                            "{n}, {of} before the signal, and the kernel takes back what is left",
    [CAUSE_NO_LOOK_BEFORE] = "before the signal, some request was under way all the time",
    [CAUSE_NO_LOOK_AFTER] =
        "no connection could look in the {ms} between the last answer and the exit",
    [CAUSE_UNREADABLE] = "it could not be read: {text}",
    [CAUSE_NO_PPROF] = "no goroutine profile was given (--pprof)",
    [CAUSE_NO_METRICS] = "no metrics were given (--metrics)",
    [CAUSE_NO_GAUGE] = "no gauge of the metrics counts what is under way",
    [CAUSE_AT_REST] = "all {n} gauges are where they were, {ms} after the last answer",
    [CAUSE_NOT_AT_REST] = "{text} is {n} where it was {of} before, {ms} after the last answer",
    [CAUSE_NO_REGISTRY] = "no registry was given (--registry)",
    [CAUSE_NO_ENTRY] = "it had no entry before the signal",
    [CAUSE_LEFT] = "it was marked{text}, {ms} after the signal, and is gone",
    [CAUSE_NOT_MARKED] = "it said 'up' after the port had closed",
    [CAUSE_STILL_THERE] = "it is still there after the exit, as '{text}'",
    [CAUSE_EXITED] = "status {n}, {ms} after the last answer, {ms2} after the signal",
    [CAUSE_EXITED_BEFORE] = "with {n} requests in hand, {ms2} after the signal",
    [CAUSE_DIED] = "it died of {signal}, {ms2} after the signal",
    [CAUSE_KILLED] = "it had to be killed, {ms} after the signal",
    [CAUSE_NO_EXIT] = "no exit was seen",
};

const char *checklist_mark(enum row_value value)
{
    static const char *const marks[] = {[ROW_FINE] = "✓", [ROW_BROKEN] = "✗", [ROW_NOT_SEEN] = "-"};
    return marks[value];
}

static void add_ms(struct buf *out, double ms)
{
    char text[32];
    buf_adds(out, isnan(ms) ? "some time" : duration_human_ms(ms > 0 ? ms : 0, text, sizeof text));
}

static void add_text(struct buf *out, const struct checklist_row *row)
{
    if (row->cause != CAUSE_LEFT)
        buf_adds(out, row->text);
    else if (row->text[0])
        buf_addf(out, " '%s'", row->text);
}

static void add_value(struct buf *out, const struct checklist_row *row, const char *key, size_t len)
{
    if (strncmp(key, "text", len) == 0)
        add_text(out, row);
    else if (strncmp(key, "signal", len) == 0)
        buf_adds(out, signame_name((int)row->n));
    else if (strncmp(key, "ms2", len) == 0 && len == 3)
        add_ms(out, row->ms2);
    else if (strncmp(key, "ms", len) == 0)
        add_ms(out, row->ms);
    else
        buf_addf(out, "%lld", (long long)(strncmp(key, "of", len) == 0 ? row->of : row->n));
}

void checklist_say(const struct checklist_row *row, struct buf *out)
{
    const char *s = sentences[row->cause];
    if (row->cause == CAUSE_EXITED && row->n < 0)
        s = "{ms} after the last answer, {ms2} after the signal";
    if (row->value == ROW_NOT_SEEN)
        buf_adds(out, "not seen, because ");
    while (*s) {
        size_t len = strcspn(s, "{");
        buf_add(out, s, len);
        s += len;
        if (!*s)
            break;
        len = strcspn(++s, "}");
        add_value(out, row, s, len);
        s += len + 1;
    }
}

static void json_row(struct json_out *j, int id, const struct checklist_row *row)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    checklist_say(row, &b);
    json_out_object(j, NULL);
    json_out_string(j, "row", checklist_words[id]);
    json_out_string(j, "title", checklist_titles[id]);
    json_out_string(j, "value", row_value_words[row->value]);
    json_out_string(j, "cause", cause_words[row->cause]);
    json_out_string(j, "says", b.data ? b.data : "");
    json_out_end_object(j);
    buf_free(&b);
}

void checklist_json(struct json_out *j, const struct checklist *c)
{
    if (!c->asked)
        return;
    json_out_array(j, "checklist");
    for (int i = 0; i < CHECKLIST_ROWS; i++)
        json_row(j, i, &c->rows[i]);
    json_out_end_array(j);
}
