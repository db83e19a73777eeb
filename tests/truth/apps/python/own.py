"""Servers that are started from a program of one's own: own.py aiohttp|tornado|flask|waitress."""
import asyncio
import os
import signal
import sys

PORT = int(os.environ["PORT"])


def run_aiohttp():
    from aiohttp import web
    from app import LARGE, ENDLESS

    async def handle(request):
        asked = {name: int(value) for name, value in request.query.items()}
        if request.path in ("/stream", "/events"):
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(asked.get("n", 10) if request.path == "/stream" else ENDLESS):
                await response.write(b"part\n")
                await asyncio.sleep(asked.get("ms", 100) / 1000)
            return response
        body = b"hello\n"
        if request.path == "/slow":
            await asyncio.sleep(asked.get("ms", 1000) / 1000)
        elif request.path == "/upload":
            body = b"%d bytes\n" % len(await request.read())
        elif request.path == "/large":
            body = LARGE
        return web.Response(body=body)

    web_app = web.Application()
    web_app.router.add_route("*", "/{any:.*}", handle)
    web.run_app(web_app, host="127.0.0.1", port=PORT, print=None)


def run_tornado():
    import tornado.httpserver
    import tornado.web
    from app import LARGE, ENDLESS

    class Handler(tornado.web.RequestHandler):
        async def get(self):
            asked = {name: int(values[0]) for name, values in self.request.arguments.items()}
            path = self.request.path
            if path in ("/stream", "/events"):
                for _ in range(asked.get("n", 10) if path == "/stream" else ENDLESS):
                    self.write(b"part\n")
                    await self.flush()
                    await asyncio.sleep(asked.get("ms", 100) / 1000)
                return
            if path == "/slow":
                await asyncio.sleep(asked.get("ms", 1000) / 1000)
            self.write(LARGE if path == "/large" else b"hello\n")

        async def post(self):
            if self.request.path == "/slow":
                await self.get()
            else:
                self.write(b"%d bytes\n" % len(self.request.body))

    async def main():
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        server = tornado.httpserver.HTTPServer(tornado.web.Application([(".*", Handler)]))
        server.listen(PORT, "127.0.0.1")
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    asyncio.run(main())


def run_flask():
    """Flask's development server, which is Werkzeug's, under a Flask application."""
    import flask
    from app import application
    web = flask.Flask("truth")
    web.wsgi_app = application
    web.run("127.0.0.1", PORT, threaded=True)


def run_waitress():
    import waitress
    from app import application
    waitress.serve(application, host="127.0.0.1", port=PORT, threads=16, _quiet=True)


{"aiohttp": run_aiohttp, "tornado": run_tornado, "flask": run_flask,
 "waitress": run_waitress}[sys.argv[1]]()
