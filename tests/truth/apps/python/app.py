"""What all Python set-ups serve: a WSGI application, an ASGI application, and what they share."""
import asyncio
import time
from urllib.parse import parse_qs

LARGE = b"x" * (4 << 20)
ENDLESS = 10**9


def numbers(query):
    return {name: int(values[0]) for name, values in parse_qs(query).items()}


def wsgi_parts(number, pause):
    while number > 0:
        yield b"part\n"
        number -= 1
        time.sleep(pause)


def application(environ, start_response):
    """WSGI: blocking, as most applications are."""
    path, asked = environ["PATH_INFO"], numbers(environ.get("QUERY_STRING", ""))
    if path in ("/stream", "/events"):
        start_response("200 OK", [("Content-Type", "text/plain")])
        number = asked.get("n", 10) if path == "/stream" else ENDLESS
        return wsgi_parts(number, asked.get("ms", 100) / 1000)
    body = b"hello\n"
    if path == "/slow":
        time.sleep(asked.get("ms", 1000) / 1000)
    elif path == "/upload":
        left = int(environ.get("CONTENT_LENGTH") or 0)
        body = b"%d bytes\n" % len(environ["wsgi.input"].read(left))
    elif path == "/large":
        body = LARGE
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


async def whole(receive):
    size, more = 0, True
    while more:
        event = await receive()
        size += len(event.get("body", b""))
        more = event.get("more_body", False) and event["type"] == "http.request"
    return b"%d bytes\n" % size


async def lifespan(receive, send):
    while True:
        event = await receive()
        await send({"type": event["type"] + ".complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def asgi(scope, receive, send):
    """ASGI, with a lifespan that has nothing to do."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    path, asked = scope["path"], numbers(scope["query_string"].decode())
    if path in ("/stream", "/events"):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(asked.get("n", 10) if path == "/stream" else ENDLESS):
            await send({"type": "http.response.body", "body": b"part\n", "more_body": True})
            await asyncio.sleep(asked.get("ms", 100) / 1000)
        await send({"type": "http.response.body", "body": b""})
        return
    body = b"hello\n"
    if path == "/slow":
        await asyncio.sleep(asked.get("ms", 1000) / 1000)
    elif path == "/upload":
        body = await whole(receive)
    elif path == "/large":
        body = LARGE
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
