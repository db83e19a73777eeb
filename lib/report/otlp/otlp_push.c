/* Sending traces (opentelemetry-proto, docs/specification.md, "OTLP/HTTP"), and what a receiver
 * says of them. */
#include <inttypes.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json.h"
#include "report/formats.h"
#include "report/push.h"

static int not_otlp(const char *answer, size_t len, struct error *err)
{
    struct buf b;
    push_quote(&b, answer, len);
    error_set(err, ERROR_RUN, "the answer is not one of OTLP: '%s'", b.data ? b.data : "");
    buf_free(&b);
    return error_hint(err, "is it the address of an OTLP/HTTP receiver?");
}

static int rejected(int64_t n, const char *message, struct error *err)
{
    struct buf b;
    push_quote(&b, message, strlen(message));
    error_set(err, ERROR_RUN, "%" PRId64 " span%s rejected: %s", n, n == 1 ? " was" : "s were",
              b.len ? b.data : "it does not say why");
    buf_free(&b);
    return error_hint(err, "the verdict stands; the receiver's own log may say more");
}

/* An ExportTraceServiceResponse: {} or {"partialSuccess":{"rejectedSpans":"3","errorMessage":…}}.
 * Some receivers answer without a body. */
static int check(const char *answer, size_t len, struct error *err)
{
    if (len == 0)
        return 0;
    cJSON *root = cJSON_ParseWithLength(answer, len);
    if (!cJSON_IsObject(root)) {
        cJSON_Delete(root);
        return not_otlp(answer, len, err);
    }
    const cJSON *partial = cJSON_GetObjectItemCaseSensitive(root, "partialSuccess");
    int64_t n = json_int64(cJSON_GetObjectItemCaseSensitive(partial, "rejectedSpans"));
    const char *message =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(partial, "errorMessage"));
    int rc = n > 0 ? rejected(n, message ? message : "", err) : 0;
    cJSON_Delete(root);
    return rc;
}

const struct report_push report_otlp_push = {
    .method = "POST",
    .content_type = "application/json",
    .path = "/v1/traces",
    .fields = "OTEL_EXPORTER_OTLP_HEADERS",
    .lines = true,
    .check = check,
};
