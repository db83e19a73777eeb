#!/usr/bin/env python3
"""200 clients connecting as fast as they can through a shutdown, 40 ms away: connections reset."""
import collections
import multiprocessing
import os
import sys
import threading
import time

import netns
from common import finish, leave_out, program, row
from server import Server, connect, exchange, get

CLIENTS, PROCESSES, RUNS = 200, 4, 3
HERE, THERE = "10.77.0.1", "10.77.0.2"


def client(address, counts):
    while True:
        outcome = exchange(address, "/live")
        counts[outcome] += 1
        if outcome != "answered":
            return


def group(address, results):
    counts = collections.Counter()
    threads = [threading.Thread(target=client, args=(address, counts))
               for _ in range(CLIENTS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    results.put(dict(counts))


def storm(server_side, client_side):
    netns.enter(server_side)
    server = Server("--host", HERE)
    netns.enter(client_side)
    results = multiprocessing.Queue()
    groups = [multiprocessing.Process(target=group, args=(server.address, results))
              for _ in range(PROCESSES)]
    for process in groups:
        process.start()
    time.sleep(1)
    server.terminate()
    signalled = time.monotonic()
    status, gone = server.wait_exit()
    total = collections.Counter()
    for _ in groups:
        total.update(results.get(timeout=90))
    for process in groups:
        process.join()
    return total, status, gone - signalled


def round_trip(server_side, client_side):
    netns.enter(server_side)
    server = Server("--host", HERE)
    netns.enter(client_side)
    with connect(server.address) as sock:
        began = time.monotonic()
        sock.sendall(get("/live"))
        sock.recv(4096)
        took = time.monotonic() - began
    server.terminate()
    server.wait_exit()
    return took


def main():
    if os.geteuid() != 0:
        leave_out("network namespaces need root")
    program("ip")
    if not os.path.exists("/dev/net/tun"):
        leave_out("this machine has no /dev/net/tun")
    server_side, left = netns.new_side(HERE, THERE)
    client_side, right = netns.new_side(THERE, HERE)
    relay = multiprocessing.Process(target=netns.relay, args=(left, right, 0.020), daemon=True)
    relay.start()
    os.close(left)
    os.close(right)
    rtt = round_trip(server_side, client_side)
    lost = answered = bad = 0
    for _ in range(RUNS):
        seen, status, took = storm(server_side, client_side)
        if "-v" in sys.argv:
            print(dict(seen), status, f"exit {took * 1000:.0f} ms after the signal")
        lost += seen["reset"] + seen["closed"]
        answered += seen["answered"]
        bad += status != 0
    relay.terminate()
    finish(row(f"200 clients, round trip {rtt * 1000:.0f} ms, reset in {RUNS} runs", "0",
               f"{lost} of {answered + lost}", lost == 0 and bad == 0 and answered > 0))


if __name__ == "__main__":
    main()
