"""The table of scenes: each starts a server of its own, plays one situation around the signal over
raw sockets, and gives back what was seen, as plain data. judge.py turns that into facts."""
import scenes_cut as cut
import scenes_hold as hold
import scenes_race as race
from started import Server

# scene, runs, whether it is a race that wants the machine for itself
SCENES = [
    (hold.bare, 3, False), (cut.inflight, 3, False), (cut.posts, 3, False),
    (cut.uploads, 3, False), (cut.half_sent, 3, False), (cut.pipelined, 3, False),
    (cut.half_head, 3, False), (cut.expect, 3, False), (cut.second, 3, False),
    (cut.interrupt, 3, False), (cut.group, 3, False), (hold.ready, 3, False),
    (hold.steady, 3, False), (hold.silent, 3, False), (hold.idle, 3, False),
    (hold.half_head_hold, 3, False), (hold.events, 3, False), (cut.outlast, 3, False),
    (hold.startup, 4, False), (hold.pid1, 3, False), (race.arrivals, 5, True),
    (race.queue, 6, True), (race.kept_race, 12, True),
    (cut.pipelined_late, 3, False), (cut.half_head_late, 3, False), (race.arrivals_turns, 3, True),
]
UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]


def play(scene, setup, surroundings, n):
    """One run of one scene, on a server of its own."""
    prefix = UNSHARE if scene is hold.pid1 else ()
    with Server(setup, surroundings, wait=scene is not hold.startup, prefix=prefix) as server:
        return scene(server, n)
