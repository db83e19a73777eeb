/* The server: its parts put together on one loop. */
#include "server/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/fds.h"
#include "base/mem.h"
#include "server/http/conn.h"
#include "server/internal.h"
#include "server/life/activation.h"
#include "server/life/closing.h"
#include "server/life/handover.h"
#include "server/life/supervisor.h"
#include "server/registry/registry.h"
#include "server/routes/routes.h"
#include "server/routes/web_build.h"
#include "server/trace/span.h"
#include "server/work/database.h"
#include "server/work/messages.h"
#include "server/work/upstream.h"

const struct server_options server_defaults = SERVER_DEFAULTS;

/* --- what needs no loop --- */

static int find_fault(struct server *s, const char *id, struct error *err)
{
    if (!id)
        return 0;
    const struct fault *fault = fault_find(id);
    if (fault) {
        s->planted.flags = fault->flags;
        return 0;
    }
    error_set(err, ERROR_USAGE, "there is no fault '%s'", id);
    return fault_hint(id, err);
}

int server_init(struct server *s, const struct server_options *options, struct error *err)
{
    *s = (struct server){.options = options,
                         .sockets.listener.fd = -1,
                         .sockets.control.fd = -1,
                         .ledger.fd = -1,
                         .sockets.given.fd = {-1, -1},
                         .outside.supervisor.fd = -1};
    s->hooks = &fault_hooks;
    s->signals.notice = signals_notice;
    s->life.started_ns = clock_ns();
    list_init(&s->sockets.conns);
    list_init(&s->requests.subscribers);
    list_init(&s->database.orders);
    cancel_begin(&s->requests.cancel, NULL, NULL);
    if (find_fault(s, options->fault, err) < 0)
        return -1;
    for (int i = 0; i < options->n_gates; i++)
        if (gates_add(&s->gates, options->gates[i], err) < 0)
            return -1;
    if (closing_init(s, err) < 0 ||
        (options->upstream.url && upstream_check(options->upstream.url, err) < 0))
        return -1;
    s->web = web_build_new(s->hooks->web_build(s));
    int rc = ledger_open(&s->ledger, options->records.ledger, options->at.control_port >= 0, err);
    s->ledger.all = options->records.ledger_all;
    return rc;
}

void server_free(struct server *s)
{
    ledger_close(&s->ledger);
    gates_free(&s->gates);
    closing_free(s);
    messages_free(s);
    timers_free(&s->timers);
    known_free(&s->queues.known);
    known_free(&s->upstream.known);
    web_build_free(s->web);
}

/* --- the loop --- */

static void on_wake(uv_timer_t *timer)
{
    (void)timer; /* on_turn does the work */
}

/* Just before the loop would sleep: fire what is due, write the ledger, and see whether the drain
 * is over. The end of the drain is noticed in the very turn that wrote the last answer. */
static void on_turn(uv_prepare_t *turn)
{
    struct server *s = turn->data;
    signals_notice(s);
    timers_run(&s->timers, clock_ns());
    handover_turn(s);
    drain_turn(s);
    ledger_flush(&s->ledger);
    int64_t next = timers_next(&s->timers);
    if (next == TIMERS_NEVER) {
        uv_timer_stop(&s->loop.wake);
        return;
    }
    int64_t ns = next - clock_ns();
    uint64_t ms = ns > 0 ? (uint64_t)((ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
    uv_update_time(&s->loop.uv);
    uv_timer_start(&s->loop.wake, on_wake, ms, 0);
}

static int start_loop(struct server *s, struct error *err)
{
    uv_loop_init(&s->loop.uv);
    uv_prepare_init(&s->loop.uv, &s->loop.turn);
    uv_timer_init(&s->loop.uv, &s->loop.wake);
    s->loop.turn.data = s;
    s->loop.on = true;
    closing_on_loop(s);
    s->sockets.listener.routes = s->options->guest.routes ? s->options->guest.routes
                                 : s->options->web        ? web_routes
                                                          : main_routes;
    s->sockets.control.routes = control_routes;
    uv_prepare_start(&s->loop.turn, on_turn);
    /* before the listener exists, so that no signal finds the default disposition in force */
    return signals_start(s, err);
}

/* A server whose port cannot be learned would only be left behind. */
static int announce(const struct server *s, const char *what, const char *host, int port,
                    struct error *err)
{
    if (!s->options->at.out)
        return 0;
    bool v6 = strchr(host, ':') != NULL; /* RFC 3986 §3.2.2 */
    fprintf(s->options->at.out, "%s on http://%s%s%s:%d\n", what, v6 ? "[" : "", host,
            v6 ? "]" : "", port);
    if (fflush(s->options->at.out) != 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot say that it is %s on port %d", what,
                               port);
    return 0;
}

static int announce_unix(const struct server *s, struct error *err)
{
    const char *path = s->options->at.unix_path;
    if (!s->options->at.out)
        return 0;
    fprintf(s->options->at.out, "listening on unix:%s\n", path);
    if (fflush(s->options->at.out) != 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot say that it is listening on '%s'",
                               path);
    return 0;
}

static int announce_main(struct server *s, const char *host, struct error *err)
{
    if (s->sockets.listener.at.path) {
        server_enter(s, LIFE_RUNNING, "listening on unix:%s", s->sockets.listener.at.path);
        return announce_unix(s, err);
    }
    server_enter(s, LIFE_RUNNING, "listening on %s port %d", host, s->sockets.listener.port);
    return announce(s, "listening", host, s->sockets.listener.port, err);
}

static int take_turn(struct server *s, struct error *err)
{
    const struct server_turn *turn = &s->options->at.turn;
    return turn->take ? turn->take(turn->arg, err) : 0;
}

static int open_main(struct server *s, struct error *err)
{
    const struct server_options *o = s->options;
    if (tracer_open(s, err) < 0 || registry_open(s, err) < 0 || supervisor_open(s, err) < 0 ||
        activation_take(s, err) < 0)
        return -1;
    if (o->at.handover && handover_ask(s, err) < 0)
        return -1;
    /* with a predecessor there, the turn comes when that one is done */
    if (!s->sockets.given.by && take_turn(s, err) < 0)
        return -1;
    int fd = s->sockets.given.fd[0];
    s->sockets.given.fd[0] = -1;
    s->sockets.listener.kept = s->sockets.given.kept;
    if (o->at.unix_path && fd < 0)
        return listener_open_unix(&s->sockets.listener, s, o->at.unix_path, err);
    return fd >= 0 ? listener_adopt(&s->sockets.listener, s, fd, o->at.port, false, err)
                   : listener_open(&s->sockets.listener, s, o->at.host, o->at.port, false, err);
}

/* The control port of the old one goes along, unless this one is to have another. */
static int open_control(struct server *s, struct error *err)
{
    int port = s->options->at.control_port, fd = s->sockets.given.fd[1];
    if (fd < 0 || (port != 0 && port != listener_port(fd)))
        return listener_open(&s->sockets.control, s, "127.0.0.1", port, true, err);
    s->sockets.given.fd[1] = -1;
    return listener_adopt(&s->sockets.control, s, fd, 0, true, err);
}

static void close_given(struct server *s)
{
    for (int i = 0; i < 2; i++)
        if (s->sockets.given.fd[i] >= 0)
            close(s->sockets.given.fd[i]);
}

static int listen_all(struct server *s, struct error *err)
{
    const struct server_options *o = s->options;
    if (open_main(s, err) < 0 || (o->at.control_port >= 0 && open_control(s, err) < 0))
        return -1;
    s->hooks->at_listening(s);
    if (registry_enter(s, err) < 0)
        return -1;
    if (o->at.handover && handover_take(s, err) < 0)
        return -1;
    if (s->sockets.given.by && take_turn(s, err) < 0)
        server_log(s, "%s", err->text); /* no other process serves any more */
    bool given = s->sockets.given.by || s->sockets.given.kept;
    const char *host = given ? s->sockets.listener.host : o->at.host;
    if (announce_main(s, host, err) < 0 ||
        (s->sockets.control.fd >= 0 &&
         announce(s, "control", "127.0.0.1", s->sockets.control.port, err) < 0))
        return -1;
    supervisor_ready(s);
    return o->guest.begin ? o->guest.begin(o->guest.arg, s, err) : 0;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void stop_all(struct server *s)
{
    signals_stop(s);
    closing_stop(s);
    registry_stop(s);
    tracer_stop(s);
    supervisor_close(s);
    handover_close(s);
    close_given(s);
    if (s->upstream.calls)
        upstream_close(s->upstream.calls);
    database_close(s);
    messages_close(s);
    conns_close(s);
    listener_close(&s->sockets.listener);
    listener_close(&s->sockets.control);
    uv_walk(&s->loop.uv, close_handle, NULL);
    s->hooks->at_stop(s);
    uv_run(&s->loop.uv, UV_RUN_DEFAULT);
    uv_loop_close(&s->loop.uv);
    sockdiag_close(s->sockets.diag);
    handover_free(s);
    registry_free(s);
}

int server_run(const struct server_options *options, struct error *err)
{
    struct server *s = MEM_NEW(struct server);
    fds_raise_limit();
    int status = -1;
    if (server_init(s, options, err) == 0) {
        s->hooks->at_start(s);
        s->sockets.diag = sockdiag_open();
        if (start_loop(s, err) == 0 && messages_open(s, err) == 0 && database_open(s, err) == 0 &&
            listen_all(s, err) == 0) {
            uv_run(&s->loop.uv, UV_RUN_DEFAULT);
            status = s->life.exit_status;
        }
        stop_all(s);
    }
    if (status >= 0)
        server_enter(s, LIFE_STOPPED, "exit status %d", status);
    server_free(s);
    free(s);
    return status;
}

void server_print_parts(FILE *out)
{
    for (int i = 0; db_drivers[i]; i++)
        fprintf(out, "with %s %s\n", db_drivers[i]->name, db_drivers[i]->version());
    for (int i = 0; db_left_out[i]; i++)
        fprintf(out, "without %s\n", db_left_out[i]);
    messages_print_parts(out);
}
