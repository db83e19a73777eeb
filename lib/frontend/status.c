#include "frontend/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const double FAR_MS = 24 * 3600 * 1000.0;

static const cJSON *get(const cJSON *node, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(node, key);
}

/* "2026-04-05T10:00:00Z", with a fraction perhaps (RFC 3339), as Unix ms; -1 when it is none. */
static int64_t read_time(const char *text)
{
    struct tm tm = {0};
    int used = 0;
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec, &used) != 6)
        return -1;
    text += used;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    if (strcmp(text, "Z") != 0)
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) * 1000;
}

static void read_left(const cJSON *notice, int64_t wall_ms, struct fe_status *out)
{
    const cJSON *seconds = get(notice, "gracePeriodSeconds"), *time = get(notice, "shutdownTime");
    double left;
    if (cJSON_IsNumber(seconds) && seconds->valuedouble >= 0) {
        left = seconds->valuedouble * 1000;
    } else if (cJSON_IsString(time) && read_time(time->valuestring) >= 0) {
        left = (double)(read_time(time->valuestring) - wall_ms);
    } else {
        out->problem = "a shutdown is scheduled, but not when";
        return;
    }
    if (left > FAR_MS) {
        out->problem = "the shutdown is more than a day ahead: a clock is far off";
        return;
    }
    out->speaks = true;
    out->left = left > 0 ? (fe_ms)left : 0;
}

static bool read_notice(const cJSON *notice, int64_t wall_ms, struct fe_status *out)
{
    const cJSON *scheduled = get(notice, "scheduled");
    if (!cJSON_IsBool(scheduled))
        return false;
    if (cJSON_IsTrue(scheduled))
        read_left(notice, wall_ms, out);
    else
        out->speaks = true;
    return true;
}

static bool is_ok(const struct fe_policy *p, const char *word)
{
    for (int i = 0; i < p->poll.n_ok; i++)
        if (strcmp(p->poll.ok[i], word) == 0)
            return true;
    return false;
}

void fe_status_read(const struct fe_policy *p, int status, const char *body, size_t len,
                    int64_t wall_ms, struct fe_status *out)
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    const cJSON *word = get(root, "status");

    *out = (struct fe_status){.left = FE_NEVER};
    if (root)
        read_notice(get(root, "maintenance"), wall_ms, out);
    if (status != 200)
        out->problem = "the answer is not 200";
    else if (!root)
        out->problem = "the answer is not JSON";
    else if (!cJSON_IsString(word))
        out->problem = "the answer has no \"status\"";
    else if (!is_ok(p, word->valuestring))
        out->problem = "the status is not one of those that are well";
    else
        out->well = true;
    cJSON_Delete(root);
}

bool fe_status_message(const struct fe_policy *p, const char *data, size_t len, int64_t wall_ms,
                       struct fe_status *out)
{
    cJSON *root = cJSON_ParseWithLength(data, len);
    const cJSON *word = get(root, "status");
    *out = (struct fe_status){.left = FE_NEVER};
    bool says = read_notice(get(root, "maintenance"), wall_ms, out) ||
                read_notice(root, wall_ms, out) || cJSON_IsString(word);
    out->well = !cJSON_IsString(word) || is_ok(p, word->valuestring);
    cJSON_Delete(root);
    return says;
}
