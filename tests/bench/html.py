#!/usr/bin/env python3
"""The page of 20,000 requests in a browser: how long after it was opened it stands drawn, and its size. Once of
a real run, and once of tests/web/journal.py's, which is the hardest to write briefly. What writing it costs is
in reports.py."""
import json
import os
import subprocess
import sys
import tempfile

from common import DRAINCTL, finish, leave_out, median, program, row

HERE = os.path.dirname(os.path.abspath(__file__))
WEB = os.path.join(HERE, "..", "web")
RUNS, N = 5, 20000
scenario = {
    "name": "bench-html",
    "target": {"reference": {}},
    "loads": [
        {"name": "steady", "request": {"path": "/api/data?ms=5"}, "rate": "4000/s", "requests": 15000},
        {"name": "slow", "request": {"path": "/api/data?ms=400"}, "rate": "1000/s", "requests": 5000,
         "connection": "new"},
    ],
    "signals": [{"send": "SIGTERM", "when": {"at": "3s"}}],
    "expect": [{"load": "*", "cut_off": 0}],
}


def drawn(page):
    env = {**os.environ, "WEB_TESTS": os.path.join(HERE, "..", "..", "build", "web", "tests")}
    out = subprocess.run(["node", os.path.join(WEB, "draw.mjs"), page, str(RUNS)], env=env, check=True,
                         capture_output=True, text=True).stdout
    return [float(line) for line in out.split()]


def measure(name, journal, folder):
    page = os.path.join(folder, "page.html")
    subprocess.run([DRAINCTL, "report", journal, "-q", "--report", f"html={page}"], check=False,
                   stdout=subprocess.DEVNULL)  # what was made fails its expectation
    size, draws = os.path.getsize(page) / 1e6, drawn(page)
    seen = f"{median(draws) / 1000:.2f} s (median of {RUNS}, worst {max(draws) / 1000:.2f} s), {size:.2f} MB"
    return row(name, "≤ 1 s, ≤ 2 MB", seen, median(draws) <= 1000 and size <= 2)


program("node")
if not os.path.isdir(os.path.join(HERE, "..", "..", "build", "web", "tests", "node_modules")):
    leave_out("no browser's client: make build/web/tests/.installed")
if not os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium")):
    leave_out("no Chromium on this machine")
with tempfile.TemporaryDirectory() as folder:
    plan, real, made = (os.path.join(folder, name) for name in ("plan.json", "real.jsonl", "made.jsonl"))
    with open(plan, "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    subprocess.run([DRAINCTL, "scenario", plan, "-q", "--journal", real], stdout=subprocess.DEVNULL, check=True)
    with open(made, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(WEB, "journal.py"), str(N)], stdout=file, check=True)
    finish(measure("HTML of 20,000 requests, opened and drawn", real, folder),
           measure("the same of 20,000 made to be long", made, folder))
