#!/usr/bin/env python3
"""A shop: POST /api/orders keeps {"item": ...} in a file before it answers, GET lists them all; with an
Idempotency-Key the same key is one order. orders.py PORT FILE [ANSWER_MS [DOWN_MS]]: with DOWN_MS a parent
starts the server again so long after it died, until the parent gets SIGTERM."""
import http.server
import json
import os
import signal
import sys
import threading
import time

PORT, FILE = int(sys.argv[1]), sys.argv[2]
ANSWER_MS = float(sys.argv[3]) if len(sys.argv) > 3 else 50
lock = threading.Lock()


def orders():
    try:
        with open(FILE, encoding="utf-8") as kept:
            return [json.loads(line) for line in kept]
    except FileNotFoundError:
        return []


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(200, orders() if self.path == "/api/orders" else {"status": "ok"})

    def do_POST(self):
        item = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["item"]
        key = self.headers.get("Idempotency-Key")
        with lock:
            if not key or all(order["key"] != key for order in orders()):
                with open(FILE, "a", encoding="utf-8") as kept:
                    kept.write(json.dumps({"item": item, "key": key}) + "\n")
        time.sleep(ANSWER_MS / 1000)  # the order is kept, its answer is not yet there
        self.answer(201, {"item": item})


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True


def serve():
    Server(("127.0.0.1", PORT), Shop).serve_forever()


def keep_up(down_ms):
    child = 0

    def leave(*_):
        os.kill(child, signal.SIGKILL)
        os._exit(0)

    while True:
        child = os.fork()
        if child == 0:
            serve()
        signal.signal(signal.SIGTERM, leave)
        os.waitpid(child, 0)
        time.sleep(down_ms / 1000)


if len(sys.argv) > 4:
    keep_up(float(sys.argv[4]))
else:
    serve()
