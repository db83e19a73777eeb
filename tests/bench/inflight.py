#!/usr/bin/env python3
"""18,000 requests in flight in one process, through a SIGTERM: all completed; the memory and the CPU of
the whole drainctl process (clients, journal and judge) beside h2load's for the same requests."""
import os
import re
import resource
import subprocess

from common import DRAINCTL, finish, leave_out, program, row
from server import Server

CLIENTS, HOLD_MS = 18000, 6000


def own_cpu_seconds(pid):
    """User and system time of the process alone, without its children (proc(5), fields 14 and 15)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(command):
    """Run it; returns (standard output, peak KiB, CPU seconds). The peak is that of the largest process
    among it and those it waited for, which is never less than its own."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        output = process.stdout.read()
        # a zombie's times stay readable until it is waited for
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        cpu = own_cpu_seconds(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return output.decode(), usage.ru_maxrss, cpu


SCENARIO = f"""{{
  "name": "bench-inflight", "timeout": "60s",
  "target": {{"reference": {{"drain_timeout": "30s"}}}},
  "loads": [{{"name": "held", "request": {{"path": "/api/data?ms={HOLD_MS}"}}, "clients": {CLIENTS},
             "requests": {CLIENTS}, "connection": "new"}}],
  "signals": [{{"send": "SIGTERM", "when": {{"load": "held", "in_flight": {CLIENTS}}}}}],
  "expect": [{{"load": "held", "completed": "100%"}}]
}}"""


def with_drainctl():
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"inflight-{os.getpid()}.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(SCENARIO)
    try:
        output, peak, cpu = measure([DRAINCTL, "scenario", path, "--report", "json"])
    finally:
        os.unlink(path)
    at_signal = re.search(r'"waiting": \{\s*"completed": (\d+)', output)
    return int(at_signal.group(1)) if at_signal else 0, peak, cpu


def with_h2load():
    server = Server("--drain-timeout", "30s")
    try:
        url = f"http://{server.address[0]}:{server.address[1]}/api/data?ms={HOLD_MS}"
        output, peak, cpu = measure(["h2load", "--h1", "-n", str(CLIENTS), "-c", str(CLIENTS),
                                     "-t", "1", url])
    finally:
        server.kill()
    done = re.search(r"(\d+) succeeded", output)
    return int(done.group(1)) if done else 0, peak, cpu


program("h2load")
if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < CLIENTS + 1000:
    leave_out(f"{CLIENTS} connections need more descriptors than this machine allows")
completed, ours_kib, ours_cpu = with_drainctl()
h2load_done, theirs_kib, theirs_cpu = with_h2load()
finish(
    row("in flight at SIGTERM and completed", f"{CLIENTS}", f"{completed}", completed == CLIENTS),
    row("memory each, whole process", "≤ 15 KB", f"{ours_kib * 1.024 / CLIENTS:.1f} KB"
        f" (h2load {theirs_kib * 1.024 / CLIENTS:.1f} KB)", ours_kib * 1.024 / CLIENTS <= 15),
    row("CPU, drainctl : h2load", "≤ 1",
        f"{ours_cpu / theirs_cpu:.2f} ({ours_cpu:.1f} s : {theirs_cpu:.1f} s,"
        f" h2load completed {h2load_done})", ours_cpu <= theirs_cpu))
