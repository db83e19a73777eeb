#!/usr/bin/env python3
"""From a moment coming true to the kill, with 5,000 requests in flight: 100 signals that the target
ignores (SIGWINCH), each on a step of a small closed-loop load beside the 5,000."""
from common import finish, median, percentile, row, run_scenario

SIGNALS = 100
scenario = {
    "name": "bench-lag",
    "target": {"reference": {"drain_timeout": "20s"}},
    "timeout": "60s",
    "loads": [
        {"name": "held", "request": {"path": "/api/data?ms=6000"}, "clients": 5000,
         "requests": 5000, "connection": "new"},
        {"name": "tick", "request": {"path": "/api/data?ms=1"}, "clients": 1,
         "requests": 2000, "start": "1500ms"},
    ],
    "signals": [{"send": "SIGWINCH", "when": {"load": "tick", "request": 5 + n, "phase": "receiving"}}
                for n in range(SIGNALS)] +
               [{"send": "SIGTERM", "when": {"load": "held", "in_flight": 5000}}],
    "expect": [{"load": "held", "completed": "100%"}],
}
# SIGTERM comes last: it needs all 5,000 and the ticking to be over
scenario["signals"][-1]["when"] = {"after": "200ms", "of": "SIGWINCH"}
run, status, _ = run_scenario(scenario)
lags = [s["lag_us"] for s in run["signals"] if s["signal"] == "SIGWINCH"]
in_flight = run["loads"][0]["phases"].get("waiting", {}).get("completed", 0)
assert status == 0 and len(lags) == SIGNALS, (status, len(lags), run["why"])
assert in_flight == 5000, in_flight
finish(row("moment to signal, median", "≤ 200 µs", f"{median(lags):.0f} µs", median(lags) <= 200),
       row("moment to signal, 99 %", "≤ 2 ms", f"{percentile(lags, 0.99) / 1000:.2f} ms",
           percentile(lags, 0.99) <= 2000))
