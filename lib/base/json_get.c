#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/whole.h"
#include "base/words.h"

const char *json_kind(const cJSON *node)
{
    if (cJSON_IsString(node))
        return "a string";
    if (cJSON_IsNumber(node))
        return "a number";
    if (cJSON_IsObject(node))
        return "an object";
    if (cJSON_IsArray(node))
        return "an array";
    if (cJSON_IsBool(node))
        return cJSON_IsTrue(node) ? "true" : "false";
    return "null";
}

int json_get_string(const struct json_doc *doc, const cJSON *node, const char **out,
                    struct error *err)
{
    if (!cJSON_IsString(node))
        return json_error(doc, node, err, "expected a string, not %s", json_kind(node));
    *out = node->valuestring;
    return 0;
}

int json_get_int(const struct json_doc *doc, const cJSON *node, int64_t min, int64_t max,
                 int64_t *out, struct error *err)
{
    if (!cJSON_IsNumber(node))
        return json_error(doc, node, err, "expected a whole number, not %s", json_kind(node));
    double v = node->valuedouble;
    if (v != floor(v) || v < (double)min || v > (double)max)
        return json_error(doc, node, err,
                          "expected a whole number from %" PRId64 " to %" PRId64 ", not %g", min,
                          max, v);
    *out = (int64_t)v;
    return 0;
}

int64_t json_int64(const cJSON *node)
{
    static const double exact = 0x1p53; /* beyond it a double leaves whole numbers out */
    int64_t n = 0;
    if (cJSON_IsString(node))
        whole_parse(node->valuestring, INT64_MIN, INT64_MAX, &n);
    else if (cJSON_IsNumber(node) && fabs(node->valuedouble) <= exact)
        n = (int64_t)node->valuedouble;
    return n;
}

int json_get_number(const struct json_doc *doc, const cJSON *node, double *out, struct error *err)
{
    if (!cJSON_IsNumber(node))
        return json_error(doc, node, err, "expected a number, not %s", json_kind(node));
    *out = node->valuedouble;
    return 0;
}

int json_get_bool(const struct json_doc *doc, const cJSON *node, bool *out, struct error *err)
{
    if (!cJSON_IsBool(node))
        return json_error(doc, node, err, "expected true or false, not %s", json_kind(node));
    *out = cJSON_IsTrue(node);
    return 0;
}

int json_get_duration(const struct json_doc *doc, const cJSON *node, int64_t *ns, struct error *err)
{
    if (cJSON_IsNumber(node)) {
        json_error(doc, node, err, "expected a duration with its unit, not the bare number %g",
                   node->valuedouble);
        return error_hint(err, "write \"%gms\" or \"%gs\", in quotes", node->valuedouble,
                          node->valuedouble);
    }
    if (!cJSON_IsString(node))
        return json_error(doc, node, err, "expected a duration such as \"1.5s\", not %s",
                          json_kind(node));
    if (duration_parse(node->valuestring, ns) < 0) {
        json_error(doc, node, err, "'%s' is not a duration", node->valuestring);
        return error_hint(err, "a number and its unit: 250us, 250ms, 1.5s, 2m or 1h");
    }
    return 0;
}

static const struct json_field *find_field(const struct json_field *fields, const char *key)
{
    for (; fields->key; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

static int unknown_key(const struct json_doc *doc, const cJSON *node,
                       const struct json_field *fields, struct error *err)
{
    const char *known[64] = {0};
    char list[384];
    for (size_t i = 0; i < 63 && fields[i].key; i++)
        known[i] = fields[i].key;
    words_join(known, list, sizeof list);
    json_error(doc, node, err, "there is no key '%s' here", node->string);
    const char *near = words_nearest(node->string, known);
    if (near)
        return error_hint(err, "did you mean '%s'? the keys are: %s", near, list);
    return error_hint(err, "the keys are: %s", list);
}

static int check_required(const struct json_doc *doc, const cJSON *node,
                          const struct json_field *fields, bool null_is_missing, struct error *err)
{
    for (; fields->key; fields++) {
        const cJSON *child = cJSON_GetObjectItemCaseSensitive(node, fields->key);
        if (fields->required && (!child || (null_is_missing && cJSON_IsNull(child))))
            return json_error(doc, node, err, "the key '%s' is missing", fields->key);
    }
    return 0;
}

int json_read_known(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                    void *into, struct error *err)
{
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        const struct json_field *field = find_field(fields, child->string);
        if (field && !cJSON_IsNull(child) && field->read(doc, child, into, err) < 0)
            return -1;
    }
    return check_required(doc, node, fields, true, err);
}

int json_read_object(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                     void *into, struct error *err)
{
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        const struct json_field *field = find_field(fields, child->string);
        if (!field)
            return unknown_key(doc, child, fields, err);
        if (field->read(doc, child, into, err) < 0)
            return -1;
    }
    return check_required(doc, node, fields, false, err);
}

int json_want_array(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    if (cJSON_IsArray(node))
        return 0;
    return json_error(doc, node, err, "expected an array, not %s", json_kind(node));
}
