/* Asking etcd without a loop: the caller waits. */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "wire/etcd.h"

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    return buf_add(arg, data, size * n) == 0 ? size * n : 0;
}

struct asking {
    const struct etcd_address *address;
    const struct etcd_endpoint *endpoint;
    const char *token;
    int64_t until_ns;
    int status;
    char text[CURL_ERROR_SIZE];
};

static cJSON *ask(struct asking *q, const char *path, const char *body)
{
    struct buf answer;
    CURL *easy = curl_easy_init();
    struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/json");
    char *url = mem_printf("%s/v3/%s", q->endpoint->base, path);
    char *token = q->token ? mem_printf("Authorization: %s", q->token) : NULL;
    int64_t left_ms = (q->until_ns - clock_ns()) / NS_PER_MS;
    long status = 0;
    buf_init(&answer, CALL_BODY_MAX);
    if (token)
        fields = curl_slist_append(fields, token);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, q->text);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* the time is over, whatever DNS does */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left_ms > 1 ? (long)left_ms : 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "drainctl/" DRAINCTL_VERSION);
    call_set_tls(easy, &q->address->tls);
    if (q->endpoint->local)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    bool ok = curl_easy_perform(easy) == CURLE_OK;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    q->status = ok ? (int)status : 0;
    curl_easy_cleanup(easy);
    curl_slist_free_all(fields);
    free(url);
    free(token);
    cJSON *json = answer.len ? cJSON_ParseWithLength(answer.data, answer.len) : NULL;
    buf_free(&answer);
    return json;
}

static int log_in(struct asking *q, char **token, struct error *err)
{
    char why[320] = "";
    char *body = etcd_login_body(q->address);
    cJSON *answer = ask(q, "auth/authenticate", body);
    const char *given = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "token"));
    bool ok = given || etcd_has_no_users(answer);
    if (!ok) {
        etcd_judge(q->endpoint, q->status, q->text, answer, why, sizeof why);
        error_set(err, ERROR_RUN, "%s", why);
    }
    free(*token);
    *token = mem_strdup(given ? given : "");
    free(body);
    cJSON_Delete(answer);
    return ok ? 0 : -1;
}

static cJSON *ask_one(struct asking *asking, char **token, const char *path, const char *body,
                      struct error *err)
{
    const struct etcd_address *a = asking->address;
    struct asking q = *asking;
    char why[320] = "";
    cJSON *answer = NULL;
    if (a->user && !*token && log_in(&q, token, err) < 0) {
        asking->status = q.status;
        return NULL;
    }
    for (int tries = 0; tries < 2; tries++) {
        q.token = *token && **token ? *token : NULL;
        cJSON_Delete(answer);
        answer = ask(&q, path, body);
        if (!a->user || !etcd_wants_login(q.status, answer) || log_in(&q, token, err) < 0)
            break;
    }
    asking->status = q.status;
    if (etcd_judge(q.endpoint, q.status, q.text, answer, why, sizeof why) == ETCD_OK)
        return answer;
    cJSON_Delete(answer);
    error_set(err, ERROR_RUN, "%s", *why ? why : "etcd did not find what it was asked for");
    return NULL;
}

/* Each endpoint has its share of the time that is left. */
cJSON *etcd_ask_now(const struct etcd_address *a, char **token, const char *path, const char *body,
                    int64_t total_ns, struct error *err)
{
    int64_t until_ns = clock_ns() + total_ns;
    for (size_t i = 0;; i++) {
        int64_t now_ns = clock_ns(), left = (int64_t)(a->n_endpoints - i);
        struct asking q = {.address = a,
                           .endpoint = &a->endpoints[i],
                           .until_ns = now_ns + (until_ns - now_ns) / left};
        cJSON *answer = ask_one(&q, token, path, body, err);
        if (answer || left == 1 || !etcd_is_lost(q.status))
            return answer;
    }
}

cJSON *etcd_list_now(const struct etcd_address *a, char **token, int64_t total_ns,
                     struct error *err)
{
    struct buf body;
    buf_init(&body, 4096);
    buf_addc(&body, '{');
    etcd_add_range(&body, a->prefix);
    buf_addc(&body, '}');
    cJSON *answer = etcd_ask_now(a, token, "kv/range", body.data, total_ns, err);
    buf_free(&body);
    return answer;
}
