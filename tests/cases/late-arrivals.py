"""It goes on serving for a second and a half after the signal, as it should; but in the last half
second it drops who connects (MODE=drop), or takes nobody (MODE=hang)."""
import http.server
import os
import signal
import sys
import threading
import time

MODE = os.environ.get("MODE", "serve")
told = 0.0


def late():
    return told and time.monotonic() > told + 1.0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/slow"):
            time.sleep(0.6)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"ok")
        self.close_connection = True

    do_POST = do_GET

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512

    def verify_request(self, request, address):
        return not (late() and MODE == "drop")

    def service_actions(self):
        while late() and MODE == "hang" and time.monotonic() < told + 1.5:
            time.sleep(0.01)


def stop(*_):
    global told
    told = told or time.monotonic()


server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
for name in (signal.SIGTERM, signal.SIGINT):
    signal.signal(name, stop)
threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
while not told or time.monotonic() < told + 1.5:
    time.sleep(0.02)
server.shutdown()
server.socket.close()
sys.exit(0)
