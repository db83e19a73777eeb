#!/usr/bin/env python3
"""What people saw in 20 runs each: through a drain, through a SIGKILL with a restart at once, and through one
with a restart after 5 s; a careful and a naive frontend side by side, the server's list of orders as the
witness. users.py [RUNS]. About four minutes for 20."""
import json
import os
import subprocess
import sys
import tempfile

from common import DRAINCTL, finish, row

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
# A supervisor: the server is started again whenever it ends, on the same orders, until SIGTERM.
SERVE = ("d=$(mktemp -d); trap 'kill -KILL $p; rm -rf $d; exit 0' TERM; "
         "while :; do \"$DRAINCTL\" serve --port $PORT --database $d/orders.db & p=$!; wait $p; sleep %s; done")
# A shop that keeps an order 700 ms before it answers, and is back 300 ms after it died.
SHOP = f"d=$(mktemp -d); exec {HERE}/../rogue/orders.py $PORT $d/orders.jsonl 700 300"


def scenario(name, command, loads, signal, moment, end):
    return {
        "name": name, "timeout": "60s",
        "target": {"command": ["sh", "-c", command], "url": "http://127.0.0.1:${port}"},
        "loads": [{"name": who, "request": {"method": "POST", "path": "/api/orders"}, "witness": "/api/orders",
                   "frontend": who, **loads} for who in ("careful", "naive")],
        "signals": [{"send": signal, "to": "listener", "when": moment},
                    {"send": "SIGTERM", "when": {"after": end, "of": signal}}],
        "expect": [{"load": "careful", "saw": {"lost": 0, "doubled": 0}}],
    }


MANY = {"clients": 20, "requests": 120, "pause": "400ms"}
SCENARIOS = {
    "drain": scenario("drain", SERVE % 1, MANY, "SIGTERM", {"load": "careful", "request": 50, "phase": "waiting"}, "13s"),
    "kill, back at once": scenario("kill, back at once", SHOP, {"clients": 10, "requests": 10}, "SIGKILL",
                                   {"load": "careful", "in_flight": 10}, "8s"),
    "kill, back after 5 s": scenario("kill, back after 5 s", SERVE % 5, MANY, "SIGKILL",
                                     {"load": "careful", "request": 50, "phase": "waiting"}, "16s"),
}


def play(plan):
    """{who: {word: sum over the runs}}, and how many runs were carried out to their end."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "s.json"), os.path.join(folder, "v.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(plan, file)
        subprocess.run([DRAINCTL, "scenario", path, "--repeat", str(RUNS), "--jobs", "4", "-q", f"--report=json={out}"],
                       env=os.environ | {"DRAINCTL": DRAINCTL, "TMPDIR": folder}, stdout=subprocess.DEVNULL, check=False)
        with open(out, encoding="utf-8") as file:
            runs = json.load(file)["runs"]
    sums = {"careful": {}, "naive": {}}
    for run in runs:
        for load in run["loads"]:
            users = load["users"]
            assert users["listed"] and users["open"] == 0, f"{plan['name']}: nobody can tell"
            for word, n in [*users["saw"].items(), ("intentions", users["intentions"])]:
                sums[load["name"]][word] = sums[load["name"]].get(word, 0) + n
    return sums, sum(run["verdict"] != "inconclusive" for run in runs)


def main():
    rows, naive = [], {"lost": 0, "doubled": 0}
    for name, plan in SCENARIOS.items():
        sums, done = play(plan)
        careful = sums["careful"]
        bad = {word: careful[word] for word in ("lost", "doubled", "error-shown")}
        wanted = 0 if name == "drain" else None # errors may be shown when a server is killed
        rows.append(row(f"careful, {name}, {done} of {RUNS} runs, {careful['intentions']} intentions",
                        "0 lost, 0 doubled" + (", 0 errors shown" if wanted == 0 else ""),
                        ", ".join(f"{n} {word}" for word, n in bad.items()),
                        done == RUNS and not bad["lost"] and not bad["doubled"] and (wanted is None or not bad["error-shown"])))
        for word in naive:
            naive[word] += sums["naive"][word] if name != "drain" else 0
        print(name, sums, file=sys.stderr)
    rows.append(row(f"naive, the two kills, {RUNS} runs each", "both above 0",
                    f"{naive['lost']} lost, {naive['doubled']} doubled", min(naive.values()) > 0))
    finish(*rows)


main()
