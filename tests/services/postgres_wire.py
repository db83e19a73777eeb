#!/usr/bin/env python3
"""postgres_wire.py old | postgres_wire.py cut PORT: what a real PostgreSQL cannot be made to do at will; it listens on a free
port, which it prints.

old: a server of version 9.6 that lets everybody in (protocol 3.0, postgresql.org/docs/15/protocol.html).
cut PORT: passes everything on to the server there. The first time that a COMMIT has been answered, it keeps the
answer to itself and closes: the client cannot know."""
import socket
import struct
import sys
import threading


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def serve_old(client):
    while True:
        size, code = struct.unpack("!ii", client.recv(8, socket.MSG_WAITALL))
        client.recv(size - 8, socket.MSG_WAITALL)
        if code == 196608:
            break
        client.sendall(b"N")  # no TLS, no GSSAPI
    client.sendall(message(b"R", struct.pack("!i", 0)) + message(b"S", b"server_version\x009.6.24\x00") +
                   message(b"K", struct.pack("!ii", 1, 1)) + message(b"Z", b"I"))
    client.recv(4096)


CUT = threading.Lock()  # whoever takes it cuts


def close(*socks):
    for sock in socks:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def pass_on(source, target, end):
    while data := source.recv(65536):
        if source is end["client"] and b"COMMIT" in data and CUT.acquire(blocking=False):
            end["cut"] = True
        if source is end["server"] and end.get("cut"):
            print("cut", flush=True)
            break
        target.sendall(data)
    close(source, target)


def serve_cut(client):
    server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    end = {"client": client, "server": server}
    threading.Thread(target=pass_on, args=(client, server, end), daemon=True).start()
    pass_on(server, client, end)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target={"old": serve_old, "cut": serve_cut}[sys.argv[1]], args=(listener.accept()[0],),
                     daemon=True).start()
