"""A plain WSGI application, for gunicorn's sync and gthread workers."""
import time
from urllib.parse import parse_qs


def slow(environ):
    query = parse_qs(environ.get("QUERY_STRING", ""))
    time.sleep(int(query.get("ms", ["1500"])[0]) / 1000)
    return "done\n"


def upload(environ):
    return f"{len(environ['wsgi.input'].read())} bytes\n"


ROUTES = {
    "/": lambda environ: "hello\n",
    "/ready": lambda environ: "ready\n",
    "/slow": slow,
    "/upload": upload,
}


def application(environ, start_response):
    route = ROUTES.get(environ["PATH_INFO"])
    body = (route(environ) if route else "not found\n").encode()
    start_response("200 OK" if route else "404 Not Found",
                   [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
