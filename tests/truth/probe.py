#!/usr/bin/env python3
"""The witness: what is true of a server that is told to stop, seen over raw sockets alone. It never
calls drainctl and shares no code with it.

    probe.py [--built FOLDER] [--scene NAME]... [--raw FILE] SETUP...
"""
import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import judge
import scenes
from facts import FACTS
from setups import pick
from started import NotReady, Server
from surroundings import surroundings
from wire import gather, request

BESIDE = 3  # scenes that are no race go side by side, each with a server and a port of its own


def one(scene, setup, place, n):
    """One run; what goes wrong in it is a run without a finding, and is kept with its reason."""
    try:
        return scenes.play(scene, setup, place, n)
    except NotReady as error:
        return {"error": str(error)}
    except (OSError, AttributeError, IndexError) as error:  # the server was not there to talk to
        return {"error": f"{type(error).__name__}: {error}"}


def time_start(setup, place):
    """Starts it once: how long it takes to be ready, and whether its slow path is slow. A set-up
    that answers something else would be found to lose nothing."""
    with Server(setup, place) as server:
        setup.took = server.ready_after
        began, conn = time.monotonic(), server.connect()
        conn.tell(request("GET", "/slow?ms=300"))
        gather([conn], 5)
        if conn.outcome() != "200" or time.monotonic() - began < 0.3:
            raise NotReady("its slow path does not take the time that it was asked for")


def look(setup, place, only=(), runs=None, beside=BESIDE):
    """All scenes of one set-up: {scene: [what was seen in each run]}."""
    time_start(setup, place)
    chosen = [row for row in scenes.SCENES if not only or row[0].__name__ in only]
    calm = [(scene, n) for scene, times, race in chosen if not race for n in range(runs or times)]
    races = [(scene, n) for scene, times, race in chosen if race for n in range(runs or times)]
    seen = {scene.__name__: [] for scene, _, _ in chosen}
    with ThreadPoolExecutor(beside) as pool:
        done = list(pool.map(lambda job: one(job[0], setup, place, job[1]), calm))
    done += [one(scene, setup, place, n) for scene, n in races]
    for (scene, _), result in zip(calm + races, done):
        seen[scene.__name__].append(result)
    return seen


def show(facts):
    for fact in FACTS:
        row = facts[fact.name]
        word = {True: "TRUE", False: "false", None: "?"}[row["true"]]
        if row["of"]:
            print(f"  {word:5} {row['seen']}/{row['of']}  {fact.name:17} {fact.says}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/truth")
    parser.add_argument("--scene", action="append", default=[])
    parser.add_argument("--runs", type=int)
    parser.add_argument("--raw", help="write what was seen to this file")
    parser.add_argument("setups", nargs="+")
    options = parser.parse_args()
    with surroundings(options.built) as place:
        for setup in pick(options.setups):
            print(setup.name, flush=True)
            seen = look(setup, place, options.scene, options.runs)
            if options.raw:
                with open(options.raw, "w", encoding="utf-8") as file:
                    json.dump(seen, file, indent=1)
            for scene, runs in seen.items():
                for run in runs:
                    if "error" in run:
                        print(f"  {scene}: {run['error']}", file=sys.stderr)
            show(judge.judge(seen))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
