"""A set-up: one real server as its users run it, and where its paths are."""
import os
import shutil
import string
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Setup:
    """One row. In `command` and `env`, ${port} is the port, ${here} this folder, ${built} the
    folder of what was fetched and built (build/truth), ${backend} the port of the application
    behind a proxy.

    at_once  requests that it works on at the same time (a master with five workers: 5)
    keeps    idle connections that it keeps alive at a time; 0: it keeps none
    needs    what must be there: files below ${built}, or programs on the PATH
    """
    name: str
    title: str
    command: list
    needs: list = field(default_factory=list)
    signal: str = "TERM"
    env: dict = field(default_factory=dict)
    at_once: int = 10
    keeps: int = 20
    within: float = 20.0
    took: float = 0.5  # seconds that it took to be ready; measured before the scenes
    proxy: bool = False

    def words(self, surroundings, port):
        return [self.filled(word, surroundings, port) for word in self.command]

    def filled(self, word, surroundings, port):
        return string.Template(word).safe_substitute(
            here=HERE, built=surroundings.built, backend=surroundings.backend, port=port)

    def missing(self, built):
        """What it needs and is not there, or None."""
        for name in self.needs:
            if not os.path.exists(os.path.join(built, name)) and not shutil.which(name):
                return name
        return None
