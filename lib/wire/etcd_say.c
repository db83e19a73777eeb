/* Words of etcd's JSON: its addresses, bytes and numbers, and what an answer means. */
#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/json.h"
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

static bool add_endpoint(struct etcd_address *a, CURLU *u)
{
    struct etcd_endpoint *to = &a->endpoints[a->n_endpoints];
    char *host = part(u, CURLUPART_HOST, 0), *port = part(u, CURLUPART_PORT, 0);
    bool ok = host && *host;
    if (ok) {
        to->shown = mem_printf("%s:%s", host, port ? port : "2379");
        to->base = mem_printf("http%s://%s", a->tls.ca ? "s" : "", to->shown);
        to->local = is_local(host);
        a->n_endpoints++;
    }
    free(host);
    free(port);
    return ok;
}

/* "ca=FILE&cert=FILE&key=FILE": the key's file may be the certificate's. */
static bool read_tls(struct call_tls *tls, char *query)
{
    char *rest = NULL;
    for (char *one = strtok_r(query, "&", &rest); one; one = strtok_r(NULL, "&", &rest)) {
        char *value = strchr(one, '=');
        char **to = strncmp(one, "ca=", 3) == 0     ? &tls->ca
                    : strncmp(one, "cert=", 5) == 0 ? &tls->cert
                    : strncmp(one, "key=", 4) == 0  ? &tls->key
                                                    : NULL;
        if (!to || *to || !value[1])
            return false;
        *to = curl_easy_unescape(NULL, value + 1, 0, NULL);
    }
    return tls->ca && (!tls->key || tls->cert);
}

/* What all endpoints share. */
static bool fill(struct etcd_address *a, CURLU *u)
{
    char *path = part(u, CURLUPART_PATH, CURLU_URLDECODE);
    char *query = part(u, CURLUPART_QUERY, 0);
    size_t len = path ? strlen(path) : 0;
    while (len > 1 && path[len - 1] == '/')
        len--;
    bool ok = len > 1 && (!query || read_tls(&a->tls, query));
    if (ok) {
        a->prefix = mem_printf("%.*s/", (int)len, path);
        a->user = part(u, CURLUPART_USER, CURLU_URLDECODE);
        a->password = part(u, CURLUPART_PASSWORD, CURLU_URLDECODE);
    }
    free(path);
    free(query);
    return ok;
}

/* "USER:PASSWORD@HOST/PREFIX", or a further "HOST". */
static bool read_one(struct etcd_address *a, const char *text, bool first)
{
    CURLU *u = curl_url();
    char *http = mem_printf("http://%s", text);
    bool ok = u && curl_url_set(u, CURLUPART_URL, http, 0) == CURLUE_OK && (!first || fill(a, u)) &&
              add_endpoint(a, u);
    free(http);
    curl_url_cleanup(u);
    return ok;
}

/* The hosts behind the first one are taken out of the URL, and read by themselves. */
static bool read_hosts(struct etcd_address *a, const char *text)
{
    size_t authority = strcspn(text, "/?#"), at = authority;
    while (at > 0 && text[at - 1] != '@')
        at--;
    size_t host = at + strcspn(text + at, ",/?#");
    char *first = mem_printf("%.*s%s", (int)host, text, text + authority);
    bool ok = read_one(a, first, true);
    free(first);
    while (ok && text[host] == ',' && a->n_endpoints < ETCD_ENDPOINTS_MOST) {
        const char *from = text + host + 1;
        size_t len = strcspn(from, ",/?#");
        char *one = mem_strndup(from, len);
        ok = len && !strchr(one, '@') && read_one(a, one, false);
        free(one);
        host += len + 1;
    }
    return ok && text[host] != ',';
}

int etcd_address_read(struct etcd_address *a, const char *text, struct error *err)
{
    *a = (struct etcd_address){0};
    bool ok = etcd_is_address(text) && read_hosts(a, text + sizeof scheme - 1);
    if (ok && (a->user == NULL) == (a->password == NULL))
        return 0;
    etcd_address_free(a);
    char *shown = mask_url(text);
    error_set(err, ERROR_USAGE, "'%.200s' is not the address of a registry in etcd", shown);
    free(shown);
    return error_hint(err, "expected etcd://HOST:PORT/services/NAME, with USER:PASSWORD@ in front "
                           "of the host, several hosts (a:2379,b:2379), or ?ca=FILE for TLS");
}

void etcd_address_free(struct etcd_address *a)
{
    for (size_t i = 0; i < a->n_endpoints; i++) {
        free(a->endpoints[i].base);
        free(a->endpoints[i].shown);
    }
    free(a->prefix);
    free(a->user);
    free(a->password);
    curl_free(a->tls.ca);
    curl_free(a->tls.cert);
    curl_free(a->tls.key);
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
    return json_int64(cJSON_GetObjectItemCaseSensitive(object, key));
}

int64_t etcd_ttl_ns(const cJSON *object)
{
    static const int64_t most_s = 24 * 60 * 60;
    int64_t s = etcd_number(object, "TTL");
    return (s < 1 ? 1 : s < most_s ? s : most_s) * NS_PER_S;
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

bool etcd_is_lost(int status)
{
    return status == 0 || status == 503;
}

enum etcd_answer etcd_judge(const struct etcd_endpoint *a, int status, const char *transport,
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
