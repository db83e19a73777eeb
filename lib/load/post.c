#include "load/post.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum { MOST_ANSWER = 64 * 1024 };

struct post {
    CURL *easy;
    struct curl_slist *fields;
    struct buf answer;
    int64_t begun_ns;    /* post_new */
    int64_t moved_ns;    /* when a byte was last sent or received */
    curl_off_t moved;    /* bytes then */
    const char *overdue; /* what took too long, or NULL */
    char message[CURL_ERROR_SIZE];
};

/* --- addresses --- */

bool post_is_address(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

static bool is_local(const char *host)
{
    struct in_addr v4;
    bool loopback = inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
    return loopback || strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static char *take(char *from_curl)
{
    char *copy = mem_strdup(from_curl);
    curl_free(from_curl);
    return copy;
}

static int read_url(struct post_address *a, CURLU *u, const char *text, const char *path)
{
    char *part = NULL;
    if (curl_url_set(u, CURLUPART_URL, text, 0) || curl_url_get(u, CURLUPART_HOST, &part, 0))
        return -1;
    a->local = is_local(part);
    curl_free(part);
    if (path && curl_url_get(u, CURLUPART_PATH, &part, 0) == CURLUE_OK) {
        if (strcmp(part, "/") == 0)
            curl_url_set(u, CURLUPART_PATH, path, 0);
        curl_free(part);
    }
    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    if (curl_url_get(u, CURLUPART_URL, &part, 0))
        return -1;
    a->url = take(part);
    curl_url_set(u, CURLUPART_USER, NULL, 0);
    curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
    if (curl_url_get(u, CURLUPART_URL, &part, 0))
        return -1;
    a->shown = take(part);
    return 0;
}

int post_address_read(struct post_address *a, const char *text, const char *path, struct error *err)
{
    *a = (struct post_address){0};
    CURLU *u = curl_url();
    int rc = u ? read_url(a, u, text, path) : -1;
    curl_url_cleanup(u);
    if (rc == 0)
        return 0;
    post_address_free(a);
    error_set(err, ERROR_USAGE, "'%.200s' is not an address", text);
    return error_hint(err, "expected http://HOST:PORT or http://HOST:PORT/PATH");
}

void post_address_free(struct post_address *a)
{
    free(a->url);
    free(a->shown);
    *a = (struct post_address){0};
}

/* --- one receiver --- */

static size_t on_answer(char *data, size_t size, size_t count, void *arg)
{
    struct post *p = arg;
    size_t room = MOST_ANSWER - p->answer.len, len = size * count;
    buf_add(&p->answer, data, len < room ? len : room);
    return len; /* what is longer is read and thrown away, as long as there is time */
}

/* libcurl asks now and then, at least once a second. */
static int on_progress(void *arg, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    struct post *p = arg;
    int64_t now = clock_ns();
    (void)down_total;
    (void)up_total;
    if (down + up != p->moved) {
        p->moved = down + up;
        p->moved_ns = now;
    }
    if (now - p->moved_ns > POST_SILENCE_MS * NS_PER_MS)
        p->overdue = "no answer came";
    return p->overdue != NULL;
}

struct post *post_new(const struct post_address *a, const char *method, const char *content_type)
{
    struct post *p = MEM_NEW(struct post);
    char *type = mem_printf("Content-Type: %s", content_type);
    curl_global_init(CURL_GLOBAL_ALL);
    p->begun_ns = clock_ns();
    buf_init(&p->answer, MOST_ANSWER);
    p->fields = curl_slist_append(p->fields, type);
    p->fields = curl_slist_append(p->fields, "Expect:"); /* no waiting for a 100 */
    free(type);
    p->easy = curl_easy_init();
    if (!p->easy)
        return p; /* post_send says so */
    curl_easy_setopt(p->easy, CURLOPT_URL, a->url);
    curl_easy_setopt(p->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(p->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(p->easy, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, p->fields);
    curl_easy_setopt(p->easy, CURLOPT_USERAGENT, "drainctl/" DRAINCTL_VERSION);
    curl_easy_setopt(p->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(p->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)POST_CONNECT_MS);
    curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(p->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(p->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(p->easy, CURLOPT_XFERINFODATA, p);
    curl_easy_setopt(p->easy, CURLOPT_ERRORBUFFER, p->message);
    if (a->local)
        curl_easy_setopt(p->easy, CURLOPT_NOPROXY, "*");
    return p;
}

static int failed(const struct post *p, CURLcode code, bool in_time, struct error *err)
{
    long os_errno = 0;
    curl_easy_getinfo(p->easy, CURLINFO_OS_ERRNO, &os_errno);
    if (code == CURLE_COULDNT_CONNECT && os_errno)
        return error_set(err, ERROR_RUN, "%s", strerror((int)os_errno));
    if (p->overdue)
        return error_set(err, ERROR_RUN, "%s for %d s", p->overdue, POST_SILENCE_MS / 1000);
    if (code == CURLE_OPERATION_TIMEDOUT && !in_time)
        return error_set(err, ERROR_RUN, "it was not done within %d s", POST_TOTAL_MS / 1000);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set(err, ERROR_RUN, "no connection within %d s", POST_CONNECT_MS / 1000);
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY)
        return error_set(err, ERROR_RUN, "what came back is not HTTP");
    if (code == CURLE_GOT_NOTHING)
        return error_set(err, ERROR_RUN, "the connection was closed without an answer");
    return error_set(err, ERROR_RUN, "%s", *p->message ? p->message : curl_easy_strerror(code));
}

int post_send(struct post *p, const void *body, size_t len, int *status, const char **answer,
              size_t *answer_len, struct error *err)
{
    if (!p->easy)
        return error_set(err, ERROR_RUN, "libcurl could not be started");
    int64_t now = clock_ns(), left_ms = POST_TOTAL_MS - (now - p->begun_ns) / NS_PER_MS;
    p->moved = 0;
    p->moved_ns = now;
    p->message[0] = '\0';
    buf_reset(&p->answer);
    curl_easy_setopt(p->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
    curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(p->easy);
    if (code != CURLE_OK)
        return failed(p, code, clock_ns() - p->begun_ns < POST_TOTAL_MS * NS_PER_MS, err);
    long number = 0;
    curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &number);
    *status = (int)number;
    *answer = p->answer.data ? p->answer.data : "";
    *answer_len = p->answer.len;
    return 0;
}

void post_free(struct post *p)
{
    if (!p)
        return;
    curl_easy_cleanup(p->easy);
    curl_slist_free_all(p->fields);
    curl_global_cleanup();
    buf_free(&p->answer);
    free(p);
}
