/* Words of etcd's JSON: its addresses, bytes and numbers, and what an answer means. */
#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json_out.h"
#include "base/mask.h"
#include "base/mem.h"
#include "wire/etcd.h"

static const char scheme[] = "etcd://";

/* gRPC's codes, in "code" of an error */
enum { CODE_NOT_FOUND = 5, CODE_FAILED_PRECONDITION = 9, CODE_UNAUTHENTICATED = 16 };

bool etcd_is_address(const char *text)
{
    return strncasecmp(text, scheme, sizeof scheme - 1) == 0;
}

/* --- addresses --- */

static char *part(CURLU *u, CURLUPart which, unsigned flags)
{
    char *text = NULL;
    if (curl_url_get(u, which, &text, flags) != CURLUE_OK)
        return NULL;
    char *copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

static bool is_local(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0 ||
           strcasecmp(host, "localhost") == 0;
}

static bool fill(struct etcd_address *a, CURLU *u)
{
    char *host = part(u, CURLUPART_HOST, 0), *port = part(u, CURLUPART_PORT, 0);
    char *path = part(u, CURLUPART_PATH, CURLU_URLDECODE);
    size_t len = path ? strlen(path) : 0;
    while (len > 1 && path[len - 1] == '/')
        len--;
    char *query = part(u, CURLUPART_QUERY, 0);
    bool ok = host && *host && len > 1 && !query;
    if (ok) {
        a->shown = mem_printf("%s:%s", host, port ? port : "2379");
        a->base = mem_printf("http://%s", a->shown);
        a->prefix = mem_printf("%.*s/", (int)len, path);
        a->local = is_local(host);
        a->user = part(u, CURLUPART_USER, CURLU_URLDECODE);
        a->password = part(u, CURLUPART_PASSWORD, CURLU_URLDECODE);
    }
    free(host);
    free(port);
    free(path);
    free(query);
    return ok;
}

int etcd_address_read(struct etcd_address *a, const char *text, struct error *err)
{
    *a = (struct etcd_address){0};
    CURLU *u = curl_url();
    char *http = mem_printf("http://%s", etcd_is_address(text) ? text + sizeof scheme - 1 : "");
    bool ok = u && curl_url_set(u, CURLUPART_URL, http, 0) == CURLUE_OK && fill(a, u);
    free(http);
    curl_url_cleanup(u);
    if (ok && (a->user == NULL) == (a->password == NULL))
        return 0;
    etcd_address_free(a);
    char *shown = mask_url(text);
    error_set(err, ERROR_USAGE, "'%.200s' is not the address of a registry in etcd", shown);
    free(shown);
    return error_hint(err, "expected etcd://HOST:PORT/services/NAME, or USER:PASSWORD@ in front of "
                           "the host");
}

void etcd_address_free(struct etcd_address *a)
{
    free(a->base);
    free(a->shown);
    free(a->prefix);
    free(a->user);
    free(a->password);
    *a = (struct etcd_address){0};
}

/* --- bytes and numbers --- */

void etcd_add_bytes(struct buf *b, const char *key, const char *bytes, size_t len)
{
    size_t room = (len + 2) / 3 * 4 + 1;
    unsigned char *out = mem_zero(room, 1);
    EVP_EncodeBlock(out, (const unsigned char *)bytes, (int)len);
    buf_addf(b, "\"%s\":\"", key);
    buf_adds(b, (const char *)out);
    buf_addc(b, '"');
    free(out);
}

/* The first key beyond all that begin with the prefix (it ends in '/'): its last byte plus one. */
void etcd_add_range(struct buf *b, const char *prefix)
{
    size_t len = strlen(prefix);
    char *end = mem_strdup(prefix);
    end[len - 1]++;
    etcd_add_bytes(b, "key", prefix, len);
    buf_addc(b, ',');
    etcd_add_bytes(b, "range_end", end, len);
    free(end);
}

char *etcd_bytes(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    size_t len = text ? strlen(text) : 0;
    if (!text || len % 4 != 0 || len > INT32_MAX)
        return NULL;
    unsigned char *out = mem_zero(len + 1, 1);
    int n = EVP_DecodeBlock(out, (const unsigned char *)text, (int)len);
    if (n < 0) {
        free(out);
        return NULL;
    }
    for (size_t at = len; at > 0 && len - at < 2 && text[at - 1] == '='; at--)
        n--; /* what the padding stands for is no byte */
    out[n] = '\0';
    return (char *)out;
}

int64_t etcd_number(const cJSON *object, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    if (cJSON_IsString(node))
        return strtoll(node->valuestring, NULL, 10);
    return cJSON_IsNumber(node) ? (int64_t)node->valuedouble : 0;
}

/* --- answers --- */

static int code_of(const cJSON *answer)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(answer, "code");
    return cJSON_IsNumber(code) ? code->valueint : 0;
}

bool etcd_wants_login(int status, const cJSON *answer)
{
    return status == 401 || code_of(answer) == CODE_UNAUTHENTICATED;
}

bool etcd_has_no_users(const cJSON *answer)
{
    return code_of(answer) == CODE_FAILED_PRECONDITION;
}

enum etcd_answer etcd_judge(const struct etcd_address *a, int status, const char *transport,
                            const cJSON *answer, char *why, size_t size)
{
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
    const char *said = cJSON_GetStringValue(error);
    if (status == 200 && cJSON_IsObject(answer) && !error)
        return ETCD_OK;
    if (code_of(answer) == CODE_NOT_FOUND)
        return ETCD_NOT_FOUND;
    if (!status)
        snprintf(why, size, "etcd at %s: %s", a->shown, transport);
    else if (said)
        snprintf(why, size, "etcd at %s: %.200s", a->shown, said);
    else if (status == 404)
        snprintf(why, size, "etcd at %s has no /v3: it is older than 3.4, or something else",
                 a->shown);
    else
        snprintf(why, size, "etcd at %s: status %d, and no answer of etcd", a->shown, status);
    return ETCD_FAILED;
}

char *etcd_login_body(const struct etcd_address *a)
{
    struct buf b;
    struct json_out j;
    buf_init(&b, 64 << 10);
    json_out_init(&j, &b, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "name", a->user);
    json_out_string(&j, "password", a->password);
    json_out_end_object(&j);
    return buf_take(&b);
}
