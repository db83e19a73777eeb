#!/usr/bin/env python3
"""5,000 careful frontends in one process, each with its poll, through a shutdown of their server: the peak
memory of the whole process (pages, journal, judge) for each of them (wait4(2))."""
import json
import os
import subprocess
import tempfile

from common import DRAINCTL, finish, row

PAGES = 5000
scenario = {
    "name": "bench-pages", "timeout": "60s", "target": {"reference": {}},
    "loads": [{"name": "pages", "request": {"path": "/api/data?ms=2000"}, "clients": PAGES, "requests": 2 * PAGES,
               "pause": "1s", "frontend": {"set": "careful", "poll": {"path": "/api/health", "interval": "5s",
                                                                      "timeout": "4s"}}}],
    "signals": [{"send": "SIGTERM", "when": {"load": "pages", "in_flight": 4000}}],
    "expect": [{"load": "pages", "saw": {"doubled": 0}}],
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pages.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        child = subprocess.Popen([DRAINCTL, "scenario", path, "-q"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    each = usage.ru_maxrss / PAGES
    finish(row("5,000 careful frontends, memory each, whole process", "≤ 40 KB", f"{each:.1f} KB",
               child.returncode == 0 and each <= 40))


main()
