#include "base/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_WORD = 48 };

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment distance (Damerau 1964, restricted). */
static int distance(const char *a, const char *b)
{
    int la = (int)strnlen(a, MAX_WORD), lb = (int)strnlen(b, MAX_WORD);
    int d[MAX_WORD + 1][MAX_WORD + 1];
    for (int i = 0; i <= la; i++)
        d[i][0] = i;
    for (int j = 0; j <= lb; j++)
        d[0][j] = j;
    for (int i = 1; i <= la; i++) {
        for (int j = 1; j <= lb; j++) {
            int cost = !same(a[i - 1], b[j - 1]);
            d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]) &&
                d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    }
    return d[la][lb];
}

const char *words_nearest(const char *word, const char *const *known)
{
    const char *best = NULL;
    int best_distance = 0;
    for (; *known; known++) {
        int d = distance(word, *known);
        if (!best || d < best_distance) {
            best = *known;
            best_distance = d;
        }
    }
    /* more than two typos in five letters is another word */
    int longest = best ? (int)(strlen(word) > strlen(best) ? strlen(word) : strlen(best)) : 0;
    return best && best_distance * 5 <= longest * 2 ? best : NULL;
}

const char *words_join(const char *const *known, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; known[i] && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", known[i]);
    return out;
}

int words_hint(const char *word, const char *const *known, const char *otherwise, struct error *err)
{
    const char *near = words_nearest(word, known);
    if (near)
        return error_hint(err, "did you mean '%s'?", near);
    return otherwise ? error_hint(err, "%s", otherwise) : -1;
}

int words_hint_list(const char *word, const char *const *known, const char *what, struct error *err)
{
    char list[384], all[448];
    words_join(known, list, sizeof list);
    snprintf(all, sizeof all, "%s: %s", what, *list ? list : "there are none");
    return words_hint(word, known, all, err);
}
