/* Section C of the catalogue, first half: what clients and load balancers are told. */
#include "check/defects.h"

const struct defect defects_drain[] = {
    {
        .id = "listener-open-nobody-accepts",
        .title = "it listens, and nobody accepts",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "During the drain connect() still succeeds, and the request gets no answer until "
                "the process exits; then the connection is reset.",
        .why = "To a load balancer the server looks up, so it keeps sending. \"Refused\" would be "
               "repeated elsewhere at once; this waits, and is then lost.",
        .reference = "listen(2)",
        .unit = "new connections during the drain",
        .fine = "{n} new connections during the drain: none was left hanging",
        .covers = "accept-queue-reset health-still-200",
        .find = find_nobody_accepts,
        .fixes = {{"any", "either go on serving, or close the listener at once, in every process "
                          "that holds it"},
                  {"Java", "Tomcat: pausing the connector leaves the socket open; close it "
                           "(bindOnInit=false, or closeServerSocketGraceful)"},
                  {"Python", "a main process that keeps the socket open while its workers drain "
                             "(gunicorn, hypercorn) must close it first; update it, or take the "
                             "server out of rotation before the signal"},
                  {"Envoy", "drain_listeners?graceful, not stopListeners"},
                  {"PHP", "php-fpm keeps the socket: stop the proxy in front of it first"}},
    },
    {
        .id = "no-connection-close",
        .title = "answers during the drain do not say Connection: close",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "Answers that are written after the listener has closed come without Connection: "
                "close.",
        .why = "Clients and load balancers put the doomed connection back into their pool, and the "
               "next request on it is lost.",
        .reference = "RFC 9112 section 9.6",
        .unit = "answers during the drain",
        .fine = "{n} of {n} answers during the drain said Connection: close",
        .find = find_no_close,
        .fixes = {{"any", "from the signal on send Connection: close with every answer"},
                  {"Go", "net/http does it once Shutdown has begun; for a delay before it use "
                         "srv.SetKeepAlivesEnabled(false)"},
                  {"Node", "on the signal set a flag, and with it res.setHeader('Connection', "
                           "'close') before the handler"},
                  {"Python", "gunicorn and uvicorn do it in recent versions; otherwise a "
                             "middleware that looks at a flag"},
                  {"Java", "a filter that sets the header once ContextClosedEvent has come; "
                           "Jetty's GracefulHandler"},
                  {"nginx", "done by QUIT; check that a proxy in between does not strip it"}},
    },
    {
        .id = "keepalive-served-forever",
        .title = "a busy kept-alive client is served on and on",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "The listener is closed, but one connection gets answer after answer and is never "
                "told to close.",
        .why = "A load balancer with warm connections never leaves; the drain lasts until the "
               "deadline, and then a request is cut.",
        .reference = "RFC 9112 section 9.6",
        .unit = "requests on an old connection",
        .fine = "a busy kept-alive connection was ended with the drain",
        .covers = "no-connection-close",
        .find = find_served_forever,
        .fixes = {{"any", "finish the request that runs, with Connection: close, and then close "
                          "the connection"},
                  {"Node", "server.close() alone does not end busy connections: send Connection: "
                           "close with every answer"},
                  {"Java", "Reactor Netty and Tomcat: end keep-alive when the drain begins, "
                           "maxKeepAliveRequests(1)"},
                  {"Python", "end keep-alive in a middleware once the signal has come"}},
    },
    {
        .id = "shed-503-loop",
        .title = "it answers 503 and keeps the connection open",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "During the drain requests get 503 without Connection: close.",
        .why = "A client that tries again stays on the same connection, and so with the same dying "
               "server, again and again.",
        .reference = "RFC 9110 sections 15.6.4 and 10.2.3; RFC 9112 section 9.6",
        .unit = "answers with 503",
        .fine = NULL,
        .covers = "no-connection-close",
        .find = find_shed_loop,
        .fixes =
            {{"any", "503 with Connection: close and Retry-After; better, answer what can still be "
                     "answered"},
             {"Node",
              "Fastify: return503OnClosing, with a Connection: close header in an onSend hook"},
             {"Java", "Jetty: GracefulHandler sends 503; add Connection: close"}},
    },
    {
        .id = "health-still-200",
        .title = "readiness stays 200 during the drain",
        .section = 'C',
        .severity = SEVERITY_MEDIUM,
        .seen = "The readiness path still answers 200 a quarter of a second after the signal.",
        .why = "Readiness is how a load balancer learns that the server is leaving. As long as it "
               "is 200, new requests are sent to it.",
        .reference = "Kubernetes, Pod Lifecycle: readiness probes and termination",
        .unit = "runs",
        .fine = "readiness turned with the signal",
        .find = find_health_stays,
        .fixes = {{"any", "answer 503 on the readiness path first of all, and close the listener "
                          "only after the load balancer can have seen it"},
                  {"Go", "an atomic.Bool that the /ready handler reads, set before Shutdown"},
                  {"Node",
                   "a flag set first in the SIGTERM handler; then wait; then server.close()"},
                  {"Python",
                   "a flag in the application, set by the signal handler or the lifespan's end"},
                  {"Java", "Spring Boot: management.endpoint.health.probes.enabled, it publishes "
                           "REFUSING_TRAFFIC"}},
    },
    {
        .id = "liveness-fails-in-drain",
        .title = "liveness fails during the drain",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "The liveness path answers with an error status while the server is draining.",
        .why = "The platform takes the draining process for a dead one and kills it, with the "
               "requests that it is finishing.",
        .reference = "Kubernetes, Configure Liveness, Readiness and Startup Probes",
        .unit = "runs",
        .fine = "liveness did not fail during the drain",
        .find = find_liveness,
        .fixes = {{"any", "liveness stays 200 until the exit; only readiness turns"},
                  {"Java", "Spring Boot: use /actuator/health/liveness, not /actuator/health"},
                  {"Go", "two handlers: /live never looks at the shutdown flag"}},
    },
    {
        .id = "deps-closed-first",
        .title = "requests in flight fail because something they need is closed first",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "Requests that began before the signal get a whole answer with a 5xx status later "
                "in the drain; without a signal they do not fail.",
        .why =
            "The pool, the cache or the application context is closed at the signal while handlers "
            "still use it; each such request is a failure that looks like a clean drain.",
        .reference = "RFC 9110 section 15.6",
        .unit = "requests in flight",
        .fine = "no request in flight was answered with a server error",
        .find = find_deps_closed,
        .fixes = {{"any", "close in this order: listener, requests, pools, logs"},
                  {"Go", "defer db.Close() in main, after Shutdown has returned"},
                  {"Node", "await the callback of server.close() before pool.end()"},
                  {"Python",
                   "close pools in the lifespan's end, which runs after the last request"},
                  {"Java", "SmartLifecycle: a pool's phase must be lower than the web server's"}},
    },
    {
        .id = "response-not-flushed",
        .title = "the end of an answer is lost",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "An answer that begins during the drain, or that a slow reader has half of when "
                "the signal comes, breaks off before its end.",
        .why = "The handler has finished and the log says 200, but the bytes were still in a "
               "buffer when the connection or the process was closed.",
        .reference = "RFC 9112 sections 8 and 9.6; close(2), SO_LINGER in socket(7)",
        .unit = "answers on their way",
        .fine = "{n} answers on their way, slowly read ones among them, arrived to their last byte",
        .find = find_not_flushed,
        .fixes = {{"any", "a request is done when its last byte has been written, not when its "
                          "handler returns; then close with a lingering close"},
                  {"Node", "wait for 'finish' of the response before the socket is destroyed"},
                  {"Java", "Jetty: StatisticsHandler counts until the response is complete; keep "
                           "it up to date"}},
    },
    {
        .id = "worker-recycle-drop",
        .title = "requests are lost with no signal at all",
        .section = 'C',
        .severity = SEVERITY_HIGH,
        .seen = "In the control run, in which nothing is sent to the server, connections are cut.",
        .why = "Workers that are recycled, or an idle timeout, lose requests all day; a deploy "
               "only makes it visible.",
        .reference = "RFC 9112 section 9.5",
        .unit = "requests without a signal",
        .fine = "without a signal {n} of {n} requests were not cut",
        .find = find_recycle_drop,
        .fixes = {{"any", "recycle a worker as gracefully as the whole server is stopped"},
                  {"Python", "gunicorn: max_requests with max_requests_jitter, and a "
                             "graceful_timeout above the slowest request"},
                  {"Node",
                   "server.keepAliveTimeout above the idle timeout of the load balancer in front"}},
    },
    {0},
};
