#!/usr/bin/env python3
"""Entered in an etcd: last byte of the last answer to the server's exit, as waitid sees it, and SIGTERM to the moment
at which a watch of the entry has its mark. Median of 20 each."""
import base64
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request

from common import finish, median, program, row
from server import Server, connect, get

RUNS = 20


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def states(lines):
    for line in lines:
        for event in json.loads(line)["result"].get("events", []) if line.strip() else []:
            value = event["kv"].get("value")
            yield json.loads(base64.b64decode(value))["state"] if value else None


class Etcd:
    def __init__(self, folder):
        self.url, peer = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
        command, env = program("etcd", "etcd-server")
        self.process = subprocess.Popen(
            [command, "--log-level", "error", "--data-dir", folder, "--initial-cluster", f"default={peer}",
             "--listen-client-urls", self.url, "--advertise-client-urls", self.url, "--listen-peer-urls", peer,
             "--initial-advertise-peer-urls", peer],
            stderr=subprocess.DEVNULL, env={**os.environ, **env})
        for _ in range(1000):
            try:
                urllib.request.urlopen(self.url + "/health", timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("etcd: it does not begin")

    def watch(self):
        """Each change below /services/, from now on: the state, None when the entry is gone."""
        key, end = (base64.b64encode(s).decode() for s in (b"/services/", b"/services0"))
        body = json.dumps({"create_request": {"key": key, "range_end": end}}).encode()
        answer = urllib.request.urlopen(self.url + "/v3/watch", body, timeout=30)
        answer.readline()  # created
        return states(answer)


def once(etcd):
    """Milliseconds from the signal to the mark, and from the last answer to the exit."""
    server = Server("--registry", etcd.url.replace("http", "etcd") + "/services/bench")
    changes = etcd.watch()
    with connect(server.address) as sock:
        sock.sendall(get("/api/data?ms=200"))
        time.sleep(0.05)
        began = time.monotonic()
        server.terminate()
        while next(changes) != "draining":
            pass  # a machine that is busy may enter it late
        seen = time.monotonic()
        data = b""
        while not data.endswith(b"}"):
            data += sock.recv(4096)
        last = time.monotonic()
        status, gone = server.wait_exit()
    assert status == 0, status
    while next(changes) is not None:
        pass
    return (seen - began) * 1000, (gone - last) * 1000


with tempfile.TemporaryDirectory() as where:
    etcd = Etcd(where)
    try:
        runs = [once(etcd) for _ in range(RUNS)]
    finally:
        etcd.process.kill()
        etcd.process.wait()
mark, left = median([r[0] for r in runs]), median([r[1] for r in runs])
finish(row("etcd: signal to the mark at a watch, median of 20", "≤ 20 ms", f"{mark:.1f} ms", mark <= 20),
       row("etcd: last answer to exit, median of 20", "≤ 10 ms", f"{left:.1f} ms", left <= 10))
