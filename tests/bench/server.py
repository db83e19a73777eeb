"""A reference server in its own process, for the benchmarks that need no drainctl run around it."""
import os
import re
import signal
import socket
import subprocess
import time

DRAINCTL = os.environ.get("DRAINCTL", "build/drainctl")


class Server:
    def __init__(self, *options, prefix=()):
        self.process = subprocess.Popen([*prefix, DRAINCTL, "serve", "--quiet", *options],
                                        stdout=subprocess.PIPE, text=True)
        match = re.search(r"http://([^:]+):(\d+)", self.process.stdout.readline())
        self.address = (match.group(1), int(match.group(2)))

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait_exit(self, timeout=20):
        """Exit status, and the monotonic time at which the exit was seen (waitid returns at once)."""
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        seen = time.monotonic()
        return self.process.wait(timeout), seen

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def get(path):
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def connect(address):
    sock = socket.create_connection(address, timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def exchange(address, path):
    """One connection, one request. Returns "answered", "refused", "reset" or "closed"."""
    try:
        sock = connect(address)
    except ConnectionRefusedError:
        return "refused"
    except OSError:
        return "reset"
    data = b""
    with sock:
        try:
            sock.sendall(get(path))
            while not data.endswith(b"}"):
                piece = sock.recv(4096)
                if not piece:
                    return "closed"
                data += piece
        except OSError:
            return "reset"
    return "answered"
