"""Scenes of connections and requests that meet the close of the listener or of their connection.
They want the machine for themselves: luck decides, and it is made as certain as it can be."""
import os
import signal
import time

import acts
from acts import ends, outcomes, shut, slow, warm
from started import children
from wire import gather, request


def queue(server, n):
    """Connections in the accept queue at the signal, for certain: the server is frozen."""
    server.freeze(True)
    conns = []
    while len(conns) < 20 and (conn := server.connect(timeout=1)):
        conns.append(conn)
        conn.tell(request("GET", "/"))
    server.send()
    if n % 2:  # who runs first is luck otherwise: the children before their parent, or after it
        for pid in reversed(children(server.pid)):
            os.kill(pid, signal.SIGCONT)
    server.freeze(False)
    gather(conns, 5)
    got = outcomes(conns)
    shut(conns)
    return {"got": got, **ends(server)}


def kept_race(server, n):
    """Requests on kept-alive connections, written from the signal on, 0 to 5 ms later each; in
    every other run one request is in flight, so that the server does not leave at once; in every
    third they are written while it is frozen, behind the signal."""
    busy = slow(server, 1) if n % 2 else []
    conns = warm(server, min(20, max(1, server.setup.keeps - len(busy))))
    if n % 3 == 2:
        server.freeze(True)
        server.send()
        for conn in conns:
            conn.tell_if_open(request("GET", "/"))
        server.freeze(False)
    else:
        server.send()
        for place, conn in enumerate(conns):
            while time.monotonic() < server.signalled + 0.005 * place / len(conns):
                pass
            conn.tell_if_open(request("GET", "/"))
    gather(conns, 4)
    got = outcomes(conns)
    shut(conns + busy)
    return {"got": got, **ends(server)}


def arrivals(server, _):
    """New connections from 20 ms before the signal on, until nobody listens, while one request
    keeps the server up."""
    busy, conns, refused = slow(server, 1), [], 0
    began = time.monotonic()
    while refused < 5 and time.monotonic() - began < acts.SLOW + 1.5 and len(conns) < 200:
        if server.signalled is None and time.monotonic() - began > 0.02:
            server.send()
        conn = server.connect(timeout=0.5)
        refused = 0 if conn else refused + 1
        if conn:
            conn.after = conn.opened - (server.signalled or conn.opened)
            conn.tell(request("GET", "/", extra="Connection: close\r\n"))
            conns.append(conn)
        time.sleep(0.002 if time.monotonic() - began < 0.1 else 0.02)
        for one in conns:
            one.read()
    gather(conns, acts.SLOW + 3)
    seen = [{"got": conn.outcome(), "came": round(conn.after, 3),
             "waited": round((conn.answered or time.monotonic()) - conn.opened, 3)}
            for conn in conns]
    shut(conns + busy)
    return {"arrivals": seen, **ends(server)}
