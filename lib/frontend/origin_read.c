/* Reading the setting "origin". */
#include <stdio.h>
#include <string.h>

#include "frontend/cors.h"
#include "frontend/frontend.h"

int fe_origin_read(const struct json_doc *doc, const cJSON *node, void *policy, struct error *err)
{
    struct fe_policy *p = policy;
    const char *text;
    if (json_get_string(doc, node, &text, err) < 0)
        return -1;
    if (!fe_cors_is_origin(text) || strlen(text) >= sizeof p->origin.at) {
        json_error(doc, node, err, "'%.60s' is not the origin of a page", text);
        return error_hint(err, "expected scheme, host and perhaps a port, as in "
                               "\"https://shop.example\"");
    }
    snprintf(p->origin.at, sizeof p->origin.at, "%s", text);
    p->origin.preflight[FE_WRITE] = true;
    return 0;
}
