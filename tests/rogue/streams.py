#!/usr/bin/env python3
"""streams.py PORT LOG: event streams that end in every way. /lost: the first two answers are streams that are
cut after an event, the third one goes on. /busy: cut once, then 503. /typed: cut once, then a 200 of another
type. /status: says that the server goes away in 1 s. Each request is a line of LOG: path and Last-Event-ID; "all seen" is printed when nothing more is to
come."""
import http.server
import socket
import sys
import threading
import time

seen, lock = {}, threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def plain(self, status, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def stream(self, text, goes_on):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())
        self.wfile.flush()
        if goes_on:
            time.sleep(60)
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def do_GET(self):
        with lock:
            number = seen[self.path] = seen.get(self.path, 0) + 1
            with open(sys.argv[2], "a", encoding="utf-8") as log:
                log.write(f"{self.path} {self.headers.get('Last-Event-ID', '-')}\n")
            if [seen.get(path) for path in ("/lost", "/busy", "/typed", "/status")] == [3, 2, 2, 1]:
                print("all seen", flush=True)
        event = f"retry: 50\nid: {self.path[1:]}-{number}\ndata: {number}\n\n"
        if self.path == "/status":
            self.stream('data: {"maintenance": {"scheduled": true, "gracePeriodSeconds": 1}}\n\n', True)
        elif self.path == "/lost" or number == 1:
            self.stream(event, number == 3)
        elif self.path == "/busy":
            self.plain(503, "text/event-stream")
        else:
            self.plain(200, "application/json")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
