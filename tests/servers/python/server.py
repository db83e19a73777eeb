"""Python's own http.server, as people use it behind a quick tool: no word about signals.

    server.py PORT [one]      "one": a request at a time, each on a connection of its own
"""
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/slow":
            time.sleep(int(parse_qs(url.query).get("ms", ["1500"])[0]) / 1000)
        known = url.path in ("/", "/ready", "/slow", "/upload")
        self.answer(200 if known else 404, "done\n" if known else "not found\n")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """As it comes: daemon threads, and a queue of 5."""


class OneHandler(Handler):
    protocol_version = "HTTP/1.0"


class OneServer(HTTPServer):
    request_queue_size = 128


if __name__ == "__main__":
    one = sys.argv[2:] == ["one"]
    server, handler = (OneServer, OneHandler) if one else (Server, Handler)
    server(("127.0.0.1", int(sys.argv[1])), handler).serve_forever()
