#!/usr/bin/env python3
"""Last byte of the last answer at the client to the server's exit as waitid sees it: median of 20."""
import time

from common import finish, median, row
from server import Server, connect, get

RUNS = 20
took = []
for _ in range(RUNS):
    server = Server("--gate", "bench=listener-closed")
    with connect(server.address) as sock:
        sock.sendall(get("/api/data?ms=100"))
        time.sleep(0.03)
        server.terminate()
        data = b""
        while not data.endswith(b"}"):
            data += sock.recv(4096)
        last = time.monotonic()
        status, gone = server.wait_exit()
    assert status == 0, status
    took.append((gone - last) * 1000)
finish(row("last answer to exit, median of 20", "≤ 2 ms", f"{median(took):.2f} ms",
           median(took) <= 2))
