"""Starting the servers of the table, and the backend of nginx, and leaving nothing behind."""
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from table import HERE, command

NGINX = "nginx"  # in the folder of what was built: nginx/fetch leaves it there


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def surroundings(built):
    """The backend, and a TMPDIR that is gone afterwards; gives the environment and the port."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "NGINX": os.path.join(os.path.abspath(built), NGINX), "TMPDIR": folder,
               "PYTHONDONTWRITEBYTECODE": "1"}
        backend = subprocess.Popen([sys.executable, os.path.join(HERE, "backend.py")], env=env,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            yield env, int(backend.stdout.readline())
        finally:
            backend.kill()
            backend.wait()


def children(pid):
    """A process and all below it, the parents first."""
    tree = [pid]
    for parent in tree:
        try:
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children", encoding="ascii") as file:
                    tree += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return tree


class Server:
    """One start of one server of the table."""

    def __init__(self, server, built, env, backend, prefix=(), ready=True):
        self.port = free_port()
        self.signal = getattr(signal, "SIG" + server.get("signal", "TERM"))
        words = [*prefix, *command(server, built, backend, str(self.port))]
        self.process = subprocess.Popen(words, env={**env, "PORT": str(self.port)},
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        self.signalled = None
        if ready:
            self.wait_ready()

    def wait_ready(self):
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            try:
                with self.connect() as s:
                    s.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    if b" 200 " in s.recv(4096):
                        break
            except OSError:
                time.sleep(0.02)
        tree, since = children(self.process.pid), time.monotonic()
        while time.monotonic() - since < 0.2:  # a master may still be forking its workers
            time.sleep(0.02)
            if children(self.process.pid) != tree:
                tree, since = children(self.process.pid), time.monotonic()

    def connect(self, timeout=15):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def send(self, signo=None, group=False):
        signo = signo or self.signal
        self.signalled = self.signalled or time.monotonic()
        if group:
            os.killpg(self.process.pid, signo)
        else:
            os.kill(self.process.pid, signo)

    def freeze(self, stop):
        for pid in children(self.process.pid):
            os.kill(pid, signal.SIGSTOP if stop else signal.SIGCONT)

    def exit(self, within):
        """(status as the shell says it, seconds after the signal), or (None, None)."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            return None, None
        status = f"SIG{signal.Signals(-status).name[3:]}" if status < 0 else status
        return status, round(time.monotonic() - self.signalled, 2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        left = children(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
