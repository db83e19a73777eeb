#!/usr/bin/env python3
"""What reports cost: every format of a recorded run of 20,000 requests. Time is that of the process
that writes the format beside the one-line text less that of the one that writes the line alone; memory
is peak over peak likewise (wait4(2)); each the best of RUNS."""
import json
import os
import subprocess
import sys
import tempfile
import time

from common import DRAINCTL, finish, row

RUNS = 5
REQUESTS = 20000
scenario = {
    "name": "bench-reports",
    "target": {"reference": {}},
    "loads": [
        {"name": "long", "request": {"path": "/api/data?ms=1000"}, "clients": 500, "requests": 500},
        {"name": "steady", "request": {"path": "/api/data?ms=1"}, "clients": 50,
         "requests": REQUESTS - 500},
    ],
    "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 500}}],
    "expect": [{"load": "long", "completed": "100%"}],
}


def measure(*options):
    """(seconds, peak KB) of one report."""
    began = time.monotonic()
    child = subprocess.Popen([DRAINCTL, "report", "-q", *options], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode in (0, 1, 3), options
    return time.monotonic() - began, usage.ru_maxrss


def best(*options):
    runs = [measure(*options) for _ in range(RUNS)]
    return min(t for t, _ in runs), min(kb for _, kb in runs)


def known_formats():
    listing = subprocess.run([DRAINCTL, "report", "--help"], capture_output=True, text=True,
                             check=True).stdout
    rows = listing.split("report formats:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in rows if line.startswith("  ") and line[2] != " "]


def record(journal):
    with open(journal + ".json", "w", encoding="utf-8") as file:
        json.dump(scenario, file)
    subprocess.run([DRAINCTL, "scenario", "-q", file.name, "--journal", journal], check=False,
                   stdout=subprocess.DEVNULL)
    with open(journal, encoding="utf-8") as file:
        return sum(1 for line in file if '"e":"end"' in line)


def main():
    with tempfile.TemporaryDirectory() as folder:
        journal = sys.argv[1] if len(sys.argv) > 1 else os.path.join(folder, "journal")
        attempts = REQUESTS if len(sys.argv) > 1 else record(journal)
        formats = known_formats()
        files = {name: os.path.join(folder, name) for name in formats}
        alone_s, alone_kb = best(journal)
        times = {}
        for name in formats:
            took, _ = best(journal, f"--report={name}={files[name]}", "--report=text=/dev/null")
            times[name] = max(took - alone_s, 0) * 1000
        took, peak = best(journal, *[f"--report={name}={file}" for name, file in files.items()])
        sizes = {name: os.path.getsize(file) / 1e6 for name, file in files.items()}
    seconds, extra = max(took - alone_s, 0), max(peak - alone_kb, 0) / 1024
    slow = [f"{name} {ms:.0f} ms, {sizes[name]:.1f} MB" for name, ms in times.items() if ms >= 5]
    seen = (f"{seconds * 1000:.0f} ms for {len(formats)} formats, {sum(sizes.values()):.1f} MB ("
            + "; ".join([*slow, f"{len(formats) - len(slow)} below 5 ms"]) + ")")
    assert attempts >= REQUESTS, f"only {attempts} attempts"
    finish(row("reports of 20,000 requests, all together", "≤ 1 s", seen, seconds <= 1),
           row("their memory over the run itself", "≤ 50 MB", f"{extra:.1f} MB", extra <= 50))


if __name__ == "__main__":
    main()
