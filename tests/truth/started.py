"""Starting one server of the table, signalling and freezing it, and leaving nothing behind."""
import contextlib
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid

import wire

MARK = "DRAINCTL_TRUTH_RUN"  # in the environment of a server and of all that it starts


def free_port():
    """Below the ports that the kernel gives to clients, so that no client of ours can hold it."""
    while True:
        port = random.randint(15000, 31000)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def children(pid):
    """A process and all below it, the parents first."""
    tree = [pid]
    for parent in tree:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children", encoding="ascii") as file:
                    tree += [int(child) for child in file.read().split()]
    return tree


def marked(mark):
    """All processes with this mark in their environment, zombies not among them."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/environ", "rb") as file:
                if mark in file.read():
                    found.append(int(name))
    return found


class NotReady(Exception):
    """The server did not answer its readiness path in time."""


def default_signals():
    """A shell ignores SIGINT and SIGQUIT in what it starts with "&", and a server would inherit
    that."""
    for signo in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(signo, signal.SIG_DFL)


class Server:
    """One start of a set-up; `with` ends all of it."""

    def __init__(self, setup, surroundings, wait=True, prefix=()):
        self.port, self.setup = free_port(), setup
        self.signo = getattr(signal, "SIG" + setup.signal)
        self.mark = uuid.uuid4().hex
        self.output = tempfile.TemporaryFile(dir=surroundings.folder)
        self.folder = tempfile.mkdtemp(dir=surroundings.folder)
        env = {**surroundings.environment(setup), "PORT": str(self.port), MARK: self.mark,
               "TMPDIR": self.folder}
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [*prefix, *setup.words(surroundings, self.port)], env=env, stdin=subprocess.DEVNULL,
            stdout=self.output, stderr=self.output, start_new_session=True,
            preexec_fn=default_signals)
        self.pid, self.signalled, self.gone = self.process.pid, None, None
        self.watch = threading.Thread(target=self.wait_gone, daemon=True)
        self.watch.start()
        if wait:
            try:
                self.wait_ready()
            except NotReady:
                self.stop()
                raise

    def wait_ready(self):
        limit = self.started + self.setup.within
        while not self.answers_ready():
            if self.gone is not None or time.monotonic() > limit:
                raise NotReady(f"not ready: {self.said()[-400:] or 'it said nothing'}")
            time.sleep(0.02)
        self.ready_after = time.monotonic() - self.started
        tree, since = children(self.pid), time.monotonic()
        while time.monotonic() - since < 0.4:  # a master may still be forking its workers
            time.sleep(0.02)
            if children(self.pid) != tree:
                tree, since = children(self.pid), time.monotonic()

    def wait_gone(self):
        """Notes the moment of its exit, whatever a scene is busy with."""
        self.process.wait()
        self.gone = time.monotonic()

    def answers_ready(self):
        conn = wire.connect(self.port, 1)
        if conn is None:
            return False
        conn.tell(wire.request("GET", "/ready", extra="Connection: close\r\n"))
        wire.gather([conn], 2)
        conn.close()
        return conn.outcome() == "200"

    def said(self):
        """Its output so far, on both streams."""
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def connect(self, n=None, timeout=3.0):
        """One connection, or a list of n; those that were refused are left out of the list."""
        if n is None:
            return wire.connect(self.port, timeout)
        conns = [wire.connect(self.port, timeout) for _ in range(n)]
        return [conn for conn in conns if conn]

    def send(self, signo=None, group=False, pid=None):
        self.signalled = self.signalled or time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            if group:
                os.killpg(self.pid, signo or self.signo)
            else:
                os.kill(pid or self.pid, signo or self.signo)

    def freeze(self, stop):
        for pid in children(self.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP if stop else signal.SIGCONT)

    def exit(self, within):
        """(status, seconds from the signal to the exit), or (None, None) when it is still there.
        A status below 0 is the signal that it died of."""
        self.watch.join(max(0.0, self.signalled + within - time.monotonic()))
        if self.gone is None:
            return None, None
        return self.process.returncode, round(max(0.0, self.gone - self.signalled), 2)

    def left_behind(self):
        """What it started and left: (processes still there, whether the port is still served)."""
        limit = time.monotonic() + 0.5  # a child may be on its way out
        while (left := marked(self.mark.encode())) and time.monotonic() < limit:
            time.sleep(0.05)
        conn = wire.connect(self.port, 1)
        if conn:
            conn.close()
        return len(left), bool(conn and left)

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        limit = time.monotonic() + 5
        while time.monotonic() < limit and (left := marked(self.mark.encode())):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        self.watch.join()
        self.output.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
