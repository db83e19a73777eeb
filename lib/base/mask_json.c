/* Masking a scenario or a list of arguments, string by string: it is then the same plan but for the
 * secrets, and is read and judged as before. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/attr.h"
#include "base/mask.h"
#include "base/mem.h"

static bool is_one_of(const char *key, const char *const *keys, size_t n)
{
    for (size_t i = 0; key && i < n; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* Two names must not become one, and a regular expression stays what it asks for. */
static bool is_kept(const char *key)
{
    static const char *const kept[] = {"name",    "load",   "of",       "freeze", "log",
                                       "matches", "absent", "pool_log", "send",   "to"};
    return is_one_of(key, kept, ARRAY_LEN(kept));
}

static bool set(cJSON *node, const char *text)
{
    return strcmp(node->valuestring, text) != 0 && cJSON_SetValuestring(node, text) != NULL;
}

static bool mask_string(cJSON *node)
{
    char *masked = mask_copy(node->valuestring);
    bool any = masked && set(node, masked);
    free(masked);
    return any;
}

/* "headers" and "env": the name tells. */
static bool mask_pairs(cJSON *object)
{
    bool any = false;
    cJSON *node;
    cJSON_ArrayForEach(node, object)
    {
        if (!cJSON_IsString(node))
            continue;
        bool secret = mask_is_secret(node->string, strlen(node->string));
        any |= secret ? *node->valuestring && set(node, "***") : mask_string(node);
    }
    return any;
}

/* "--password" and then its value. */
static bool is_secret_option(const cJSON *node)
{
    const char *s = cJSON_IsString(node) ? node->valuestring : "";
    size_t dashes = strspn(s, "-"), len = strlen(s);
    return dashes > 0 && !strchr(s, '=') && mask_is_secret(s + dashes, len - dashes);
}

/* No recursion deeper than cJSON itself parses. */
static bool mask_node(cJSON *node) /* NOLINT(misc-no-recursion) */
{
    static const char *const pairs[] = {"headers", "env"};
    bool any = false;
    cJSON *child;
    if (cJSON_IsString(node))
        return !is_kept(node->string) && mask_string(node);
    if (cJSON_IsObject(node) && is_one_of(node->string, pairs, ARRAY_LEN(pairs)))
        return mask_pairs(node);
    const cJSON *before = NULL;
    cJSON_ArrayForEach(child, node)
    {
        if (cJSON_IsArray(node) && cJSON_IsString(child) && before && is_secret_option(before) &&
            child->valuestring[0] != '-')
            any |= set(child, "***");
        else
            any |= mask_node(child);
        before = child;
    }
    return any;
}

char *mask_json(const char *json)
{
    cJSON *root = cJSON_Parse(json);
    char *text = NULL;
    if (root && mask_node(root)) {
        char *printed = cJSON_PrintUnformatted(root);
        text = mem_strdup(printed);
        cJSON_free(printed);
    }
    cJSON_Delete(root);
    return text;
}
