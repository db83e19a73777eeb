"""Python: gunicorn in four classes, the ASGI servers, and servers in a program of one's own."""
from setup import Setup

BIN = "${built}/venv/bin"
APPS = "${here}/apps/python"
VENV = "venv/.installed"
BIND = "127.0.0.1:${port}"
PATH = {"PYTHONPATH": APPS}


def gunicorn(name, title, words, app="app:application", **more):
    return Setup(f"gunicorn-{name}", title,
                 [f"{BIN}/gunicorn", "--chdir", APPS, "--bind", BIND, "--log-level", "error",
                  "--workers", "2", *words, app], [VENV], **more)


def asgi(name, title, words, **more):
    return Setup(name, title, [f"{BIN}/{words[0]}", *words[1:]], [VENV], env=PATH, **more)


def own(name, title, **more):
    return Setup(name, title, [f"{BIN}/python", f"{APPS}/own.py", name], [VENV], **more)


SETUPS = [
    gunicorn("sync", "gunicorn, sync, 5 workers", ["--workers", "5"], at_once=4, keeps=0),
    gunicorn("gthread", "gunicorn, gthread", ["--worker-class", "gthread", "--threads", "16"]),
    gunicorn("gevent", "gunicorn, gevent", ["--worker-class", "gevent"]),
    gunicorn("uvicorn", "gunicorn, uvicorn's worker",
             ["--worker-class", "uvicorn.workers.UvicornWorker"], "app:asgi"),
    asgi("uvicorn", "uvicorn", ["uvicorn", "--host", "127.0.0.1", "--port", "${port}",
                                "--log-level", "error", "app:asgi"]),
    asgi("uvicorn-workers", "uvicorn, two workers",
         ["uvicorn", "--host", "127.0.0.1", "--port", "${port}", "--workers", "2",
          "--log-level", "error", "app:asgi"]),
    asgi("hypercorn", "Hypercorn", ["hypercorn", "--bind", BIND, "--log-level", "error",
                                    "app:asgi"]),
    asgi("granian", "Granian", ["granian", "--interface", "asgi", "--host", "127.0.0.1", "--port",
                                "${port}", "--log-level", "error", "app:asgi"]),
    asgi("daphne", "Daphne", ["daphne", "-b", "127.0.0.1", "-p", "${port}", "-v", "0",
                              "app:asgi"]),
    own("waitress", "Waitress, 16 threads"),
    own("aiohttp", "aiohttp, `run_app`"),
    own("tornado", "Tornado, `server.stop()`"),
    own("flask", "Flask's development server"),
]
