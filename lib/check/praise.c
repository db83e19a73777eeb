/* Rows of the catalogue whose defect no run shows: what was fine, and what only seems so, since a
 * loss by chance was not forced. */
#include <stdlib.h>
#include <string.h>

#include "base/interval.h"
#include "base/mem.h"
#include "check/rules.h"

enum { TRIES_LEAST = 2 }; /* for praise of what tries bring about */

/* "{n}" in a row's sentence is how many things were looked at. */
static char *sentence(const struct finding *f, bool repeated)
{
    struct buf b;
    char interval[80];

    buf_init(&b, 4096);
    for (const char *p = f->defect->fine; *p; p++)
        if (strncmp(p, "{n}", 3) == 0) {
            buf_add_int(&b, f->all);
            p += 2;
        } else {
            buf_addc(&b, *p);
        }
    if (f->defect->luck)
        buf_addf(&b, ", with a loss in 0 of %d tries (%s)", f->tries_all,
                 interval_text(0, f->tries_all, interval, sizeof interval));
    else if (repeated)
        buf_addf(&b, ", in %d of %d runs (%s would fail)", f->runs_all, f->runs_all,
                 interval_text(0, f->runs_all, interval, sizeof interval));
    return buf_take(&b);
}

/* What would say that something was fine, of which a finding's consequences say nothing. */
static bool is_covered_row(const struct audit *a, const struct defect *d)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        const char *covers = a->findings[i].defect->covers;

        if (covers && name_in(d->id, covers))
            return true;
    }
    return false;
}

/* Some run shows that the row's sentence is not true, though its rule found nothing. */
static bool is_denied(const struct finding *f, const struct view *views, size_t n)
{
    if (f->doubts)
        return true;
    for (size_t i = 0; f->defect->unless && i < n; i++)
        if (views[i].usable && f->defect->unless(&views[i]))
            return true;
    return false;
}

static bool is_decided(const struct finding *f)
{
    return f->defect->luck == LUCK_NONE ||
           (f->defect->luck == LUCK_FORCED && f->tries_all >= TRIES_LEAST);
}

void find_fine(struct audit *a, const struct view *views, size_t n_views,
               const struct finding *clean, size_t n)
{
    a->fine = mem_zero(n + 1, sizeof *a->fine);
    a->fine_of = mem_zero(n + 1, sizeof *a->fine_of);
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &clean[i];

        if (!is_decided(f) || is_denied(f, views, n_views) || is_covered_row(a, f->defect))
            continue;
        a->fine_of[a->n_fine] = f->defect;
        a->fine[a->n_fine++] = sentence(f, a->repeated);
    }
}

/* "0 of 7 tries" leaves a loss in one stop of three. A single loss in a try is a doubt. */
void find_unproven(struct audit *a, const struct finding *clean, size_t n)
{
    size_t cap = a->untested.n;

    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &clean[i];

        if (f->defect->luck != LUCK_CHANCE || !f->tries_all || is_covered_row(a, f->defect))
            continue;
        MEM_GROW(a->untested.at, a->untested.n, cap);
        if (f->doubts) {
            a->untested.at[a->untested.n++] = mem_printf(
                "a loss by chance: %lld of %lld %s, but never two in one try: the server "
                "may just have been closing that one (RFC 9112 section 9.5)",
                (long long)f->doubts, (long long)f->all, f->defect->unit);
            continue;
        }
        char *text = sentence(f, a->repeated);
        a->untested.at[a->untested.n++] = mem_printf("a loss by chance: %s", text);
        free(text);
    }
}
