#!/usr/bin/env python3
"""One server of two behind HAProxy is replaced at 2,000 requests a second: the longest time between two
successes, and that nobody was lost. HAProxy is the one in PATH, or that of the Debian package, unpacked."""
import os
import shutil
import subprocess
import sys
import tempfile

from common import finish, row, run_with_journal

RATE = 2000
HERE = os.path.dirname(os.path.abspath(__file__))

SCENARIO = {
    "name": "proxied", "timeout": "60s",
    "targets": {"a": {"reference": {"drain_delay": "250ms"}}, "b": {"reference": {"drain_delay": "250ms"}}},
    "services": {"front": {"use": "haproxy", "check_every": "50ms"}},
    "loads": [{"name": "work", "to": "front", "request": {"path": "/live"}, "rate": f"{RATE}/s", "clients": 200,
               "requests": 3 * RATE}],
    "actions": [{"restart": "b", "when": {"at": "1s"}}],
    "expect": [{"load": "work", "completed": "100%", "by_proxy": 0}],
}


def program():
    """The command of HAProxy; None where it cannot be had."""
    found = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")
    if found:
        return found, {}
    folder = os.path.join(HERE, "../../build/services/haproxy")
    unpacked = subprocess.run([os.path.join(HERE, "../services/unpack"), folder, "haproxy"], check=False)
    if unpacked.returncode:
        return None, {}
    libraries = subprocess.run([os.path.join(folder, "libraries")], stdout=subprocess.PIPE, text=True, check=True)
    return os.path.join(folder, "usr/sbin/haproxy"), {"LD_LIBRARY_PATH": libraries.stdout.strip()}


def longest_gap(events):
    """Milliseconds between two successes that follow each other, and how many there were."""
    times = sorted(e["t"] for e in events if e["e"] == "end" and e["status"] == 200 and e["code"] == 0)
    return max(b - a for a, b in zip(times, times[1:])) / 1e6, len(times)


front = SCENARIO["services"]["front"]
front["program"], front["env"] = program()
if not front["program"]:
    sys.exit("proxied.py: no HAProxy to be had")
with tempfile.TemporaryDirectory() as place:
    os.environ["TMPDIR"] = place
    run, _, journal = run_with_journal(SCENARIO)
longest, good = longest_gap(journal)
load = run["loads"][0]
lost = load["attempts"] - load["outcomes"]["completed"]
stalls = sum(1 for e in journal if e["e"] == "stall")
finish(row(f"one server of two behind HAProxy replaced at {RATE} requests/s: lost; longest time between two successes",
           "0; ≤ 20 ms", f"{lost} of {load['attempts']}; {longest:.1f} ms ({good} answered, {stalls} stalls of drainctl, "
           f"load average {os.getloadavg()[0]:.1f})", lost == 0 and longest <= 20))
