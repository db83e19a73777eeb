#!/usr/bin/env python3
"""Tiny answers for each second of processor time that the server takes, `drainctl serve` and nginx in turn:
64 kept-alive connections, the same client. And what an idle connection takes in the server's memory."""
import os
import resource
import socket
import subprocess
import tempfile
import time

from common import SERVICES, finish, leave_out, median, program, row
from server import Server, connect, get

ROUNDS, SECONDS, IDLE = 5, 3, 5000
CONFIG = """daemon off; worker_processes 1; pid {0}/pid; error_log stderr crit;
{1}
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 100000000;
  client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
  server {{ listen 127.0.0.1:{2}; location / {{ return 200 "ok"; }} }} }}
"""


def cpu_seconds(pid):
    """Of a process and its children that still run (proc(5))."""
    total = 0
    children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True, check=False)
    for one in [pid, *map(int, children.stdout.split())]:
        with open(f"/proc/{one}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def per_cpu_second(pid, url):
    """Requests answered for each second of processor time."""
    before = cpu_seconds(pid)
    out = subprocess.run(["wrk", "-t1", "-c64", f"-d{SECONDS}s", url], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    requests = int(next(line for line in out.splitlines() if "requests in" in line).split()[0])
    return requests / (cpu_seconds(pid) - before)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def nginx_program(folder):
    """That of NGINX, of this machine, or of the Debian package."""
    file, fetch = os.path.join(folder, "nginx"), os.path.join(SERVICES, "..", "servers", "nginx", "fetch")
    if "NGINX" not in os.environ and subprocess.run([fetch, file], check=False).returncode != 0:
        leave_out("no nginx on this machine, and its package cannot be had")
    return os.environ.get("NGINX", file)


def start_nginx(folder):
    port = free_port()
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w", encoding="ascii") as file:
        file.write(CONFIG.format(folder, "user root;" if os.getuid() == 0 else "", port))
    process = subprocess.Popen([nginx_program(folder), "-p", folder, "-e", "stderr", "-c", config])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process, port
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("nginx does not listen")


def side_by_side():
    """The ratio of each round: ours over nginx's."""
    with tempfile.TemporaryDirectory() as folder:
        nginx, port = start_nginx(folder)
        ours = Server()
        try:
            rounds = []
            for _ in range(ROUNDS):
                theirs = per_cpu_second(nginx.pid, f"http://127.0.0.1:{port}/")
                mine = per_cpu_second(ours.process.pid, f"http://127.0.0.1:{ours.address[1]}/live")
                rounds.append((mine, theirs))
            return rounds
        finally:
            ours.kill()
            nginx.terminate()
            nginx.wait()


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def idle_bytes():
    """Memory for each kept-alive connection that was served once and waits."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    server = Server()
    try:
        with connect(server.address) as sock:  # what the first one costs is no connection's
            sock.sendall(get("/live"))
            sock.recv(4096)
        before, socks = resident(server.process.pid), []
        for _ in range(IDLE):
            sock = connect(server.address)
            sock.sendall(get("/live"))
            sock.recv(4096)
            socks.append(sock)
        return (resident(server.process.pid) - before) / IDLE
    finally:
        server.kill()


program("wrk")
kept = idle_bytes()
met = [row(f"memory for an idle connection ({IDLE} of them)", "≤ 4 KB", f"{kept:.0f} bytes", kept <= 4096)]
seen = side_by_side()
ratio = median([mine / theirs for mine, theirs in seen])
met.append(row("tiny answers per CPU second, of nginx's side by side", "≥ 0.9",
               f"{ratio:.2f} ({median([m for m, _ in seen]):.0f} and {median([t for _, t in seen]):.0f})",
               ratio >= 0.9))
finish(*met)
