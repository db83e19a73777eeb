/* Planted faults at the points of an exchange. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/faults/points.h"
#include "server/http/conn.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

/* Only the first half of this is handed over before the close, so that no client ever has it all.
 */
enum { LONG_ANSWER = 1 << 20 };

/* Long enough for a client that is held up on a busy machine to send its next request. */
static const int64_t busy_slack_ns = 500 * NS_PER_MS;
static const int64_t closed_after_ns = 200 * NS_PER_MS, ready_for_ns = 500 * NS_PER_MS;
static const int64_t old_ns = 600 * NS_PER_MS, recycle_ns = 50 * NS_PER_MS;

/* In the gauge, begun before the signal, and answered after it. */
static bool was_in_flight(const struct request *r)
{
    const struct server *s = r->http->server;
    return r->http->counted && server_draining(s) && r->begun_ns < s->life.signal_ns;
}

static bool is_new(const struct request *r)
{
    const struct server *s = r->http->server;
    return r->http->counted && server_draining(s) && r->begun_ns >= s->life.signal_ns;
}

/* --- connections --- */

bool fault_drops_idle(const struct http *h)
{
    return h->served > 0 && server_faulty(h->server, FAULT(DROP_IDLE_AT_ONCE));
}

bool fault_keeps_idle(const struct http *h)
{
    return server_faulty(h->server, h->served > 0 ? FAULT(WAIT_IDLE) : FAULT(WAIT_SILENT));
}

int64_t fault_idle_slack(const struct server *s)
{
    return server_faulty(s, FAULT(KEEP_SERVING) | FAULT(SHED_OPEN)) ? busy_slack_ns : 0;
}

bool fault_keeps_open(const struct request *r)
{
    const struct server *s = r->http->server;
    return server_faulty(s, FAULT(KEEP_SERVING)) ||
           (server_faulty(s, FAULT(SHED_OPEN)) && is_new(r));
}

/* Its input lies unread in the kernel at the close, and makes the kernel send a reset. */
static void answer_unread(struct http *h)
{
    char *text = mem_zero(1, LONG_ANSWER);
    memset(text, '.', LONG_ANSWER);
    h->pumping = true; /* what cannot be written at once is not waited for */
    respond(h->request, 503, "text/plain", text, LONG_ANSWER);
    h->out.len -= LONG_ANSWER / 2;
    h->io->send(h);
    free(text);
}

bool fault_closes_on_input(struct http *h)
{
    if (h->doomed)
        return true;
    struct server *s = h->server;
    if (!server_faulty(s, FAULT(CLOSE_UNREAD)) || h->state != STATE_BODY ||
        h->request->body_len == 0 || !was_in_flight(h->request))
        return false;
    answer_unread(h);
    return true;
}

/* --- answers --- */

bool fault_answers(struct request *r)
{
    bool health = r->route->answer == route_live_answer || r->route->answer == route_ready_answer;
    if (!server_faulty(r->http->server, FAULT(SHED_OPEN)) || !is_new(r) || health)
        return false;
    respond_error(r, 503, "shutting down");
    return true;
}

void fault_changes(const struct request *r, int *status, size_t *body_len)
{
    const struct server *s = r->http->server;
    if (*status != 200 || !server_draining(s))
        return;
    if (server_faulty(s, FAULT(TRUNCATE_SILENTLY)))
        *body_len /= 2;
    if (server_faulty(s, FAULT(CLOSE_DEPENDENCIES)) && r->is.at_work &&
        clock_ns() - s->life.signal_ns >= closed_after_ns)
        *status = 500;
}

void fault_cuts(struct request *r, size_t body_len)
{
    static const size_t end_of_head = sizeof "Length: 0\r\n\r\n" - 1;
    struct http *h = r->http;
    size_t lost;
    if (!r->is.at_work || r->head_only || body_len == 0)
        return;
    if (server_faulty(h->server, FAULT(CUT_HEADER)))
        lost = body_len + end_of_head;
    else if (server_faulty(h->server, FAULT(LOSE_LAST_WRITE)))
        lost = (body_len + 1) / 2;
    else
        return;
    h->out.len -= lost;
    h->last = true;
}

bool fault_stalls(const struct request *r)
{
    struct server *s = r->http->server;
    if (!server_faulty(s, FAULT(WAIT_STREAMS)) || !was_in_flight(r))
        return false;
    s->planted.stalled++;
    return true;
}

/* --- health --- */

bool fault_fails_liveness(const struct server *s)
{
    return server_faulty(s, FAULT(LIVENESS_FAILS)) && server_draining(s);
}

bool fault_seems_ready(const struct server *s)
{
    return server_draining(s) && (server_faulty(s, FAULT(READINESS_STAYS)) ||
                                  (server_faulty(s, FAULT(READINESS_LATE)) &&
                                   clock_ns() - s->life.signal_ns < ready_for_ns));
}

/* --- without a signal --- */

static bool is_old(const struct http *h)
{
    return h->request && h->state == STATE_WAITING && clock_ns() - h->request->begun_ns >= old_ns;
}

static void on_recycle(struct timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, planted.timer);
    if (server_draining(s))
        return;
    conns_cut_if(s, is_old);
    if (s->counts.in_flight > 0)
        timers_set(&s->timers, t, clock_ns() + recycle_ns);
}

static bool takes_a_while(const struct request *r)
{
    size_t len;
    const char *path = request_path(r, &len);
    return (len > 5 && strncmp(path, "/api/", 5) == 0) ||
           (len == 5 && strncmp(path, "/hold", 5) == 0);
}

void fault_counted(struct request *r)
{
    struct server *s = r->http->server;
    if (server_faulty(s, FAULT(REQUEST_HELPER)) && !s->planted.helper && takes_a_while(r))
        fault_start_program(s);
    if (!server_faulty(s, FAULT(RECYCLE)) || s->planted.timer.slot || server_draining(s))
        return;
    s->planted.timer.fire = on_recycle;
    timers_set(&s->timers, &s->planted.timer, clock_ns() + recycle_ns);
}
