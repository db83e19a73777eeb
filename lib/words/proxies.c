#include "words/proxies.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

#define WORD(id, word, title)  word,
#define TITLE(id, word, title) title,
#define STATE_WORD(id, word)   word,
const char *const proxy_words[] = {PROXY_MAP(WORD) NULL};
const char *const proxy_titles[PROXY_COUNT] = {"", PROXY_MAP(TITLE)};
const char *const proxy_state_words[] = {PROXY_STATE_MAP(STATE_WORD) NULL};

/* --- HAProxy: https://docs.haproxy.org/2.6/configuration.html#8.5 --- */

struct letter {
    char letter;
    const char *means;
};

/* The first letter: what ended the session first. */
static const struct letter causes[] = {
    {'C', "the client ended the connection"},
    {'c', "the client side's timeout passed"},
    {'S', "the server refused or closed the connection"},
    {'s', "the timeout for the server passed"},
    {'P', "the proxy itself refused it"},
    {'L', "the proxy answered by itself"},
    {'R', "the proxy lacked a resource (memory, descriptors, ports)"},
    {'I', "the proxy found an error in itself"},
    {'D', "the server was marked as down, and its sessions were closed"},
    {'U', "the session was closed, as a server of first choice came back"},
    {'K', "an operator ended the session"},
};

/* The second letter: what the proxy was doing then. */
static const struct letter states[] = {
    {'R', "while the request was read"},
    {'Q', "while it waited in the queue for a server"},
    {'C', "while the connection to a server was being made"},
    {'H', "while the proxy waited for the head of the answer"},
    {'D', "while the answer was passed on"},
    {'L', "while the last bytes were passed on"},
    {'T', "while the request was held back on purpose"},
};

static const char *find(const struct letter *all, size_t n, char letter)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].letter == letter)
            return all[i].means;
    return NULL;
}

/* "SC" is also what it says when it has no server to ask. */
static void say_haproxy(const char *state, int status, struct buf *out)
{
    const char *cause = find(causes, ARRAY_LEN(causes), state[0]);
    const char *when = cause ? find(states, ARRAY_LEN(states), state[1]) : NULL;
    if (status == 503 && state[0] == 'S' && state[1] == 'C')
        buf_adds(out, "no server could be reached: all are down, or refused the connection");
    else if (!cause)
        buf_adds(out, "the session ended as it should");
    else
        buf_addf(out, "%s%s%s", cause, when ? " " : "", when ? when : "");
}

static bool is_haproxys(const char *state)
{
    return state[0] && state[0] != '-' && state[1] && strchr("RQCHT", state[1]);
}

/* --- nginx: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#variables --- */

/* After several tries, "502, 504/-, -": the last one's head is what counts. */
static bool is_nginxs(const char *state)
{
    size_t len = strlen(state);
    return len && state[len - 1] == '-';
}

static void say_nginx(const char *state, int status, struct buf *out)
{
    if (!is_nginxs(state))
        buf_adds(out, "a server answered so");
    else if (status == 504)
        buf_adds(out, "the timeout for the server passed before the head of its answer came");
    else if (state[0] == '-')
        buf_adds(out, "no server was asked");
    else
        buf_adds(out, "the server refused or closed the connection before the head of its answer");
}

/* --- both --- */

static const struct {
    bool (*is_own)(const char *state);
    void (*say)(const char *state, int status, struct buf *out);
} kinds[PROXY_COUNT] = {
    [PROXY_HAPROXY] = {is_haproxys, say_haproxy},
    [PROXY_NGINX] = {is_nginxs, say_nginx},
};

bool proxy_state_is_own(enum proxy proxy, const char *state)
{
    return kinds[proxy].is_own && kinds[proxy].is_own(state);
}

void proxy_state_say(enum proxy proxy, const char *state, int status, struct buf *out)
{
    if (kinds[proxy].say)
        kinds[proxy].say(state, status, out);
}

static const struct {
    int status;
    const char *means, *next;
} statuses[] = {
    {502,
     "the proxy had given the request to a server, and that one closed the connection without a "
     "whole head of an answer: it died, or it closed with the request in hand. What it did with "
     "the request is not known to the client",
     "let the server finish what it has before it exits, and turn its readiness first, so that the "
     "proxy sends it nothing new; let the proxy try a request again only if it is idempotent "
     "('drainctl explain inflight-killed-at-signal')"},
    {503,
     "the proxy had no server that it could ask: all were down, drained, or refused the "
     "connection. No server has seen the request, so that it can be sent again",
     "replace servers one after the other, and wait until the new one's health check has passed; "
     "let checks come often enough, and a server go on accepting until they have seen it turn "
     "('drainctl explain endpoint-lag')"},
    {504,
     "the server had the request and did not begin to answer within the proxy's time. It may still "
     "be working on it, and may finish it when no client waits any more",
     "give a request's deadline in the server less time than the proxy waits, and cancel what it "
     "does when the client has gone; then look at its slow queries and its pool at that time "
     "('drainctl explain no-deadline')"},
};

const char *proxy_status_means(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].means;
    return NULL;
}

const char *proxy_status_next(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].next;
    return NULL;
}
