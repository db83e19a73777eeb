/* "request": what a load asks for. */
#include <string.h>

#include "plan/parse.h"

/* RFC 9110 section 5.6.2 */
static bool is_token(const char *s)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return *s && s[strspn(s, token)] == '\0';
}

static int read_method(READ_PARAMS)
{
    char **method = &LOAD(into)->method;
    if (read_text(doc, node, method, err) < 0)
        return -1;
    if (!is_token(*method))
        return json_error(doc, node, err, "'%.60s' is not a method (RFC 9110)", *method);
    return 0;
}

static int request_path(READ_PARAMS)
{
    return read_path(doc, node, &LOAD(into)->path, err);
}

static int request_then(READ_PARAMS)
{
    return read_path(doc, node, &LOAD(into)->then_path, err);
}

static int check_header(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    if (!is_token(node->string))
        return json_error(doc, node, err, "'%.60s' is not a header's name (RFC 9110)",
                          node->string);
    for (const char *p = node->valuestring; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return json_error(doc, node, err, "a header's value holds no control characters");
    return 0;
}

static int read_headers(READ_PARAMS)
{
    struct plan_load *l = LOAD(into);
    return read_pairs(doc, node, &l->headers.at, &l->headers.n, check_header, err);
}

static int body_bytes(READ_PARAMS)
{
    return json_get_int(doc, node, 0, INT64_C(1) << 40, &LOAD(into)->body.bytes, err);
}

static int body_over(READ_PARAMS)
{
    return json_get_duration(doc, node, &LOAD(into)->body.over_ns, err);
}

const struct json_field body_fields[] = {
    {"bytes", body_bytes, true},
    {"over", body_over, false},
    {0},
};

static int read_body(READ_PARAMS)
{
    return json_read_object(doc, node, body_fields, into, err);
}

const struct json_field request_fields[] = {
    {"method", read_method, false},   {"path", request_path, true}, {"then", request_then, false},
    {"headers", read_headers, false}, {"body", read_body, false},   {0},
};

int parse_request(READ_PARAMS)
{
    if (json_read_object(doc, node, request_fields, into, err) < 0)
        return -1;
    if (json_has(node, "body") && !json_has(node, "method")) {
        json_error(doc, node, err, "a request with a 'body' needs its 'method'");
        return error_hint(err, "add \"method\": \"POST\"");
    }
    return 0;
}
