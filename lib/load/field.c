#include "load/field.h"

const char *field_value(CURL *easy, const char *name, struct buf *out)
{
    struct curl_header *h;
    buf_init(out, FIELD_MAX);
    for (size_t i = 0; curl_easy_header(easy, name, i, CURLH_HEADER, -1, &h) == CURLHE_OK; i++)
        buf_addf(out, "%s%s", i ? ", " : "", h->value);
    return out->data;
}
