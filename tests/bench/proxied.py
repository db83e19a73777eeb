#!/usr/bin/env python3
"""One server of two behind HAProxy is replaced at 2,000 requests a second: the longest time between two
successes, and that no request was lost. Once HAProxy sees by its health checks that the server leaves, which goes on
accepting for as long; once it is told first (state drain), and the server closes its listener at once. HAProxy is the
one in PATH, or that of the Debian package, unpacked."""
import os
import tempfile

from common import finish, program, row, run_with_journal

RATE = 2000

def scenario(how, server, actions):
    """`how` is its name; `server` what the two reference servers are given."""
    return {
        "name": how, "timeout": "60s",
        "targets": {"a": {"reference": server}, "b": {"reference": server}},
        "services": {"front": {"use": "haproxy", "check_every": "50ms"}},
        "loads": [{"name": "work", "to": "front", "request": {"path": "/live"}, "rate": f"{RATE}/s", "clients": 200,
                   "requests": 3 * RATE}],
        "actions": actions,
        "expect": [{"load": "work", "completed": "100%", "by_proxy": 0}],
    }


SCENARIOS = [
    scenario("replaced", {"drain_delay": "250ms"}, [{"restart": "b", "when": {"at": "1s"}}]),
    scenario("drained by its admin socket, then replaced", {}, [
        {"tell": "front", "server": "b", "state": "drain", "when": {"at": "1s"}},
        {"restart": "b", "when": {"log": "^Server servers/b enters drain state", "target": "front"}},
        {"tell": "front", "server": "b", "state": "ready", "when": {"target": "b", "is": "ready"}},
    ]),
]


def longest_gap(events):
    """Milliseconds between two successes that follow each other, and how many there were."""
    times = sorted(e["t"] for e in events if e["e"] == "end" and e["status"] == 200 and e["code"] == 0)
    return max(b - a for a, b in zip(times, times[1:])) / 1e6, len(times)


def measure(one):
    """One row; true if it meets its goal."""
    run, _, journal = run_with_journal(one)
    longest, good = longest_gap(journal)
    load = run["loads"][0]
    lost = load["attempts"] - load["outcomes"]["completed"]
    stalls = sum(1 for e in journal if e["e"] == "stall")
    return row(f"one server of two behind HAProxy {one['name']} at {RATE} requests/s: lost; longest time between two "
               "successes", "0; ≤ 20 ms",
               f"{lost} of {load['attempts']}; {longest:.1f} ms ({good} answered, {stalls} stalls of drainctl, "
               f"load average {os.getloadavg()[0]:.1f})", lost == 0 and longest <= 20)


haproxy, env = program("haproxy", "haproxy")
with tempfile.TemporaryDirectory() as place:
    os.environ["TMPDIR"] = place
    met = []
    for each in SCENARIOS:
        each["services"]["front"].update(program=haproxy, env=env)
        met.append(measure(each))
finish(*met)
