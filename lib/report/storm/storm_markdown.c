/* A storm as a markdown table. */
#include "report/storm/storm.h"

void storm_markdown(const struct report_input *in, struct buf *out)
{
    const struct storm_report *s = in->storm;
    buf_adds(out, "| policy | peak | all served | wasted | turned away | errors shown |\n"
                  "| --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < s->count; i++) {
        const struct storm_row *row = &s->rows[i];
        buf_addf(out, "| `%s` | ", row->policy);
        storm_peak_words(out, row);
        buf_adds(out, " | ");
        storm_served_words(out, row);
        buf_addf(out, " | %.1f%% | ", 100 * storm_wasted_share(&row->result));
        storm_count_words(out, row->result.refused);
        buf_adds(out, " | ");
        storm_count_words(out, row->result.given_up);
        buf_adds(out, " |\n");
    }
}
