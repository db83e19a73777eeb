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


def turn_by_turn(server, conns):
    """The server runs for a fraction of a millisecond at a time. In the pauses one connection in
    three is written to; when it has closed the first of those that are idle, all that are left are:
    then it is in the middle of closing them."""
    early, late = conns[::3], [conn for place, conn in enumerate(conns) if place % 3]
    server.freeze(True)
    server.send()
    turn = 0
    while time.monotonic() < server.signalled + 1.5:
        if early and turn % 2 == 0:
            early.pop().tell_if_open(request("GET", "/"))
        for conn in late:
            conn.read()
        if any(conn.end for conn in late):
            break
        server.freeze(False)
        until = time.monotonic() + 0.0001 * (1 + turn % 5)
        while time.monotonic() < until:
            pass
        server.freeze(True)
        turn += 1
    for conn in late:
        conn.tell_if_open(request("GET", "/"))
    server.freeze(False)


def kept_race(server, n):
    """Requests on kept-alive connections, written from the signal on, 0 to 5 ms later each; in
    every other run one request is in flight, so that the server does not leave at once; in every
    fourth they are written while it is frozen, behind the signal, and in every fourth turn by
    turn. One that is lost there may be the coincidence of RFC 9112 section 9.5: the judge wants
    two."""
    busy = slow(server, 1) if n % 2 else []
    conns = warm(server, min(20, max(1, server.setup.keeps - len(busy))))
    if n % 4 == 2:
        server.freeze(True)
        server.send()
        for conn in conns:
            conn.tell_if_open(request("GET", "/"))
        server.freeze(False)
    elif n % 4 == 3:
        turn_by_turn(server, conns)
    else:
        server.send()
        for place, conn in enumerate(conns):
            while time.monotonic() < server.signalled + 0.005 * place / len(conns):
                pass
            conn.tell_if_open(request("GET", "/"))
    gather(conns, 4)
    got = outcomes(conns)
    shut(conns + busy)
    return {"got": got, "enough": 2 if n % 4 == 3 else 1, **ends(server)}


def arrivals_turns(server, _):
    """New connections while the server takes the signal, for a fraction of a millisecond at a time:
    in each pause a few come, until nobody listens any more."""
    busy, conns, turn, listens = slow(server, 1), [], 0, True
    server.freeze(True)
    server.send()
    while listens and time.monotonic() < server.signalled + 1.5 and len(conns) < 60:
        for conn in server.connect(3, timeout=0.2):
            conn.after = conn.opened - server.signalled
            conn.tell(request("GET", "/", extra="Connection: close\r\n"))
            conns.append(conn)
        server.freeze(False)
        until = time.monotonic() + 0.0001 * (1 + turn % 5)
        while time.monotonic() < until:
            pass
        server.freeze(True)
        probe = server.connect(timeout=0.2)
        listens = probe is not None
        shut([probe] if probe else [])
        turn += 1
    server.freeze(False)
    thawed = time.monotonic()
    gather(conns, acts.SLOW + 3)
    seen = [{"got": conn.outcome(), "came": round(conn.after, 3),
             "waited": round(max(0.0, (conn.answered or time.monotonic()) - thawed), 3)}
            for conn in conns]
    shut(conns + busy)
    return {"arrivals": seen, **ends(server)}


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
