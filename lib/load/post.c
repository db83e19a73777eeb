#include "load/post.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum { MOST_ANSWER = 64 * 1024 };

struct post {
    CURL *easy;
    struct curl_slist *fields;
    struct buf answer;
    int64_t begun_ns; /* post_new */
    int64_t moved_ns; /* when a byte was last sent or received */
    curl_off_t moved; /* bytes then */
    bool silent;      /* for too long */
    char message[CURL_ERROR_SIZE];
};

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
        p->silent = true;
    return p->silent;
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
    for (size_t i = 0; i < a->n_fields; i++)
        p->fields = curl_slist_append(p->fields, a->fields[i]);
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

static const struct {
    CURLcode code;
    const char *text;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "the name of its host cannot be resolved"},
    {CURLE_COULDNT_RESOLVE_PROXY, "the name of the proxy cannot be resolved"},
    {CURLE_UNSUPPORTED_PROTOCOL, "what came back is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, "what came back is not HTTP"},
    {CURLE_GOT_NOTHING, "the connection was closed without an answer"},
};

static int failed(const struct post *p, CURLcode code, struct error *err)
{
    long os_errno = 0;
    curl_off_t connected_us = 0; /* not the clock: libcurl's timer may be a little early */
    curl_easy_getinfo(p->easy, CURLINFO_OS_ERRNO, &os_errno);
    curl_easy_getinfo(p->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    if (code == CURLE_COULDNT_CONNECT && os_errno)
        return error_set(err, ERROR_RUN, "%s", strerror((int)os_errno));
    if (p->silent)
        return error_set(err, ERROR_RUN, "no answer came for %d s", POST_SILENCE_MS / 1000);
    if (code == CURLE_OPERATION_TIMEDOUT && connected_us > 0)
        return error_set(err, ERROR_RUN, "it was not done within %d s", POST_TOTAL_MS / 1000);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set(err, ERROR_RUN, "no connection within %d s", POST_CONNECT_MS / 1000);
    for (size_t i = 0; i < ARRAY_LEN(failures); i++)
        if (failures[i].code == code)
            return error_set(err, ERROR_RUN, "%s", failures[i].text);
    return error_set(err, ERROR_RUN, "%s", *p->message ? p->message : curl_easy_strerror(code));
}

static int64_t left_ms(const struct post *p)
{
    return POST_TOTAL_MS - (clock_ns() - p->begun_ns) / NS_PER_MS;
}

static int send_once(struct post *p, const void *body, size_t len, int *status, struct error *err)
{
    int64_t left = left_ms(p);
    p->moved = 0;
    p->moved_ns = clock_ns();
    p->message[0] = '\0';
    buf_reset(&p->answer);
    curl_easy_setopt(p->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
    curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
    curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(p->easy);
    if (code != CURLE_OK)
        return failed(p, code, err);
    long number = 0;
    curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &number);
    *status = (int)number;
    return 0;
}

/* Answers that are worth asking again after (OTLP 1.x, "Retryable Response Codes"). */
static bool may_pass(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/* As Retry-After says (RFC 9110 section 10.2.3), or twice as long each time, half of it by chance:
 * the jobs of one pipeline end together. */
static int64_t pause_ms(const struct post *p, int again)
{
    curl_off_t after_s = 0;
    unsigned chance = 0;
    if (curl_easy_getinfo(p->easy, CURLINFO_RETRY_AFTER, &after_s) == CURLE_OK && after_s > 0)
        return after_s < POST_TOTAL_MS ? after_s * 1000 : POST_TOTAL_MS;
    (void)getrandom(&chance, sizeof chance, GRND_NONBLOCK); /* without it: no more than half */
    int64_t half = (int64_t)(POST_PAUSE_MS / 2) << again;
    return half + chance % (half + 1);
}

int post_send(struct post *p, const void *body, size_t len, int *status, const char **answer,
              size_t *answer_len, struct error *err)
{
    if (!p->easy)
        return error_set(err, ERROR_RUN, "libcurl could not be started");
    for (int again = 0;; again++) {
        if (send_once(p, body, len, status, err) < 0)
            return -1;
        int64_t pause = may_pass(*status) && again < POST_AGAIN ? pause_ms(p, again) : -1;
        if (pause < 0 || pause >= left_ms(p))
            break;
        poll(NULL, 0, (int)pause); /* a signal cuts it short */
    }
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
