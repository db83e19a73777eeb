"""What was seen, into facts. Pure: the same scenes give the same facts.

A judgement of one run is True, False, or None when the run could not show it (nothing in flight,
the server never pipelines, …). A fact is true when a run showed it, false when enough runs could
have and none did, and unknown otherwise."""
from facts import FACTS
from wire import LOST

LATE = 2.0  # seconds beyond the server's own exit from which a connection holds it
SOON = 0.8  # seconds under which it does not; between the two nothing is claimed
OVERDUE = 1.0  # seconds after the signal at which an exit with no client connected is late
BAD = (*LOST, "hang")


def lost(got):
    return any(one in BAD for one in got) if got else None


def first(runs, key, test):
    """The smallest of what the runs saw under key where test holds, or None."""
    found = [run[key] for run in runs if run.get(key) is not None and test(run)]
    return min(found, default=None)


class Seen:
    """All runs of all scenes of one set-up, and what one scene must know of another."""

    def __init__(self, scenes):
        self.scenes = {name: [run for run in runs if "error" not in run]
                       for name, runs in scenes.items()}
        self.alone = first(self.runs("bare"), "after", lambda run: True)
        flights = [lost(run["got"]) for run in self.runs("inflight")]
        self.drains = bool(flights) and not any(flights)
        # with no client connected, something stays: it never heard the signal, and waits for no client
        self.stays = any(run.get("left") for run in self.runs("bare"))
        self.codes = {run["status"] for run in self.runs("inflight") if run["status"] is not None}

    def runs(self, scene):
        return self.scenes.get(scene, [])


def cut(run, _):
    return lost(run["got"])


def failed(run, _):
    whole = [one for one in run["got"] if one.isdigit()]
    return any(one[0] in "45" for one in whole) if whole else None


def lost_not_hung(run, _):
    lost_here = sum(one in LOST for one in run["got"])
    return lost_here >= run.get("enough", 1) if run["got"] else None


def half_sent(run, place):
    """The answer at this place, if a part of it had been sent at the signal."""
    if place >= len(run["got"]) or not run["begun"][place]:
        return None
    return run["got"][place] in BAD


def parts_cut(run, _):
    return half_sent(run, 0)


def slow_reader_cut(run, _):
    return half_sent(run, 1)


def late_for(run):
    """The arrivals that waited for long, and in vain."""
    return [one for one in run["arrivals"] if one["got"] in BAD and one["waited"] > 0.5]


def arrival_lost(run, seen):
    if not run["arrivals"] or not seen.drains:
        return None
    return any(one["got"] in LOST and one["waited"] <= 0.5 for one in run["arrivals"])


def arrival_hangs(run, seen):
    return bool(late_for(run)) if seen.drains and run["arrivals"] else None


def no_close(run, _):
    return any(run["kept"]) if run["kept"] else None


def second_lost(run, _):
    firsts = [place for place, one in enumerate(run["got"]) if one == "200"]
    if not run["able"] or not firsts:
        return None
    return any(run["second"][place] in BAD for place in firsts)


def cuts_when_drained(run, seen):
    """Only where the same requests survive one ordinary signal."""
    return lost(run["got"]) if seen.drains else None


def interrupt_cuts(run, seen):
    if not seen.drains or not run["got"]:
        return None
    return lost(run["got"]) or failed(run, seen) or run["after"] is None


def ready_stays(run, _):
    return run["ready"] == "200" if lost(run["busy"]) is False else None


def served_on(run, seen):
    return run["for"] >= 4 if run["able"] and seen.drains else None


def holds(run, seen):
    if not run["held"] or seen.alone is None:
        return None
    if run["after"] is None or run["after"] >= seen.alone + LATE:
        return True
    return False if run["after"] <= seen.alone + SOON else None


def events_hold(run, seen):
    """Whoever serves it, a worker whose main process has gone as well."""
    if run["begun"] and run["got"] == "hang" and not seen.stays:
        return True
    return holds({**run, "held": run["begun"]}, seen)


def events_cut(run, _):
    return run["got"] in LOST if run["begun"] and run["got"] != "hang" else None


def no_limit(run, seen):
    """A request that still waits for its answer, of the main process or of a worker that it left;
    a process that lives on after it has cut the request is held by something else."""
    if not seen.drains:
        return None
    return "hang" in run["got"] and (run["alive"] or not seen.stays)


def left_serving(run, seen):
    """Its main process is gone, and somebody still has the request."""
    return "hang" in run["got"] and not run["alive"] if seen.drains else None


def stays_cut(run, seen):
    """Whatever it waits for then, it is no request."""
    return run["alive"] and any(one in LOST for one in run["got"]) if run["got"] else None


def limit_hidden(run, seen):
    if not seen.drains or run["after"] is None or not any(one in LOST for one in run["got"]):
        return None
    return run["status"] in seen.codes and run["quiet"]


def never_exits(run, _):
    return run["after"] is None


def exits_late(run, _):
    return None if run["after"] is None else run["after"] >= OVERDUE


def exit_code(run, seen):
    if not seen.drains or run["status"] is None or any(one != "200" for one in run["got"]):
        return None
    return run["status"] != 0


def port_served(run, _):
    return run.get("served")


def left_behind(run, _):
    return run["left"] > 0 if "left" in run else None


JUDGES = {
    "in-flight-cut": cut, "in-flight-failed": failed, "post-cut": cut, "upload-cut": cut,
    "parts-cut": parts_cut, "slow-reader-cut": slow_reader_cut,
    "queue-lost": cut, "kept-lost": lost_not_hung,
    "arrival-lost": arrival_lost, "arrival-hangs": arrival_hangs, "no-close-said": no_close,
    "pipelined-lost": second_lost, "half-head-lost": cut, "expect-stranded": cut,
    "second-cuts": cuts_when_drained, "interrupt-cuts": interrupt_cuts,
    "group-cuts": cuts_when_drained, "ready-stays": ready_stays, "served-on": served_on,
    "silent-holds": holds, "half-head-holds": holds, "idle-holds": holds,
    "events-hold": events_hold, "events-cut": events_cut, "no-limit": no_limit,
    "left-serving": left_serving, "stays-cut": stays_cut, "limit-hidden": limit_hidden,
    "turns-lost": arrival_lost, "pipelined-late-lost": second_lost, "half-head-late-lost": cut, "never-exits": never_exits, "exits-late": exits_late,
    "exit-code": exit_code, "port-served": port_served, "left-behind": left_behind,
    "startup-forgotten": never_exits, "pid1-ignores": never_exits,
}
ENOUGH = {True: 4, False: 2}  # runs without it from which a race, or anything else, is false


def judge(scenes):
    """{fact: {"true": True, False or None, "seen": runs that showed it, "of": runs that could}}"""
    seen, facts = Seen(scenes), {}
    for fact in FACTS:
        said = [JUDGES[fact.name](run, seen) for run in seen.runs(fact.scene)]
        said = [bool(one) for one in said if one is not None]
        true = True if any(said) else False if len(said) >= ENOUGH[fact.race] else None
        facts[fact.name] = {"true": true, "seen": sum(said), "of": len(said)}
    return facts
