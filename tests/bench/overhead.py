#!/usr/bin/env python3
"""What `drainctl scenario` adds to the longest request plus the drain: 20 runs of one request of one
second that is in flight when SIGTERM arrives; the command's wall time less that request's."""
from common import finish, median, row, run_scenario

RUNS = 20
scenario = {
    "name": "bench-overhead",
    "target": {"reference": {}},
    "loads": [{"name": "long", "request": {"path": "/api/data?ms=1000"}, "clients": 50,
               "requests": 50}],
    "signals": [{"send": "SIGTERM", "when": {"load": "long", "in_flight": 50}}],
    "expect": [{"load": "long", "completed": "100%"}],
}
added = []
for _ in range(RUNS):
    run, status, wall = run_scenario(scenario)
    assert status == 0, run["why"]
    # the longest request spans the signal, so the drain ends with it; what is left after it is the exit
    drain_after = run["target"]["exit"]["after_ms"] - max(
        run["target"].get("last_answer_ms") or 0, 0)
    added.append(wall * 1000 - run["loads"][0]["latency_ms"]["max"] - max(drain_after, 0))
finish(row("added to the longest request and the drain", "≤ 100 ms",
           f"{median(added):.0f} ms (median of {RUNS}, worst {max(added):.0f} ms)",
           max(added) <= 100))
