/* Section B of the catalogue, second half: connections at the signal. */
#include "check/defects.h"

const struct defect defects_sockets[] = {
    {
        .id = "accept-queue-reset",
        .title = "connections waiting in the accept queue are reset",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "Clients connected before the signal, and most have sent their request; the "
                "listener is closed without accepting them, and they get a reset.",
        .why = "The client's connect() succeeded, so this is not \"refused\": a proxy does not "
               "repeat a POST. Under load the queue is rarely empty.",
        .reference =
            "listen(2), accept(2), tcp(7); the kernel resets what is queued when a listener closes",
        .unit = "queued connections",
        .fine = "{n} of {n} connections in the accept queue were answered",
        .find = find_accept_queue,
        .fixes = {{"any", "after the decision to stop accept until EAGAIN, and only then close the "
                          "listener; better, stop new handshakes first (a filter that drops SYN), "
                          "or hand the listener over"},
                  {"Go", "Shutdown closes at once: fail readiness and go on serving until the load "
                         "balancer has noticed, then call Shutdown"},
                  {"Node", "server.close() closes at once: fail readiness first, and delay it"},
                  {"Python", "put the listener into systemd or a parent (socket activation), so "
                             "that it is never closed"},
                  {"Java", "let the readiness probe fail, wait, and only then stop the connector"},
                  {"nginx", "hand the listener over (binary upgrade with USR2), or take the server "
                            "out of rotation before QUIT"}},
    },
    {
        .id = "handshake-at-close",
        .title = "connections are reset in the middle of the handshake",
        .section = 'B',
        .severity = SEVERITY_MEDIUM,
        .seen = "connect() around the moment at which the listener closes ends in a reset instead "
                "of success or \"refused\".",
        .why = "On a network with a round trip of tens of milliseconds many handshakes are half "
               "done at any time; each is a user with an error.",
        .reference = "RFC 9293 section 3.5; tcp(7)",
        .unit = "connections around the signal",
        .fine = NULL,
        .find = find_handshake,
        .fixes = {{"any", "drop only SYN for longer than a round trip, accept until empty, then "
                          "close; or hand the listener over"}},
    },
    {
        .id = "accept-vs-shutdown-race",
        .title = "connections accepted at the signal are closed without an answer",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "New connections that came just before or after the signal are closed or reset at "
                "once, although the server was still taking connections.",
        .why = "Between the decision to stop and the sweep over the connections there is a gap in "
               "which a connection belongs to nobody.",
        .reference = "RFC 9112 section 9.6",
        .unit = "connections around the signal",
        .fine = "{n} connections made around the signal: none was closed without an answer",
        .find = find_accept_race,
        .fixes = {{"any", "close the listener, wait until the accept loop has ended, and only then "
                          "look for idle connections; a new connection is not idle"},
                  {"Go", "keep Go up to date; Shutdown gives new connections 5 s"},
                  {"Node", "close the listener first of all; http-terminator destroys new "
                           "connections while it waits, with the listener open"}},
    },
    {
        .id = "idle-keepalive-fin-race",
        .title = "requests on kept-alive connections are lost",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "A request that lies in the server's buffer, on a connection that was idle until "
                "then, gets no answer: the connection is closed under it.",
        .why = "The client cannot tell whether it was processed; proxies report 502, and a POST is "
               "not repeated. Every pooled client is exposed to it at every deploy.",
        .reference = "RFC 9112 sections 9.3.1 and 9.5",
        .unit = "requests on kept-alive connections",
        .fine = "{n} of {n} requests on kept-alive connections were answered or never taken",
        .find = find_keepalive_race,
        .fixes = {{"any", "read before closing an idle connection: answer one last request with "
                          "Connection: close; half-close and linger instead of close()"},
                  {"Go", "fail readiness, send Connection: close for a while "
                         "(srv.SetKeepAlivesEnabled(false)), then Shutdown"},
                  {"Node",
                   "set `Connection: close` on answers for a while before closeIdleConnections()"},
                  {"Java", "Spring Boot on Tomcat closes idle connections at once: use a preStop "
                           "delay in which answers say close"},
                  {"nginx", "keepalive_min_timeout (1.27.4 and later)"}},
    },
    {
        .id = "unread-request-rst",
        .title = "an answer is destroyed by closing with unread input",
        .section = 'B',
        .severity = SEVERITY_HIGH,
        .seen = "While the client is still sending, an answer begins and is then taken away by a "
                "reset.",
        .why = "close() with unread bytes makes the kernel send a reset and drop what it has not "
               "delivered; the client sees an error instead of the answer that explains it.",
        .reference = "RFC 9112 section 9.6; RFC 2525 section 2.17; tcp(7)",
        .unit = "uploads half sent",
        .fine = NULL,
        .covers = "upload-cut",
        .find = find_unread_reset,
        .fixes =
            {{"any", "lingering close: shutdown(SHUT_WR), read and drop what comes, with a limit, "
                     "then close"},
             {"nginx", "lingering_close on (the default), lingering_time above a round trip"},
             {"Node", "consume the request (req.resume()) before the socket is destroyed"},
             {"Go",
              "answer through the handler; net/http reads the rest of the body within a limit"}},
    },
    {
        .id = "reuseport-group-loss",
        .title = "one of several listeners takes its queue with it",
        .section = 'B',
        .severity = SEVERITY_MEDIUM,
        .seen = "Several sockets listen on the port (SO_REUSEPORT), and connections in the queue "
                "of one that closes are reset.",
        .why = "The kernel has already spread the connections over the sockets; the share of the "
               "one that closes is lost although another could serve it.",
        .reference = "socket(7) SO_REUSEPORT; net.ipv4.tcp_migrate_req",
        .unit = "queued connections",
        .fine = NULL,
        .find = find_reuseport,
        .fixes =
            {{"any",
              "set net.ipv4.tcp_migrate_req=1, or share one listening socket between the workers"},
             {"nginx", "listen without `reuseport`"},
             {"Python", "gunicorn without --reuse-port"}},
    },
    {
        .id = "defer-accept-ghost",
        .title = "silent connections are never told that the server has gone",
        .section = 'B',
        .severity = SEVERITY_INFO,
        .seen = "A connection that has sent nothing stays open for the client although the process "
                "has exited.",
        .why = "With TCP_DEFER_ACCEPT the server does not know of it, and the kernel tells the "
               "client nothing until it sends. A pooled client takes it for good.",
        .reference = "tcp(7) TCP_DEFER_ACCEPT",
        .unit = "silent connections",
        .fine = NULL,
        .find = find_defer_accept,
        .fixes = {{"any", "nothing to mend in most servers; switch TCP_DEFER_ACCEPT off if clients "
                          "open connections ahead of need"},
                  {"nginx", "listen without `deferred`"},
                  {"Apache", "AcceptFilter http none"}},
    },
    {0},
};
