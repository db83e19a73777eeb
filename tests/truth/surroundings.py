"""What every set-up stands on: a folder of its own, the application behind the proxies, and the
environment. All of it is gone afterwards."""
import contextlib
import os
import subprocess
import sys
import tempfile

from setup import HERE


class Surroundings:
    def __init__(self, built, folder, backend):
        self.built, self.folder, self.backend = os.path.abspath(built), folder, str(backend)

    def environment(self, setup):
        root = os.path.join(self.built, "debian")
        env = {**os.environ, "TMPDIR": self.folder, "PYTHONDONTWRITEBYTECODE": "1",
               "BUILT": self.built, "BACKEND": self.backend,
               "NODE_PATH": os.path.join(self.built, "node", "node_modules"),
               "LD_LIBRARY_PATH": os.path.join(root, "usr/lib/x86_64-linux-gnu")}
        return {**env, **{name: setup.filled(value, self, "${port}")
                          for name, value in setup.env.items()}}


@contextlib.contextmanager
def surroundings(built):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with subprocess.Popen([sys.executable, os.path.join(HERE, "apps", "backend.py")],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as backend:
            try:
                yield Surroundings(built, folder, int(backend.stdout.readline()))
            finally:
                backend.kill()
