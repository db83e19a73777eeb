"""HTTP/1.1 over raw sockets, as the witness sees it: what was written, what came back, and how it
ended. Nothing here is shared with drainctl, and nothing is decided: an outcome is a word for bytes.

    200, 503, …    a whole answer with this status
    RST0, EOF0     reset, or closed, before the first byte of an answer
    cut            closed or reset inside an answer
    closed         seen to be closed before the request was written (the client loses nothing)
    hang           nothing yet, or not the whole of it, when the waiting ended
"""
import selectors
import socket
import time

LOST = ("RST0", "EOF0", "cut")


def request(method, path, body=b"", extra="", length=None):
    """The bytes of a request; length: what Content-Length promises, if not that."""
    size = len(body) if length is None else length
    told = f"Content-Length: {size}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: truth\r\n{told}{extra}\r\n".encode() + body


class Answer:
    """One answer, maybe not whole yet."""

    def __init__(self, status, fields, whole, end):
        self.status, self.fields, self.whole, self.end = status, fields, whole, end
        self.close = "close" in fields.get("connection", "").lower()

    def keeps_alive(self):
        return self.whole and not self.close and self.fields["version"] == "HTTP/1.1"


def head_of(data, at):
    """(status, fields, where the body begins) of the head at `at`, or None when it is not whole."""
    end = data.find(b"\r\n\r\n", at)
    if end < 0:
        return None
    first, *lines = data[at:end].decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    fields = {"version": words[0]}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return (words[1] if len(words) > 1 else "?"), fields, end + 4


def chunks_end(data, at):
    """Where a chunked body that begins at `at` ends, or None when its last chunk is not there."""
    while True:
        line = data.find(b"\r\n", at)
        if line < 0:
            return None
        try:
            size = int(bytes(data[at:line]).split(b";")[0], 16)
        except ValueError:
            return None
        if size == 0:
            end = data.find(b"\r\n", line + 2)
            return None if end < 0 else end + 2
        at = line + 2 + size + 2
        if at > len(data):
            return None


def split(data, ended=False):
    """The answers that data begins with, the last one maybe not whole; ended: the server closed."""
    answers, at = [], 0
    while at < len(data):
        head = head_of(data, at)
        if head is None:
            break
        status, fields, body = head
        if status.startswith("1") or status in ("204", "304"):
            end, whole = body, True
        elif "chunked" in fields.get("transfer-encoding", "").lower():
            end = chunks_end(data, body)
            whole = end is not None
        elif "content-length" in fields:
            end = body + int(fields["content-length"])
            whole = end <= len(data)
        else:
            end, whole = len(data), ended
        answers.append(Answer(status, fields, whole, end))
        if not whole:
            break
        at = end
    return answers


class Conn:
    """One connection of a client."""

    def __init__(self, sock):
        self.sock, self.data, self.end = sock, bytearray(), None
        self.opened = time.monotonic()
        self.answered = None  # when the last byte came
        self.already_closed = False
        sock.setblocking(False)

    def tell(self, data):
        """Writes; a failure to write is no outcome: what came before it is still read."""
        try:
            self.sock.setblocking(True)
            self.sock.settimeout(5)
            self.sock.sendall(data)
        except OSError:
            pass
        self.sock.setblocking(False)

    def tell_if_open(self, data):
        """Writes as a pooled client does: not when the close can be seen already."""
        self.read()
        if self.end is None:
            self.tell(data)
        else:
            self.already_closed = True

    def read(self, most=1 << 30):
        """All that is there now, up to `most` bytes."""
        while self.end is None and most > 0:
            try:
                part = self.sock.recv(min(65536, most))
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self.end = "reset"
                return
            self.answered = time.monotonic()
            if not part:
                self.end = "eof"
            self.data += part
            most -= len(part)

    def answers(self):
        found = split(self.data, self.end == "eof")
        return [one for one in found if one.status != "100"]

    def outcome(self, n=0):
        """What became of the n-th request on this connection: a word of the list above."""
        answers = self.answers()
        if len(answers) > n and answers[n].whole:
            return answers[n].status
        if self.already_closed:
            return "closed"
        if self.end is None:
            return "hang"
        read = max((one.end or len(self.data) for one in split(self.data) if one.whole), default=0)
        begun = len(answers) > n or len(self.data) > read
        if begun:
            return "cut"
        return "RST0" if self.end == "reset" else "EOF0"

    def done(self, want):
        answers = self.answers()
        return self.end is not None or (len(answers) >= want and answers[want - 1].whole)

    def close(self):
        self.sock.close()


def gather(conns, within, want=1):
    """Reads them all until each has `want` whole answers or has ended, `within` seconds at most."""
    limit = time.monotonic() + within
    left = {conn for conn in conns if not conn.done(want)}
    with selectors.DefaultSelector() as watch:
        for conn in left:
            watch.register(conn.sock, selectors.EVENT_READ, conn)
        while left and time.monotonic() < limit:
            for key, _ in watch.select(limit - time.monotonic()):
                key.data.read(1 << 20)
                if key.data.done(want):
                    watch.unregister(key.fileobj)
                    left.discard(key.data)


def connect(port, timeout=3.0):
    """A connection, or None when nobody listens; a port that answers itself is nobody."""
    sock = socket.socket()
    sock.settimeout(timeout)
    try:
        sock.connect(("127.0.0.1", port))
        if sock.getsockname() != sock.getpeername():
            return Conn(sock)
    except OSError:
        pass
    sock.close()
    return None
