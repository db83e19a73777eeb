#!/usr/bin/env python3
"""5,000 requests of 20 ms for a pool of 8 connections, thousands of them waiting when SIGTERM comes: each
is answered, and little time passes from the last byte of the last answer to the exit."""
import re
import selectors
import time

from common import finish, median, row
from server import Server, connect, get

REQUESTS, POOL, MS, RUNS = 5000, 8, 20, 3


def waiting(address):
    """How many queries wait for a connection, as /metrics says."""
    with connect(address) as sock:
        sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := sock.recv(65536):
            data += piece
    found = re.search(rb"^drainctl_pool_waiting (\d+)", data, re.M)
    return int(found.group(1)) if found else 0


def read_all(socks):
    """Read each to its end; (whole answers, the time of the last byte of the last)."""
    selector = selectors.DefaultSelector()
    whole, last = 0, 0.0
    for sock in socks:
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, bytearray())
    left = len(socks)
    while left:
        ready = selector.select(60)
        assert ready, f"{left} answers never came"
        for key, _ in ready:
            try:
                piece = key.fileobj.recv(65536)
            except ConnectionResetError:
                piece = b""
            if piece:
                key.data.extend(piece)
                if key.data.endswith(b"}"):
                    last = time.monotonic()
                continue
            whole += key.data.startswith(b"HTTP/1.1 200") and key.data.endswith(b"}")
            selector.unregister(key.fileobj)
            key.fileobj.close()
            left -= 1
    return whole, last


def run():
    """One drain; (whole answers, milliseconds from the last of them to the exit)."""
    server = Server("--pool", str(POOL), "--pool-queue", str(REQUESTS), "--drain-timeout", "60s")
    try:
        socks = []
        for _ in range(REQUESTS):
            sock = connect(server.address)
            sock.sendall(get(f"/api/report?ms={MS}"))
            socks.append(sock)
        assert waiting(server.address) > REQUESTS / 2, "too few wait: the machine is too busy"
        server.terminate()
        whole, last = read_all(socks)
        status, gone = server.wait_exit(60)
        assert status == 0, status
        return whole, (gone - last) * 1000
    finally:
        server.kill()


results = [run() for _ in range(RUNS)]
answered = min(whole for whole, _ in results)
took = [ms for _, ms in results]
finish(row(f"{REQUESTS} requests that wait for a pool of {POOL}, through a drain: answered", f"{REQUESTS}",
           f"{answered} (worst of {RUNS})", answered == REQUESTS),
       row("… last answer to exit, median", "≤ 5 ms", f"{median(took):.2f} ms (worst {max(took):.2f} ms)",
           median(took) <= 5))
