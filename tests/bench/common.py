"""What the benchmarks share: running drainctl on a scenario that is made here, and its JSON verdict."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

DRAINCTL = os.environ.get("DRAINCTL", "build/drainctl")


SERVICES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "services")
LEFT_OUT = 77


def leave_out(why):
    """End here: tests/bench/run names this benchmark as left out, with the reason."""
    print(why, file=sys.stderr)
    sys.exit(LEFT_OUT)


def program(name, package=None):
    """(command, environment) of a program: of this machine, or of its Debian package, unpacked below
    build/services. Without either the benchmark is left out."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if found:
        return found, {}
    if not package:
        leave_out(f"no {name} on this machine")
    folder = os.path.abspath(os.path.join(SERVICES, "..", "..", "build", "services", package))
    unpacked = subprocess.run([os.path.join(SERVICES, "unpack"), folder, package], check=False)
    for place in ("usr/sbin", "usr/bin"):
        path = os.path.join(folder, place, name)
        if unpacked.returncode == 0 and os.access(path, os.X_OK):
            libraries = subprocess.run([os.path.join(folder, "libraries")], stdout=subprocess.PIPE, text=True, check=True)
            return path, {"LD_LIBRARY_PATH": libraries.stdout.strip()}
    return leave_out(f"no {name} on this machine, and its package cannot be had")


def run_scenario(scenario, *options):
    """Run one scenario; returns (first run of the JSON verdict, exit status, wall seconds)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bench.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        began = time.monotonic()
        done = subprocess.run([DRAINCTL, "scenario", path, "--report", "json", *options],
                              stdout=subprocess.PIPE, check=False)
        wall = time.monotonic() - began
    return json.loads(done.stdout)["runs"][0], done.returncode, wall


def run_with_journal(scenario):
    """As run_scenario; returns (run, exit status, the journal's events)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.jsonl")
        run, status, _ = run_scenario(scenario, "--journal", path)
        with open(path, encoding="utf-8") as file:
            return run, status, [json.loads(line) for line in file]


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def row(figure, goal, seen, met):
    """One line of the table that docs/benchmarks.md keeps."""
    print(f"| {figure} | {goal} | {seen} | {'yes' if met else 'NO'} |", flush=True)
    return met


def median(values):
    return statistics.median(values)


def finish(*met):
    sys.exit(0 if all(met) else 1)
