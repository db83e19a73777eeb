"""Scenes of how the server ends: what holds it, whether it hears the signal, and what it says of
itself meanwhile."""
import time

import acts
from acts import LIMIT, ends, outcomes, shut, slow, warm
from started import children
from wire import gather, request


def bare(server, _):
    server.send()
    seen = ends(server)
    if seen["after"] is not None:
        seen["left"], seen["served"] = server.left_behind()
    return seen


def held(server, conns):
    """Each client closes once the server has closed, as a browser or a pool does: one that does not
    holds the server up itself."""
    time.sleep(acts.SETTLE)
    server.send()
    limit, left = time.monotonic() + LIMIT, list(conns)
    while left and server.gone is None and time.monotonic() < limit:
        for conn in left:
            conn.read()
            if conn.end:
                conn.close()
        left = [conn for conn in left if conn.end is None]
        time.sleep(0.005)
    seen = ends(server)
    for conn in left:
        conn.read()
    told = [conn.end for conn in conns]
    shut(conns)
    return {"told": told, "held": len(conns), **seen}


def silent(server, _):
    return held(server, server.connect(3))


def idle(server, _):
    return held(server, warm(server, min(3, server.setup.keeps)))


def half_head_hold(server, _):
    conns = server.connect(3)
    for conn in conns:
        conn.tell(request("GET", "/")[:10])
    return held(server, conns)


def events(server, _):
    """An endless stream: does it hold the exit, and how is it ended?"""
    conn = server.connect()
    conn.tell(request("GET", "/events"))
    time.sleep(acts.SETTLE)
    conn.read()
    begun = conn.outcome() == "hang" and bool(conn.data)
    server.send()
    gather([conn], LIMIT)
    return {"begun": begun, "got": conn.outcome(), **ends(server)}


def steady(server, _):
    """A client that asks again and again on one connection, while one request runs for long."""
    busy, conns = slow(server, 1, 6), warm(server, 1)
    server.send()
    number, conn = 0, conns[0] if conns else None
    while conn and time.monotonic() - server.signalled < 4:
        conn.tell_if_open(request("GET", "/"))
        gather([conn], 2)
        if conn.outcome() != "200" or not conn.answers()[0].keeps_alive():
            break
        number += 1
        conn.data.clear()
        time.sleep(0.02)
    went_on = round(time.monotonic() - server.signalled, 2)
    shut(conns + busy)
    return {"able": bool(conns), "answers": number, "for": went_on}


def ready(server, _):
    """The readiness path a quarter of a second after the signal, while one request runs."""
    busy = slow(server, 1)
    server.send()
    time.sleep(0.3)
    conn = server.connect(timeout=0.5)
    if conn is None:
        got = "refused"
    else:
        conn.tell(request("GET", "/ready", extra="Connection: close\r\n"))
        gather([conn], 0.6)
        got = conn.outcome()
        conn.close()
    gather(busy, acts.SLOW + 3)
    seen = {"ready": got, "busy": outcomes(busy)}
    shut(busy)
    return {**seen, **ends(server)}


def startup(server, n):
    """A signal while it starts: after a share of the time that it takes, or at its first accept."""
    if n < 3:
        time.sleep(server.setup.took * (0.3, 0.6, 0.85)[n])
    else:
        limit = time.monotonic() + server.setup.within
        while time.monotonic() < limit and not (conn := server.connect(timeout=0.2)):
            pass
        if conn:
            conn.close()
    server.send()
    return ends(server, 8)


def pid1(server, _):
    """As PID 1 of a namespace of its own: `unshare` starts it, its child is signalled."""
    inner = children(server.pid)[1]
    server.send(pid=inner)
    return ends(server, 6)
