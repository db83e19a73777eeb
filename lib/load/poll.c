#include "load/poll.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "load/blocking.h"
#include "load/field.h"
#include "load/headers.h"

enum { MOST_BODY = 64 * 1024 }; /* what is kept of one, for the status in it */

#define POLL_STATE_WORD(id, word, sentence) word,
const char *const poll_state_words[] = {POLL_STATE_MAP(POLL_STATE_WORD) NULL};

struct poll {
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    char error[CURL_ERROR_SIZE];
    struct answer head; /* libcurl 7.88 says OK without the blank line that ends it */
    int tries; /* connections that the request was written to; libcurl repeats it silently */
};

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
    struct poll *p = arg;
    if (p->body.len + size * n <= p->body.max)
        buf_add(&p->body, data, size * n);
    return size * n;
}

/* A second call means that the first connection died under the request and libcurl would send it
 * again; a frontend's user would see that, so it must not be hidden. */
static int on_prereq(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    struct poll *p = arg;
    (void)remote, (void)local, (void)remote_port, (void)local_port;
    return ++p->tries > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* Where that would take a new connection, it is not made: the server would see a visitor that
 * is none, and the poll last until a process there takes it. */
static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
    const struct poll *p = arg;
    (void)purpose;
    if (p->tries > 0)
        return CURL_SOCKET_BAD;
    return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

static void set_options(struct poll *p, const char *url, bool keep, int64_t timeout_ns,
                        const volatile sig_atomic_t *stop)
{
    CURL *e = p->easy;
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, p->headers);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_FORBID_REUSE, keep ? 0L : 1L);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, p);
    blocking_options(e, timeout_ns, &p->head, stop, p->error);
    curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_prereq);
    curl_easy_setopt(e, CURLOPT_PREREQDATA, p);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, p);
}

static bool is_http_url(const char *url)
{
    CURLU *u = curl_url();
    char *scheme = NULL;
    bool is = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    curl_url_cleanup(u);
    return is;
}

struct poll *poll_new(const char *url, bool keep, int64_t timeout_ns,
                      const volatile sig_atomic_t *stop, struct error *err)
{
    if (!is_http_url(url)) {
        error_set(err, ERROR_USAGE, "'%.200s' is not an http URL", url);
        error_hint(err, "write it whole: http://127.0.0.1:8080/health");
        return NULL;
    }
    curl_global_init(CURL_GLOBAL_ALL);
    struct poll *p = MEM_NEW(struct poll);
    p->easy = curl_easy_init();
    if (!p->easy) {
        free(p);
        error_set(err, ERROR_RUN, "libcurl could not be started");
        return NULL;
    }
    p->headers = curl_slist_append(NULL, "User-Agent: drainctl/" DRAINCTL_VERSION);
    buf_init(&p->body, MOST_BODY);
    set_options(p, url, keep, timeout_ns, stop);
    return p;
}

/* --- what it came to --- */

static enum poll_state state_of_status(int status)
{
    if (status == 503 || status == 429)
        return POLL_NOT_READY;
    return status >= 400 ? POLL_FAILING : POLL_UP;
}

static enum poll_state state_of(const struct poll *p, CURLcode code, int status)
{
    static const struct {
        CURLcode code;
        enum poll_state state;
    } rows[] = {
        {CURLE_OPERATION_TIMEDOUT, POLL_NO_ANSWER}, {CURLE_GOT_NOTHING, POLL_CUT_OFF},
        {CURLE_PARTIAL_FILE, POLL_CUT_OFF},         {CURLE_RECV_ERROR, POLL_CUT_OFF},
        {CURLE_SEND_ERROR, POLL_CUT_OFF},           {CURLE_ABORTED_BY_CALLBACK, POLL_CUT_OFF},
    };
    long os_errno = 0;
    if (code == CURLE_OK)
        return p->head.header_done ? state_of_status(status) : POLL_CUT_OFF;
    /* the connection that carried it died, and there was no second one to repeat it on */
    if (code == CURLE_COULDNT_CONNECT && p->tries > 0)
        return POLL_CUT_OFF;
    curl_easy_getinfo(p->easy, CURLINFO_OS_ERRNO, &os_errno);
    if (code == CURLE_COULDNT_CONNECT && os_errno == ECONNREFUSED)
        return POLL_REFUSED;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].code == code)
            return rows[i].state;
    return POLL_UNREACHABLE;
}

static void read_status(const struct buf *body, char *out, size_t size)
{
    static const char *const keys[] = {"status", "state"};
    cJSON *doc = body->len ? cJSON_ParseWithLength(body->data, body->len) : NULL;
    for (size_t i = 0; i < ARRAY_LEN(keys) && !*out; i++) {
        const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(doc, keys[i]));
        snprintf(out, size, "%s", s ? s : "");
    }
    cJSON_Delete(doc);
}

static void read_fields(CURL *easy, struct poll_answer *out)
{
    struct buf after, connection;
    const char *seconds = field_value(easy, "Retry-After", &after);
    const char *value = field_value(easy, "Connection", &connection);
    if (seconds && *seconds >= '0' && *seconds <= '9')
        out->retry_after_s = strtol(seconds, NULL, 10);
    out->close = value && answer_has_token(value, strlen(value), "close");
    buf_free(&after);
    buf_free(&connection);
}

void poll_once(struct poll *p, struct poll_answer *out)
{
    long status = 0, connects = 0;
    *out = (struct poll_answer){.start_ns = clock_ns(), .retry_after_s = -1};
    buf_reset(&p->body);
    answer_init(&p->head);
    p->tries = 0;
    p->error[0] = '\0';
    CURLcode code = curl_easy_perform(p->easy);
    out->took_ns = clock_ns() - out->start_ns;
    curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(p->easy, CURLINFO_NUM_CONNECTS, &connects);
    out->status = (int)status;
    out->reused = connects == 0;
    out->state = state_of(p, code, out->status);
    read_fields(p->easy, out);
    if (code != CURLE_OK)
        snprintf(out->problem, sizeof out->problem, "%.159s",
                 p->error[0] ? p->error : curl_easy_strerror(code));
    else
        read_status(&p->body, out->said, sizeof out->said);
}

void poll_free(struct poll *p)
{
    if (!p)
        return;
    curl_easy_cleanup(p->easy);
    curl_slist_free_all(p->headers);
    buf_free(&p->body);
    free(p);
    curl_global_cleanup();
}
