#!/usr/bin/env python3
"""The application behind the proxies, threaded, and the tiny servers of the tests.

    backend.py [PORT [drain|cut]]    prints the port when it listens (0: a free one)

With `drain` SIGTERM closes the listener when its queue is empty, ends idle connections and lets
requests finish; with `cut`, the default, SIGTERM ends it at once."""
import os
import select
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DRAINING = threading.Event()
LARGE = b"x" * (4 << 20)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 0  # nothing is read ahead, so that select() sees a pipelined request

    def log_message(self, *_):
        pass

    def handle_one_request(self):
        """Waits for a request, and no longer when the drain begins."""
        while not select.select([self.connection], [], [], 0.02)[0]:
            if DRAINING.is_set():
                self.close_connection = True
                return
        super().handle_one_request()
        self.close_connection = self.close_connection or DRAINING.is_set()

    def reply(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if DRAINING.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def parts(self, number, pause):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while number > 0 and not (number > 1e6 and DRAINING.is_set()):
                self.wfile.write(b"5\r\npart\n\r\n")
                number -= 1
                time.sleep(pause)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def do_GET(self):
        where = urlsplit(self.path)
        asked = {name: int(values[0]) for name, values in parse_qs(where.query).items()}
        if where.path == "/slow":
            time.sleep(asked.get("ms", 1000) / 1000)
            self.reply(b"done\n")
        elif where.path == "/ready":
            self.reply(b"ready\n", 503 if DRAINING.is_set() else 200)
        elif where.path == "/large":
            self.reply(LARGE)
        elif where.path == "/stream":
            self.parts(asked.get("n", 10), asked.get("ms", 100) / 1000)
        elif where.path == "/events":
            self.parts(1e9, 0.1)
        else:
            self.reply(b"hello\n")

    def do_POST(self):
        left, size = int(self.headers.get("Content-Length", 0)), 0
        while size < left and (part := self.rfile.read(left - size)):
            size += len(part)
        if self.path.startswith("/slow"):
            self.do_GET()
        else:
            self.reply(b"%d bytes\n" % size)


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = False
    block_on_close = True


def drain(server):
    """No new handshakes from here on, and no waiting for further connections."""
    server.socket.setsockopt(socket.SOL_SOCKET, 26, ONLY_NO_SYN)  # SO_ATTACH_FILTER
    server.shutdown()


def no_syn():
    """A filter that drops handshakes, as a struct sock_fprog: the listener's queue can run dry."""
    import ctypes
    import struct
    code = struct.pack("HBBIHBBIHBBIHBBI", 0x30, 0, 0, 13, 0x45, 0, 1, 2, 0x06, 0, 0, 0,
                       0x06, 0, 0, 0x40000)
    held = ctypes.create_string_buffer(code, len(code))
    return held, struct.pack("HL", 4, ctypes.addressof(held))


HELD, ONLY_NO_SYN = no_syn()

if __name__ == "__main__":
    backend = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    if sys.argv[2:] == ["drain"]:
        def stop(*_):
            if not DRAINING.is_set():
                DRAINING.set()
                threading.Thread(target=drain, args=(backend,)).start()
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    print(backend.server_address[1], flush=True)
    backend.serve_forever(poll_interval=0.02)
    while select.select([backend.socket], [], [], 0)[0]:  # what is queued is served too
        backend.handle_request()
    backend.server_close()  # and this waits for the last answer
