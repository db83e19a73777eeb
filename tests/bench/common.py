"""What the benchmarks share: running drainctl on a scenario that is made here, and its JSON verdict."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

DRAINCTL = os.environ.get("DRAINCTL", "build/drainctl")


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
