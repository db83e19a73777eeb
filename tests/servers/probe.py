#!/usr/bin/env python3
"""What a server does to its users when it is told to stop, seen over plain sockets: the witness
that table.py rests on. It shares no code with drainctl.

    probe.py [--built FOLDER] [SERVER...]
"""
import argparse
import os
import select
import signal
import socket
import sys
import time
import weakref

from started import Server, surroundings
from table import pick

MS = 1200  # how slow the slow path is


def request(method, path, body=b"", extra=""):
    length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{length}{extra}\r\n".encode() + body


LEFT = weakref.WeakKeyDictionary()  # of a connection: what came behind an answer


def answer(s):
    """(what came, said Connection: close): a status, or the way in which it broke."""
    data = LEFT.pop(s, b"")
    try:
        while b"\r\n\r\n" not in data:
            part = s.recv(65536)
            if not part:
                return ("EOF0" if not data else "cut"), False
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        if lines[0].split()[1] == "100":
            return "100", False
        fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        want = int(fields["content-length"]) if "content-length" in fields else None
        while (len(body) < want if want is not None else not body.endswith(b"0\r\n\r\n")):
            part = s.recv(65536)
            if not part:
                break
            body += part
        if want is not None and len(body) < want:
            return "cut", False
        LEFT[s] = body[want:] if want is not None else b""
        return lines[0].split()[1], fields.get("connection") == "close"
    except ConnectionResetError:
        return ("RST0" if not data else "cut"), False
    except socket.timeout:
        return "hang", False


def tell(s, data):
    try:
        s.sendall(data)
        return True
    except OSError:
        return False


def again(s):
    """One more request on a connection that has carried one."""
    return answer(s) if tell(s, request("GET", "/")) else ("EPIPE", False)


def tally(answers):
    kinds = [kind for kind, _ in answers]
    text = " ".join(f"{kinds.count(kind)}×{kind}" for kind in sorted(set(kinds)))
    closed = sum(close for _, close in answers)
    return text + (f" ({closed} told to close)" if closed else "")


def warm(server, n):
    """n kept-alive connections that have carried one request."""
    socks = [server.connect() for _ in range(n)]
    for s in socks:
        tell(s, request("GET", "/"))
        answer(s)
    return socks


def ends(server, within=9):
    status, after = server.exit(within)
    return f"exit {status} after {after} s" if after is not None else f"alive after {within} s"


def in_flight(server):
    gets, posts = [[server.connect() for _ in range(n)] for n in (10, 5)]
    for s in gets:
        tell(s, request("GET", f"/slow?ms={MS}"))
    for s in posts:
        tell(s, request("POST", f"/slow?ms={MS}", b"x" * 16))
    time.sleep(0.4)
    server.send()
    got = [answer(s) for s in gets], [answer(s) for s in posts]
    more = [again(s) for s in gets[:3]]
    for s in gets + posts:
        s.close()
    return f"GET {tally(got[0])}; POST {tally(got[1])}; next on it {tally(more)}; {ends(server)}"


def upload(server):
    socks = [server.connect() for _ in range(3)]
    body = b"x" * 65536
    for s in socks:
        whole = request("POST", "/upload", body)
        tell(s, whole[:-32768])
    time.sleep(0.3)
    server.send()
    time.sleep(0.5)
    for s in socks:
        tell(s, body[:32768])
    return tally([answer(s) for s in socks])


def idle(server):
    """A request on an idle kept-alive connection, some time after the signal, one other running."""
    busy = server.connect()
    delays = (0, 5, 20, 100, 400)
    socks = {delay: warm(server, 3) for delay in delays}
    tell(busy, request("GET", f"/slow?ms={MS}"))
    time.sleep(0.3)
    server.send()
    began, text = time.monotonic(), []
    for delay in delays:
        time.sleep(max(0, began + delay / 1000 - time.monotonic()))
        got = [again(s) for s in socks[delay]]
        text.append(f"+{delay} {tally(got)}")
    return "; ".join(text)


def crowd(server, n=20):
    """New connections until the accept queue is full, n at most."""
    socks = []
    try:
        while len(socks) < n:
            socks.append(server.connect(1))
    except OSError:
        pass
    return socks


def frozen(server, socks):
    server.freeze(True)
    socks = socks or crowd(server)
    for s in socks:
        tell(s, request("GET", "/"))
    server.send()
    server.freeze(False)
    return tally([answer(s) for s in socks])


def queue(server):
    return frozen(server, None)


def kept_race(server):
    return frozen(server, warm(server, 20))


def silent(server):
    keep = [server.connect() for _ in range(3)]
    time.sleep(0.2)
    server.send()
    text = ends(server)
    del keep
    return text


def unused(server):
    keep = warm(server, 3)
    server.send()
    text = ends(server)
    del keep
    return text


def idle_later(server):
    """Idle only after the signal: a kept-alive connection whose last answer came in the drain."""
    s = warm(server, 1)[0]
    tell(s, request("GET", f"/slow?ms={MS}"))
    time.sleep(0.3)
    server.send()
    return f"{tally([answer(s)])}; {ends(server)}"


def half_head(server):
    socks = [server.connect() for _ in range(3)]
    busy = server.connect()
    tell(busy, request("GET", f"/slow?ms={MS}"))
    data = request("GET", "/")
    for s in socks:
        tell(s, data[:10])
    time.sleep(0.3)
    server.send()
    time.sleep(0.05)
    for s in socks:
        tell(s, data[10:])
    return tally([answer(s) for s in socks])


def expect(server):
    s = server.connect()
    tell(s, request("POST", "/upload", b"", "").replace(b"Length: 0", b"Length: 16")
         .replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    time.sleep(0.2)
    server.send()
    readable = select.select([s], [], [], 1)[0]
    first = answer(s)[0] if readable else "no 100"
    last = answer(s)[0] if tell(s, b"x" * 16) else "EPIPE"
    return f"{first}, {last}"


def pipelined(server):
    s = server.connect()
    tell(s, request("GET", f"/slow?ms={MS}") + request("GET", "/"))
    time.sleep(0.3)
    server.send()
    return tally([answer(s), answer(s)])


def arrivals(server):
    busy = server.connect()
    tell(busy, request("GET", f"/slow?ms={MS}"))
    time.sleep(0.3)
    server.send()
    kinds = []
    for _ in range(6):
        try:
            with server.connect(1) as s:
                tell(s, request("GET", "/", b"", "Connection: close\r\n"))
                kinds.append((answer(s)[0], False))
        except OSError:
            kinds.append(("refused", False))
        time.sleep(0.1)
    return tally(kinds)


def steady(server):
    """A client that never pauses, on one connection, from the signal on, one other running."""
    busy, s = server.connect(), warm(server, 1)[0]
    tell(busy, request("GET", f"/slow?ms={MS}"))
    time.sleep(0.3)
    server.send()
    began, n, kind, close = time.monotonic(), 0, "200", False
    while kind == "200" and not close and time.monotonic() - began < 4:
        kind, close = again(s)
        n += kind == "200"
    took = time.monotonic() - began
    return f"{n} served in {took:.2f} s, then {'told to close' if close else kind}; {ends(server)}"


def slow_clients(server, n=5, ms=MS):
    socks = [server.connect() for _ in range(n)]
    for s in socks:
        tell(s, request("GET", f"/slow?ms={ms}"))
    time.sleep(0.4)
    return socks


def second(server):
    socks = slow_clients(server)
    server.send()
    time.sleep(0.1)
    server.send()
    got = [answer(s) for s in socks]
    return f"{tally(got)}; {ends(server)}"


def second_int(server):
    socks = slow_clients(server)
    server.send()
    time.sleep(0.1)
    server.send(signal.SIGINT)
    return f"{tally([answer(s) for s in socks])}; {ends(server)}"


def group(server):
    socks = slow_clients(server)
    server.send(group=True)
    return f"{tally([answer(s) for s in socks])}; {ends(server)}"


def outlasting(server):
    socks = slow_clients(server, 3, 8000)
    server.send()
    began = time.monotonic()
    got = [answer(s) for s in socks]
    return f"{tally(got)} {time.monotonic() - began:.1f} s after the signal; {ends(server, 4)}"


def startup(server):
    time.sleep(0.03)
    server.send()
    return ends(server, 4)


PROBES = [in_flight, upload, idle, queue, kept_race, silent, unused, idle_later, half_head, expect,
          pipelined, arrivals, steady, second, second_int, group, outlasting, startup]


def pid1(server, built, env, backend):
    """As PID 1 of a namespace of its own, which unshare makes (it needs the privilege)."""
    prefix = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    with Server(server, built, env, backend, prefix) as started:
        with open(f"/proc/{started.process.pid}/task/{started.process.pid}/children",
                  encoding="ascii") as file:
            inner = int(file.read())
        socks = slow_clients(started, 3)
        os.kill(inner, started.signal)
        started.signalled = time.monotonic()
        return f"{tally([answer(s) for s in socks])}; {ends(started, 4)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/servers")
    parser.add_argument("--only", action="append", help="a probe's name")
    parser.add_argument("servers", nargs="*")
    options = parser.parse_args()
    with surroundings(options.built) as (env, backend):
        for server in pick(options.servers):
            print(f"{server['name']}", flush=True)
            for probe in PROBES:
                if options.only and probe.__name__ not in options.only:
                    continue
                with Server(server, options.built, env, backend, ready=probe is not startup) as run:
                    print(f"  {probe.__name__:11} {probe(run)}", flush=True)
            if not options.only or "pid1" in options.only:
                print(f"  {'pid1':11} {pid1(server, options.built, env, backend)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
