/* Figures of a storm in words. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "report/storm/storm.h"

double storm_wasted_share(const struct storm_result *r)
{
    return r->answered ? (double)r->wasted / (double)r->answered : 0;
}

void storm_count_words(struct buf *out, uint64_t n)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            buf_addc(out, ',');
        buf_addc(out, digits[i]);
    }
}

void storm_peak_words(struct buf *out, const struct storm_row *row)
{
    if (row->result.normal > 0)
        buf_addf(out, "%.1fx", row->result.peak_ratio);
    else
        buf_adds(out, "no normal rate");
}

void storm_served_words(struct buf *out, const struct storm_row *row)
{
    const struct storm_result *r = &row->result;
    char text[32];
    if (r->unserved) {
        storm_count_words(out, r->unserved);
        buf_adds(out, " never");
    } else {
        buf_addf(out, "after %s",
                 duration_human((int64_t)r->served_after * NS_PER_MS, text, sizeof text));
    }
}

bool storm_over_limit(const struct storm_report *s, const struct storm_row *row)
{
    return s->limit > 0 && !(row->result.peak_ratio <= s->limit);
}
