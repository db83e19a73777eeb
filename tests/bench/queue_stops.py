#!/usr/bin/env python3
"""A stream of Redis with RATE jobs a second for SECONDS (60), done by two reference servers of which one, in
turn, is stopped with SIGTERM and started again every second: each job must be done exactly once.

A server records each job that it did under the job's id and its own name, and acknowledges it, in one step; so a
job that two did has two records, and one that nobody did has none."""
import collections
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

from common import finish, row
from server import Server

RATE, SECONDS = 1000, int(sys.argv[1]) if len(sys.argv) > 1 else 60
HERE = os.path.dirname(os.path.abspath(__file__))


class Redis:
    """A server of its own on a free port, and one connection to it (RESP2)."""

    def __init__(self, folder):
        packages = os.path.join(HERE, "../../build/services/redis-server")
        subprocess.run([os.path.join(HERE, "../services/unpack"), packages, "redis-server"], check=True)
        libraries = subprocess.run([os.path.join(packages, "libraries")], check=True, text=True, stdout=subprocess.PIPE)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [os.path.join(packages, "usr/bin/redis-server"), "--bind", "127.0.0.1", "--port", str(self.port),
             "--save", "", "--dir", folder, "--logfile", os.path.join(folder, "redis.log")],
            env={**os.environ, "LD_LIBRARY_PATH": libraries.stdout.strip()})
        self.file = self.connect()

    def connect(self):
        for _ in range(200):
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=20).makefile("rwb")
            except ConnectionRefusedError:
                time.sleep(0.05)  # it tells nobody when it listens
        sys.exit("redis-server did not start")

    def send(self, *words):
        parts = [b"*%d\r\n" % len(words)] + [b"$%d\r\n%s\r\n" % (len(w), w) for w in map(str.encode, words)]
        self.file.write(b"".join(parts))

    def read(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            sys.exit(f"Redis says {rest.decode()}")
        if kind == b"*":
            return [self.read() for _ in range(int(rest))]
        if kind == b"$" and rest != b"-1":
            return self.file.read(int(rest) + 2)[:-2].decode()
        return None if kind == b"$" else rest.decode()

    def ask(self, *words):
        self.send(*words)
        self.file.flush()
        return self.read()


def produce(redis, count):
    """Add `count` jobs at RATE a second, in batches of 10 ms; returns their ids."""
    ids, began = [], time.monotonic()
    while len(ids) < count:
        due = min(count, int((time.monotonic() - began) * RATE) + 1)
        for _ in range(due - len(ids)):
            redis.send("XADD", "jobs", "*", "body", "1")
        redis.file.flush()
        for _ in range(due - len(ids)):
            ids.append(redis.read())
        time.sleep(0.01)
    return ids, time.monotonic() - began


def main():
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder)
        options = ("--queue", f"redis://127.0.0.1:{redis.port}/jobs", "--consumers", "16", "--job-lease", "30s")
        servers, made, statuses, exits = [Server(*options), Server(*options)], [], [], []
        try:
            producer = threading.Thread(target=lambda: made.append(produce(redis, RATE * SECONDS)))
            producer.start()
            for n in range(SECONDS):
                producer.join(1)  # a second, or less at the end
                began = time.monotonic()
                servers[n % 2].terminate()
                status, gone = servers[n % 2].wait_exit()
                servers[n % 2].process.stdout.close()
                statuses.append(status)
                exits.append((gone - began) * 1000)
                servers[n % 2] = Server(*options)
            producer.join()
            ids, took = made[0]
            deadline = time.monotonic() + 60
            while redis.ask("HLEN", "jobs:runs") != str(len(ids)) and time.monotonic() < deadline:
                time.sleep(0.1)
            pending = int(redis.ask("XPENDING", "jobs", "drainctl")[0])
            runs = collections.Counter(field.split(" ")[0] for field in redis.ask("HKEYS", "jobs:runs"))
        finally:
            for server in servers:
                server.kill()
            redis.process.kill()
            redis.process.wait()
    once = sum(runs[i] == 1 for i in ids)
    lost, twice = sum(runs[i] == 0 for i in ids), sum(runs[i] > 1 for i in ids)
    print(f"{len(ids) / took:.0f} jobs a second, {len(statuses)} stops (longest {max(exits):.0f} ms from signal to exit), "
          f"load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr)
    finish(row(f"{RATE} jobs/s through Redis for {SECONDS} s, a stop every second: done exactly once", f"{len(ids)}",
               f"{once} ({lost} never, {twice} twice)", once == len(ids) and pending == 0),
           row("… stops with exit status 0", f"{len(statuses)}", f"{statuses.count(0)}",
               statuses.count(0) == len(statuses)))


main()
