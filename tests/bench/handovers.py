#!/usr/bin/env python3
"""Twenty handovers in a row at 2,000 requests a second: the longest time between two successes, and that
nobody was refused or cut off."""
import json
import os
import re
import signal
import subprocess
import tempfile

from common import DRAINCTL, finish, row

HANDOVERS, RATE = 20, 2000


def serve(*options):
    """A server that listens; (process, port)."""
    process = subprocess.Popen([DRAINCTL, "serve", "--quiet", *options], stdout=subprocess.PIPE, text=True)
    return process, re.search(r"http://[^:]+:(\d+)", process.stdout.readline()).group(1)


def replace(path, old):
    """The next process takes over from the old one, which drains."""
    new, _ = serve("--handover", path)
    assert old.wait(60) == 0, old.returncode
    return new


def gaps(journal):
    """Seconds between two successes that follow each other."""
    with open(journal, encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    times = sorted(e["t"] for e in events if e["e"] == "end" and e["status"] == 200 and e["code"] == 0)
    bad = sum(1 for e in events if e["e"] == "end" and not (e["status"] == 200 and e["code"] == 0))
    return max(b - a for a, b in zip(times, times[1:])) / 1e6, len(times), bad


with tempfile.TemporaryDirectory() as folder:
    path, journal = os.path.join(folder, "s"), os.path.join(folder, "load.jsonl")
    server, port = serve("--handover", path, "--port", "0", "--idle-timeout", "200ms")
    load = subprocess.Popen([DRAINCTL, "load", "--rate", f"{RATE}/s", "--connection", "new", "--quiet",
                             "--journal", journal, "--duration", "120s", f"http://127.0.0.1:{port}/live"],
                            stdout=subprocess.DEVNULL)
    for _ in range(HANDOVERS):
        server = replace(path, server)
    load.send_signal(signal.SIGINT)  # it begins nothing new, and lets what is in flight finish
    load.wait()
    server.terminate()
    server.wait()
    longest, good, bad = gaps(journal)
finish(row(f"{HANDOVERS} handovers at {RATE} requests/s: longest time between two successes", "≤ 20 ms",
           f"{longest:.1f} ms ({good} answered, {bad} not)", longest <= 20 and bad == 0))
