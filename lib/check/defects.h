/* The catalogue's sections, and the remedies that several rows share. Internal to lib/check. */
#ifndef CHECK_DEFECTS_H
#define CHECK_DEFECTS_H

#include "check/rules.h"

/* Each ends with a NULL id. */
extern const struct defect defects_before[];   /* A */
extern const struct defect defects_signal[];   /* B, requests and signals */
extern const struct defect defects_sockets[];  /* B, connections */
extern const struct defect defects_drain[];    /* C, what clients are told */
extern const struct defect defects_stall[];    /* C, what drags on */
extern const struct defect defects_deadline[]; /* D */
extern const struct defect defects_after[];    /* E */
extern const struct defect defects_platform[]; /* F */

#define FIX_GO_DRAIN                                                                               \
    "call srv.Shutdown(ctx) from the handler of signal.NotifyContext, and let main wait for it "   \
    "to "                                                                                          \
    "return; ListenAndServe returns as soon as Shutdown begins"
#define FIX_NODE_DRAIN                                                                             \
    "process.on('SIGTERM', …): server.close(cb), server.closeIdleConnections(), and leave only " \
    "in "                                                                                          \
    "cb; never call process.exit() while requests run"
#define FIX_PYTHON_DRAIN                                                                           \
    "run gunicorn with --graceful-timeout, or uvicorn with --timeout-graceful-shutdown; the "      \
    "development servers (Werkzeug, http.server) do not drain; Tornado: after HTTPServer.stop() "  \
    "wait for the handlers, and only then close_all_connections()"
#define FIX_JAVA_DRAIN                                                                             \
    "Spring Boot: server.shutdown=graceful and spring.lifecycle.timeout-per-shutdown-phase; "      \
    "Jetty: setStopTimeout and a StatisticsHandler or GracefulHandler"
#define FIX_NGINX_DRAIN                                                                            \
    "stop it with QUIT (nginx -s quit, STOPSIGNAL SIGQUIT); TERM is the fast stop"
#define FIX_RUBY_DRAIN "Puma drains on TERM; Unicorn needs QUIT"

#define LOST_WITH_PROCESS                                                                          \
    "accept-vs-shutdown-race handshake-at-close upload-cut expect-100-stranded pipelined-dropped " \
    "platform-double-signal group-signal-kills-workers unread-request-rst response-not-flushed"    \
    " sigint-not-drained half-head-dropped exit-code-ambiguous listener-open-nobody-accepts"

#endif
