#!/usr/bin/env python3
"""Last byte of the last answer at the client to the server's exit as waitid sees it, with a pool of 8 connections to a
PostgreSQL: the last answer is a query's, or the pool is idle. Median of 20 each."""
import os
import subprocess
import time

from common import SERVICES, finish, leave_out, median, row
from server import Server, connect, get

RUNS = 20
SERVICE = os.path.join(SERVICES, "postgres")


def run(url, path):
    """Milliseconds from the last answer to the exit."""
    server = Server("--database", url)
    try:
        with connect(server.address) as sock:
            sock.sendall(get(path))
            time.sleep(0.03)  # it is under way at the signal
            server.terminate()
            data = b""
            while not data.endswith(b"}"):
                data += sock.recv(4096)
            last = time.monotonic()
            status, gone = server.wait_exit()
        assert status == 0, status
        assert data.startswith(b"HTTP/1.1 200"), data
        return (gone - last) * 1000
    finally:
        server.kill()


started = subprocess.run([SERVICE, "start"], stdout=subprocess.PIPE, text=True, check=False)
if started.returncode != 0:
    leave_out("no PostgreSQL to be had")
folder, url = started.stdout.split()
try:
    met = []
    for what, path in (("a query", "/api/report?ms=100"), ("no query", "/api/data?ms=100")):
        took = [run(url, path) for _ in range(RUNS)]
        met.append(row(f"PostgreSQL connected, last answer ({what}) to exit, median of {RUNS}", "≤ 10 ms",
                       f"{median(took):.2f} ms (worst {max(took):.2f} ms)", median(took) <= 10))
finally:
    subprocess.run([SERVICE, "end", folder], check=False)
finish(*met)
