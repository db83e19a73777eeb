/* What the people at pages saw: a block for each load with a frontend. */
#include <math.h>
#include <stdio.h>

#include "base/duration.h"
#include "report/text/text.h"

static enum style style_of(int saw, int64_t n)
{
    if (!n)
        return STYLE_DIM;
    return saw >= SAW_ERROR_SHOWN ? STYLE_BAD : saw == SAW_FINE ? STYLE_GOOD : STYLE_UNSURE;
}

static void rows(struct text *t, const struct users_verdict *u)
{
    int64_t judged = u->intentions - u->open;
    for (int s = 0; s < SAW_COUNT; s++) {
        char row[64];
        if (!u->saw[s] && !t->verbose)
            continue;
        snprintf(row, sizeof row, "%-12s %8lld  %5.1f%%", saw_words[s].word, (long long)u->saw[s],
                 judged ? 100.0 * (double)u->saw[s] / (double)judged : 0.0);
        text_pad(t, 4);
        text_style(t, style_of(s, u->saw[s]), row);
        buf_addc(t->out, '\n');
    }
}

/* What the words rest on, and what they leave out. */
static void witness(struct buf *b, const struct users_verdict *u)
{
    if (u->listed)
        buf_addf(b, "%lld orders in the server's list", (long long)u->orders);
    else if (u->untold)
        buf_addf(b, "how many orders %lld of them became is unknown: no witness",
                 (long long)u->untold);
    else
        buf_adds(b, "no list of orders was read");
    if (u->reordered)
        buf_addf(b, ", %lld out of order", (long long)u->reordered);
    if (u->acknowledged_lost)
        buf_addf(b, "; %lld lost after they were acknowledged", (long long)u->acknowledged_lost);
    if (u->resurrected)
        buf_addf(b, "; %lld given up and there all the same", (long long)u->resurrected);
    if (u->other_reply)
        buf_addf(b, "; %lld whose key was answered with another body", (long long)u->other_reply);
    if (u->undelivered)
        buf_addf(b, "; %lld still queued at the end", (long long)u->undelivered);
    if (u->open)
        buf_addf(b, "; %lld still under way at the end, not counted", (long long)u->open);
}

/* "storm: peak 8.6x the normal rate (43 in 100 ms, 3.50 s after its return); all served ..." */
static void storm(struct text *t, const struct storm_verdict *s)
{
    struct buf b;
    char at[32], served[32];
    if (!s->any)
        return;
    buf_init(&b, 4096);
    buf_adds(&b, "storm: peak ");
    if (!isnan(s->peak_ratio))
        buf_addf(&b, "%.1fx the normal rate: ", s->peak_ratio);
    buf_addf(&b, "%lld in 100 ms, %s after its return; ", (long long)s->peak,
             duration_human_ms(s->peak_at_ms, at, sizeof at));
    if (s->unserved)
        buf_addf(&b, "%lld of %lld never served", (long long)s->unserved, (long long)s->affected);
    else
        buf_addf(&b, "all %lld served after %s", (long long)s->affected,
                 duration_human_ms(s->served_after_ms, served, sizeof served));
    buf_addf(&b, "; %lld turned away, %lld of %lld answers to no client", (long long)s->refused,
             (long long)s->wasted, (long long)s->answered);
    text_pad(t, 4);
    text_wrap(t, STYLE_PLAIN, 4, 4, b.data);
    buf_free(&b);
}

static void load_users(struct text *t, const struct load_verdict *l)
{
    const struct users_verdict *u = &l->users;
    char usual[32];
    struct buf b;
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, l->name);
    buf_addf(t->out, ": what people saw of %lld intentions\n", (long long)u->intentions);
    rows(t, u);
    buf_init(&b, 4096);
    buf_addf(&b, "%.1f user-seconds lost", u->seconds_lost);
    if (!isnan(u->usual_ms))
        buf_addf(&b, " (usual: %s)", duration_human_ms(u->usual_ms, usual, sizeof usual));
    buf_adds(&b, "; ");
    witness(&b, u);
    text_pad(t, 4);
    text_wrap(t, STYLE_PLAIN, 4, 4, b.data);
    storm(t, &l->storm);
    buf_addc(t->out, '\n');
    buf_free(&b);
}

void text_users(struct text *t, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads; i++)
        if (v->loads[i].users.any)
            load_users(t, &v->loads[i]);
}
