#include "report/stages.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "base/url.h"

int64_t us_since(int64_t t_ns, int64_t zero_ns)
{
    int64_t ns;
    if (__builtin_sub_overflow(t_ns, zero_ns, &ns))
        ns = t_ns > zero_ns ? INT64_MAX : INT64_MIN;
    return ns / NS_PER_US - (ns % NS_PER_US < 0);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t within(int64_t t, int64_t from, int64_t end)
{
    return t < from ? from : t > end ? end : t;
}

void points_of(struct points *p, const struct run_verdict *v, const struct attempt *a,
               int64_t zero_ns)
{
    int64_t last_ns = v->history->events[v->history->count - 1].t_ns;
    int64_t sent_ns = a->first_ns && a->sent_ns > a->first_ns ? a->first_ns : a->sent_ns;
    p->start = us_since(a->start_ns, zero_ns);
    p->end = later(us_since(a->end ? a->end_ns : last_ns, zero_ns), p->start);
    p->connected =
        a->connected_ns ? within(us_since(a->connected_ns, zero_ns), p->start, p->end) : p->start;
    p->sent = sent_ns ? within(us_since(sent_ns, zero_ns), p->connected, p->end) : p->connected;
    p->first = a->first_ns ? within(us_since(a->first_ns, zero_ns), p->sent, p->end) : p->sent;
}

/* When it should have started. */
static int64_t due_of(const struct attempt *a)
{
    return a->due_ns > 0 && a->due_ns < a->start_ns ? a->due_ns : a->start_ns;
}

void stages_of(struct stages *s, const struct run_verdict *v, const struct attempt *a)
{
    struct points p;
    int64_t due = us_since(due_of(a), 0);
    points_of(&p, v, a, 0);
    /* the stage that an attempt ended in took until then */
    int64_t connected = a->connected_ns ? p.connected : p.end;
    int64_t first = later(a->first_ns ? p.first : p.end, connected);
    int64_t sent = later(a->sent_ns ? p.sent : first, connected);
    *s = (struct stages){
        .due_ns = due_of(a),
        .blocked = a->conn.reused ? connected - due : p.start - due,
        .connect = a->conn.reused ? -1 : connected - p.start,
        .send = sent - connected,
        .wait = first - sent,
        .receive = p.end - first,
        .total = p.end - due,
    };
    if (s->blocked == 0)
        s->blocked = -1;
}

void wall_add(struct buf *out, int64_t unix_ns)
{
    struct tm tm;
    char text[64];
    time_t seconds = (time_t)(unix_ns / NS_PER_S);
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    buf_addf(out, "%s.%06dZ", text, (int)(unix_ns % NS_PER_S / NS_PER_US));
}

void us_add_ms(struct buf *out, int64_t us)
{
    int64_t positive = us < 0 ? -us : us;
    int part = (int)(positive % 1000);
    const char digits[] = {'.', (char)('0' + part / 100), (char)('0' + part / 10 % 10),
                           (char)('0' + part % 10)};
    if (us < 0)
        buf_addc(out, '-');
    buf_add_int(out, positive / 1000);
    buf_add(out, digits, sizeof digits);
}

/* --- repeats --- */

struct numbered {
    const char *scenario;
    size_t index;
};

static int by_scenario(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int order = strcmp(x->scenario, y->scenario);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

int64_t *repeats_of(const struct run_verdict *runs, size_t count)
{
    struct numbered *order = mem_zero(count, sizeof *order);
    int64_t *repeats = mem_zero(count, sizeof *repeats);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct numbered){runs[i].scenario, i};
    qsort(order, count, sizeof *order, by_scenario);
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && strcmp(order[i].scenario, order[i - 1].scenario) == 0;
        repeats[order[i].index] = again ? repeats[order[i - 1].index] + 1 : 1;
    }
    free(order);
    return repeats;
}

/* --- requests --- */

bool is_second_of_pair(const struct plan *plan, const struct attempt *a,
                       const struct attempt *before, bool before_was_second)
{
    return plan->loads[a->load].shape == SHAPE_PIPELINED && before && !before_was_second &&
           before->id + 1 == a->id && before->load == a->load && before->client == a->client;
}

const char *path_of(const struct plan_load *p, bool second)
{
    const char *path = second && p->then_path ? p->then_path : p->path;
    return path ? path : "/";
}

/* 0: none that can be */
static int port_of(const struct history *h)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->events[i].kind == EVENT_TARGET_START)
            return h->events[i].port > 0 && h->events[i].port < 65536 ? (int)h->events[i].port : 0;
    return 0;
}

char *base_url(const struct run_verdict *v)
{
    const char *of_plan = v->plan.target.url;
    char *url = plan_expand(of_plan ? of_plan : "", port_of(v->history));
    struct unix_address socket;
    if (unix_address_is(url) && !unix_address_read(url, &socket)) {
        char *whole = unix_address_url(&socket);
        free(url);
        url = whole;
    }
    struct url u = url_split(url);
    if (u.user) { /* no report shows a user and a password */
        char *user = url + (u.user - url);
        memmove(user, user + u.user_len + 1, strlen(user + u.user_len + 1) + 1);
    }
    for (size_t len = strlen(url); len && url[len - 1] == '/'; len--)
        url[len - 1] = '\0';
    return url;
}
