#include "server/work/upstream.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/mask.h"
#include "base/mem.h"

enum { BODY_MAX = 64 << 10 };

struct upstream {
    struct calls *calls;
    char *url;
};

int upstream_check(const char *url, struct error *err)
{
    CURLU *u = curl_url();
    char *scheme = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(u);
    if (ok)
        return 0;
    char *shown = mask_url(url);
    error_set(err, ERROR_USAGE, "'%.200s' is not the URL of an upstream", shown);
    free(shown);
    return error_hint(err, "expected http://HOST:PORT/PATH");
}

struct upstream *upstream_open(uv_loop_t *loop, const char *url)
{
    struct calls *calls = calls_open(loop);
    if (!calls)
        return NULL;
    struct upstream *u = MEM_NEW(struct upstream);
    *u = (struct upstream){.calls = calls, .url = mem_strdup(url)};
    return u;
}

void upstream_get(struct upstream *u, struct call *c, const char *traceparent)
{
    char *field = traceparent ? mem_printf("traceparent: %s", traceparent) : NULL;
    const char *const fields[] = {field, NULL};
    calls_start(u->calls, c,
                &(struct call_request){.url = u->url, .fields = fields, .body_max = BODY_MAX});
    free(field);
}

int64_t upstream_calls(const struct upstream *u)
{
    return calls_under_way(u->calls);
}

void upstream_close(struct upstream *u)
{
    calls_close(u->calls, NULL, NULL);
    free(u->url);
    free(u);
}
