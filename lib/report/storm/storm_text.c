/* A storm for people: of each policy the picture and what it means; then all side by side. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/utf8.h"
#include "report/storm/storm.h"
#include "report/text/text.h"

static void add_count(struct buf *out, const char *label, uint64_t n, const char *what)
{
    buf_addf(out, "  %-13s", label);
    storm_count_words(out, n);
    buf_addf(out, "%s\n", what);
}

static void add_figures(struct buf *out, const struct storm_report *s, const struct storm_row *row)
{
    const struct storm_result *r = &row->result;
    char text[32];

    buf_addf(out, "  %-13s", "peak");
    storm_peak_words(out, row);
    buf_adds(out, " the normal rate: ");
    storm_count_words(out, r->peak);
    buf_addf(out, " in %d ms, %s after its return%s\n", STORM_BIN_MS,
             duration_human((int64_t)r->peak_at * NS_PER_MS, text, sizeof text),
             storm_over_limit(s, row) ? " (over the limit)" : "");
    buf_addf(out, "  %-13s", "all served");
    storm_served_words(out, row);
    buf_adds(out, "\n");
    buf_addf(out, "  %-13s%.1f%% of ", "wasted", 100 * storm_wasted_share(r));
    storm_count_words(out, r->answered);
    buf_adds(out, " answers went to no client\n");
    add_count(out, "turned away", r->refused, " attempts");
    add_count(out, "errors shown", r->given_up, "");
    if (row->plan.policy.queue.on)
        add_count(out, "queued", r->queued, "");
}

static void add_row(struct buf *out, const struct report_input *in, const struct storm_row *row)
{
    buf_addf(out, "%s\n\n", row->policy);
    storm_picture(out, row, in->width ? in->width : 80);
    buf_addc(out, '\n');
    add_figures(out, in->storm, row);
    buf_addc(out, '\n');
}

static void add_table(struct buf *out, const struct storm_report *s)
{
    buf_addf(out, "%-20s %9s  %-14s %7s  %14s  %12s\n", "policy", "peak", "all served", "wasted",
             "turned away", "errors");
    for (size_t i = 0; i < s->count; i++) {
        const struct storm_row *row = &s->rows[i];
        struct buf cell;
        buf_init(&cell, 256);
        buf_addf(out, "%-20.20s ", row->policy);
        storm_peak_words(&cell, row);
        buf_addf(out, "%9s  ", cell.data);
        buf_reset(&cell);
        storm_served_words(&cell, row);
        buf_addf(out, "%-14s %6.1f%%  ", cell.data, 100 * storm_wasted_share(&row->result));
        buf_reset(&cell);
        storm_count_words(&cell, row->result.refused);
        buf_addf(out, "%14s  ", cell.data);
        buf_reset(&cell);
        storm_count_words(&cell, row->result.given_up);
        buf_addf(out, "%12s\n", cell.data);
        buf_free(&cell);
    }
}

static void add_head(struct buf *out, const struct storm_row *row)
{
    char away[32], every[32];
    storm_count_words(out, row->plan.clients);
    buf_addf(out, " clients, each with a wish every %s, lose their server for %s\n\n",
             duration_format((int64_t)row->plan.every * NS_PER_MS, every, sizeof every),
             duration_format((int64_t)row->plan.outage * NS_PER_MS, away, sizeof away));
}

void storm_text(const struct report_input *in, struct buf *out)
{
    const struct storm_report *s = in->storm;
    add_head(out, &s->rows[0]);
    for (size_t i = 0; !in->quiet && i < s->count; i++)
        add_row(out, in, &s->rows[i]);
    if (in->quiet || s->count > 1)
        add_table(out, s);
}
