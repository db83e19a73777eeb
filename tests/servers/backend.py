#!/usr/bin/env python3
"""The slow application behind nginx: python/server.py with a longer queue. It is never signalled
by a check, and so belongs to nobody's process tree but the caller's.

    backend.py [PORT]       prints the port when it listens (0, the default: a free one)
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "python"))
from server import Handler, Server  # noqa: E402


class Backend(Server):
    request_queue_size = 512


if __name__ == "__main__":
    backend = Backend(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
    print(backend.server_address[1], flush=True)
    backend.serve_forever()
