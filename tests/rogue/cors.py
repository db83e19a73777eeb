#!/usr/bin/env python3
"""A server for pages of another origin, which allows them in one way. cors.py PORT WAY: `fine`; of the preflight
`no-options` (405), `draining` (503), `cut` (no answer), `other-origin`, `no-headers`, `twice` (the field comes from
the application and from a proxy); of the answer itself `bare-503`, `hidden` (a 503 whose Retry-After is not exposed),
`silent` (no field at all).
GET /done is a 200 once two requests of pages have come to their end: two that a preflight let through, or two refused
preflights."""
import http.server
import signal
import socket
import sys

PORT, WAY = int(sys.argv[1]), sys.argv[2]
ORIGIN = "https://shop.example"
ENDS_AT_PREFLIGHT = WAY in ("no-options", "draining", "cut", "other-origin", "no-headers", "twice")
ended = {"OPTIONS": 0, "POST": 0}


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, fields, body=b"{}"):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        done = ended["OPTIONS" if ENDS_AT_PREFLIGHT else "POST"] >= 2
        self.answer(200 if done else 404, [])

    def do_OPTIONS(self):
        print("a preflight of span", self.headers["traceparent"].split("-")[2], flush=True)
        allow = [("Access-Control-Allow-Origin", ORIGIN)]
        headers = [("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key"), ("Access-Control-Max-Age", "600")]
        if WAY == "no-options":
            self.answer(405, [])
        elif WAY == "draining":
            self.answer(503, allow + headers)
        elif WAY == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif WAY == "other-origin":
            self.answer(200, [("Access-Control-Allow-Origin", "https://other.example")] + headers)
        elif WAY == "no-headers":
            self.answer(200, allow + [("Access-Control-Allow-Headers", "Content-Type")])
        elif WAY == "twice":
            self.answer(200, allow + allow + headers)
        else:
            self.answer(200, allow + headers)
        ended["OPTIONS"] += 1

    def do_POST(self):
        print("an order of trace", self.headers["traceparent"].split("-")[1], flush=True)
        self.rfile.read(int(self.headers["Content-Length"]))
        allow = [("Access-Control-Allow-Origin", self.headers["Origin"])]
        if WAY == "bare-503":
            self.answer(503, [("Retry-After", "1")])
        elif WAY == "hidden":
            self.answer(503, allow + [("Retry-After", "1")])
        elif WAY == "silent":
            self.answer(201, [])
        else:
            self.answer(201, allow)
        ended["POST"] += 1


server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Shop)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
server.serve_forever()
