#!/usr/bin/env python3
"""The planted faults of `drainctl serve`, seen by load generators with a kill beside them, and by
`drainctl check`: would a build have failed?

Each load generator gets two chances, on servers of their own:
  across  two seconds of load, SIGTERM after one of them, as it is usually done
  held    one slow request a client, all in flight at SIGTERM, and none after it: the best case
A fault is found when the tool would fail the build for it and would not for the healthy server.

    detect.py [FAULT...]    all of them by default; prints tables in Markdown
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from common import DRAINCTL

CLIENTS = 20
LIMIT = 8  # seconds for any load generator
CHECK_LIMIT = 120
CHECK = ["--slow", "/api/data?ms=1000", "--upload", "/api/upload", "--path", "/api/data?ms=2",
         "--ready", "/ready", "--live", "/live",
         "--stream", "/api/stream?ms=1500&chunks=30",
         "--large", "/api/stream?ms=0&chunks=16&bytes=65536"]


def number(pattern, text):
    return sum(int(n) for n in re.findall(pattern, text))


def hey_counts(text):
    answers, _, errors = text.partition("Error distribution:")
    return (number(r"\[2\d\d\]\t(\d+) responses", answers),
            number(r"\[[1345]\d\d\]\t(\d+)", answers) + number(r"\[(\d+)\]\t", errors))


def wrk_counts(text):
    bad = number(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return (number(r"(\d+) requests in", text) - bad,
            bad + (sum(int(n) for n in errors.groups()) if errors else 0))


def h2load_counts(text):
    return number(r"(\d+) 2xx", text), number(r"(\d+) failed", text) + number(r"(\d+) [45]xx", text)


def ab_counts(text):
    bad = number(r"Non-2xx responses: +(\d+)", text) + number(r"Failed requests: +(\d+)", text)
    done = number(r"Complete requests: +(\d+)", text) + number(r"Total of (\d+) requests", text)
    given_up = "apr_" in text  # it stops at the first connection that breaks, and says no more
    return max(0, done - bad), bad + given_up


C = str(CLIENTS)
TOOLS = {
    "hey": (hey_counts, ["hey", "-c", C, "-z", "2s"], ["hey", "-c", C, "-n", C]),
    "wrk": (wrk_counts, ["wrk", "-c", C, "-t", "1", "-d", "2s"], None),  # it has no fixed number
    "h2load": (h2load_counts, ["h2load", "--h1", "-c", C, "-D", "2"],
               ["h2load", "--h1", "-c", C, "-n", C]),
    "ab": (ab_counts, ["ab", "-q", "-c", C, "-t", "2"],
           ["ab", "-q", "-c", C, "-n", str(CLIENTS + 1)]),  # it sends one before all others
}
PATHS = {"across": "/api/data?ms=50", "held": "/api/data?ms=2000"}
ACROSS, HELD = 1.0, 0.3  # seconds: after the start; after all clients have connected
HELD_LIMIT = 5


def fault_ids():
    """Every planted fault with what it says of itself."""
    text = subprocess.run([DRAINCTL, "serve", "--fault", "list"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return dict(line.split(None, 1) for line in text.splitlines() if line.strip())


def serve_words(fault):
    return [DRAINCTL, "serve", *(["--fault", fault] if fault else [])]


def connections(port):
    """How many connections the server at a port has, from the kernel's table."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


class Attempt:
    """One tool, one server of its own, one SIGTERM in the middle."""

    def __init__(self, name, mode, fault):
        self.counts, *words = TOOLS[name]
        self.name, self.mode = name, mode
        self.server = subprocess.Popen([*serve_words(fault), "--port", "0"], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
        base = self.server.stdout.readline().split()[-1]
        url, self.port, self.full = base + PATHS[mode], int(base.rsplit(":", 1)[1]), None
        self.output = tempfile.TemporaryFile("w+")
        self.tool = subprocess.Popen([*words[mode == "held"], url], text=True, stdout=self.output,
                                     stderr=subprocess.STDOUT)
        self.began = time.monotonic()

    def due(self):
        """Whether it is time for the signal."""
        now = time.monotonic()
        if self.mode == "across":
            return now - self.began >= ACROSS
        if connections(self.port) < CLIENTS:
            self.full = None
        elif not self.full:
            self.full = now
        return (self.full and now - self.full >= HELD) or now - self.began >= HELD_LIMIT

    def signal(self):
        os.kill(self.server.pid, signal.SIGTERM)

    def result(self):
        """{ok, failed, status}; a tool that hangs is ended, and would hang the build."""
        try:
            status = self.tool.wait(max(0.1, self.began + LIMIT - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.tool.kill()
            self.tool.wait()
            status = None
        try:
            os.killpg(self.server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.server.communicate()
        self.output.seek(0)
        ok, failed = self.counts(self.output.read())
        self.output.close()
        return {"ok": ok, "failed": failed, "status": status}


def tools(fault):
    """{(tool, mode): result}; the tools side by side, each with a server of its own, but one mode
    after the other: a tool whose server is gone spins, and would hold up the next signal."""
    return {**in_mode("across", fault), **in_mode("held", fault)}


def in_mode(mode, fault):
    attempts = [Attempt(name, mode, fault) for name in TOOLS
                if mode == "across" or TOOLS[name][2]]
    waiting = list(attempts)
    while waiting:
        time.sleep(0.02)
        for attempt in [attempt for attempt in waiting if attempt.due()]:
            attempt.signal()
            waiting.remove(attempt)
    return {(attempt.name, attempt.mode): attempt.result() for attempt in attempts}


def check_once(fault, *options):
    began = time.monotonic()
    try:
        done = subprocess.run([DRAINCTL, "check", "--fail-on", "low", *options, *CHECK, "--report", "json", "--",
                               *serve_words(fault), "--port", "${port}"],
                              capture_output=True, check=False, timeout=CHECK_LIMIT)
        defects = json.loads(done.stdout).get("defects", [])
    except (subprocess.TimeoutExpired, ValueError):
        return {"status": None, "defects": [], "took": time.monotonic() - began}
    return {"status": done.returncode, "defects": [defect["id"] for defect in defects],
            "took": time.monotonic() - began}


def check(fault):
    """The quick check, and the whole battery only when that one passes."""
    result = {**check_once(fault, "--quick"), "how": "quick"}
    if result["status"] == 1:
        return result
    return {**check_once(fault), "how": "whole"}


def by_status(result):
    return result["status"] != 0


def by_count(result):
    return result["status"] is None or result["failed"] > 0


RULES = (("exit status", by_status), ("error count", by_count))


def findings(healthy, seen):
    """The ways in which a tool fails for the fault and not for the healthy server."""
    return [(mode, rule) for (mode, result) in seen.items() for rule, bad in RULES
            if bad(result) and not bad(healthy[mode])]


def of_tool(results, name):
    return {mode: result for (tool, mode), result in results.items() if tool == name}


def cell(healthy, seen):
    text = "; ".join(f"{r['ok']}/{r['failed']}, "
                     f"{'hangs' if r['status'] is None else r['status']}" for r in seen.values())
    return f"**{text}**" if healthy and findings(healthy, seen) else text


def check_cell(result):
    status = "none" if result["status"] is None else result["status"]
    ids = ", ".join(f"`{name}`" for name in result["defects"][:3]) or "no defect"
    more = len(result["defects"]) - 3
    ids += f" and {more} more" if more > 0 else ""
    whole = ", whole battery" if result["how"] == "whole" else ""
    text = f"{ids}; exit {status}{whole}"
    return f"**{text}**" if result["status"] == 1 else text


def print_row(fault, healthy, results, checked):
    cells = [cell(of_tool(healthy, name) if healthy else None, of_tool(results, name))
             for name in TOOLS]
    print(f"| {fault or '(healthy)'} | {' | '.join(cells)} | {check_cell(checked)} |", flush=True)


def print_summary(healthy, rows, healthy_check):
    total = len(rows)
    print("\nFaults that each would have failed a build for, and the healthy server beside them:\n")
    print("| tool | how it is used | fails by | faults | healthy server | found |")
    print("| --- | --- | --- | --- | --- | --- |")
    best = {}
    for name in TOOLS:
        for mode, fine in of_tool(healthy, name).items():
            for rule, bad in RULES:
                failing = sum(bad(results[name, mode]) for _, results, _ in rows)
                found = 0 if bad(fine) else failing
                best[name] = max(best.get(name, 0), found)
                print(f"| {name} | {mode} | {rule} | {failing} of {total} | "
                      f"{'fails too' if bad(fine) else 'passes'} | {found} of {total} |")
    found = sum(checked["status"] == 1 for _, _, checked in rows)
    fine = healthy_check["status"] == 0
    print(f"| drainctl check | | exit status | {found} of {total} | "
          f"{'passes' if fine else 'fails too'} | {found if fine else 0} of {total} |")
    text = ", ".join(f"{name} {n}" for name, n in best.items())
    print(f"\nfound, of {total} planted faults, each tool at its best: {text}, "
          f"drainctl {found if fine else 0}")
    return fine and found == total


def main(names):
    known = fault_ids()
    for name in names:
        if name not in known:
            raise SystemExit(f"unknown fault '{name}'\nhint: 'drainctl serve --fault list'")
    print("Requests that went well / that failed, and the exit status; first `across`, then `held`.\n"
          "In bold: the build fails, and does not for the healthy server.\n")
    print(f"| fault | {' | '.join(TOOLS)} | drainctl check --quick |")
    print("| --- " * (len(TOOLS) + 2) + "|")
    healthy, healthy_check = tools(None), check(None)
    print_row(None, None, healthy, healthy_check)
    rows = []
    for fault in names or known:
        results, checked = tools(fault), check(fault)
        rows.append((fault, results, checked))
        print_row(fault, healthy, results, checked)
    return 0 if print_summary(healthy, rows, healthy_check) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
