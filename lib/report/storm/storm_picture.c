/* The picture of a storm: a column for some bins, its height the highest of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "report/storm/storm.h"

enum { ROWS = 8, LEVELS = 8, LABEL = 12, MOST_COLUMNS = 200 };

struct picture {
    struct buf *out;
    int columns;
    size_t per_column; /* bins */
    double heights[MOST_COLUMNS];
    double top, normal;
    int back; /* the column in which the server is back */
};

/* The bins that are worth showing: until everyone was served, and some ordinary life. */
static size_t shown_bins(const struct storm_row *row)
{
    fe_ms end = row->plan.outage + row->result.served_after;
    if (row->result.unserved)
        end += 10000;
    size_t bins = (end + 2000) / STORM_BIN_MS;
    return bins < row->result.n_bins ? bins : row->result.n_bins;
}

static void measure(struct picture *p, const struct storm_row *row, int width)
{
    const struct storm_result *r = &row->result;
    size_t bins = shown_bins(row);
    int most = width - LABEL - 1;

    most = most > MOST_COLUMNS ? MOST_COLUMNS : most < 10 ? 10 : most;
    p->per_column = (bins + (size_t)most - 1) / (size_t)most;
    if (p->per_column == 0)
        p->per_column = 1;
    p->columns = (int)((bins + p->per_column - 1) / p->per_column);
    p->normal = p->top = r->normal;
    p->back = (int)(row->plan.outage / STORM_BIN_MS / p->per_column);
    for (size_t i = 0; i < bins; i++) {
        double *height = &p->heights[i / p->per_column];
        if (r->bins[i] > *height)
            *height = r->bins[i];
        if (*height > p->top)
            p->top = *height;
    }
    if (p->top <= 0)
        p->top = 1;
}

static void add_label(struct picture *p, int line)
{
    char number[32] = "";
    int normal_line = (int)(p->normal / p->top * ROWS);
    if (line == ROWS - 1)
        snprintf(number, sizeof number, "%.0f", p->top);
    else if (line == normal_line && p->normal > 0)
        snprintf(number, sizeof number, "%.0f", p->normal);
    buf_addf(p->out, "%*s %s", LABEL - 3, number, *number ? "┤" : "│");
}

static void add_line(struct picture *p, int line)
{
    static const char *const blocks[LEVELS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    int normal_line = (int)(p->normal / p->top * ROWS);
    size_t end = p->out->len;

    add_label(p, line);
    end = p->out->len;
    for (int i = 0; i < p->columns; i++) {
        double level = p->heights[i] / p->top * ROWS * LEVELS - line * LEVELS;
        int block = level >= LEVELS ? LEVELS : level > 0 ? (int)ceil(level) : 0;
        /* The normal rate as dots where no bar covers it. */
        bool dot = block == 0 && line == normal_line && i % 2 == 0;
        buf_adds(p->out, dot ? "·" : blocks[block]);
        if (block || dot)
            end = p->out->len;
    }
    p->out->len = end; /* no blanks at a line's end */
    buf_addc(p->out, '\n');
}

static void add_axis(struct picture *p, const struct storm_row *row)
{
    double seconds = (double)(p->columns * (int)p->per_column) * STORM_BIN_MS / 1000;
    char end[32];
    int gap;

    buf_addf(p->out, "%*s ", LABEL - 3, "");
    buf_adds(p->out, "└");
    for (int i = 0; i < p->columns; i++)
        buf_adds(p->out, i == p->back ? "┴" : "─");
    buf_addf(p->out, "\n%*sgone", LABEL - 1, "");
    gap = p->back - 4;
    buf_addf(p->out, "%*sback", gap > 1 ? gap : 1, "");
    int len = snprintf(end, sizeof end, "+%.1f s", seconds - row->plan.outage / 1000.0);
    gap = p->columns - p->back - 4 - len;
    buf_addf(p->out, "%*s%s\n", gap > 1 ? gap : 1, "", end);
}

void storm_picture(struct buf *out, const struct storm_row *row, int width)
{
    struct picture p = {.out = out};
    measure(&p, row, width);
    for (int line = ROWS - 1; line >= 0; line--)
        add_line(&p, line);
    add_axis(&p, row);
}
