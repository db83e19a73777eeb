#!/usr/bin/env python3
"""Ten million clients through an outage of 5 s in virtual time: CPU time of the one thread that does it,
and the peak memory of the whole process per client (wait4(2))."""
import os
import subprocess

from common import DRAINCTL, finish, row

CLIENTS = 10_000_000


def main():
    child = subprocess.Popen([DRAINCTL, "storm", "--clients", "10M", "--policy", "exponential+jitter", "-q"],
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    seconds = usage.ru_utime + usage.ru_stime
    each = usage.ru_maxrss * 1024 / CLIENTS
    finish(row("ten million simulated clients through an outage of 5 s, CPU", "≤ 60 s", f"{seconds:.0f} s",
               seconds <= 60),
           row("memory each, whole process", "≤ 100 bytes", f"{each:.1f} bytes", each <= 100))


main()
