#!/usr/bin/env python3
"""64 clients connecting as fast as they can through a shutdown, ten runs: connections reset."""
import collections
import multiprocessing
import sys
import threading
import time

from common import finish, row
from server import Server, exchange

CLIENTS, RUNS, PROCESSES = 64, 10, 4


def client(address, counts):
    while True:
        outcome = exchange(address, "/api/data?ms=2")
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
        thread.join(30)
    results.put(dict(counts))


def storm():
    server = Server()
    results = multiprocessing.Queue()
    groups = [multiprocessing.Process(target=group, args=(server.address, results))
              for _ in range(PROCESSES)]
    for process in groups:
        process.start()
    time.sleep(0.4)
    server.terminate()
    total = collections.Counter()
    for _ in groups:
        total.update(results.get(timeout=60))
    for process in groups:
        process.join()
    status, _ = server.wait_exit()
    return total, status


if __name__ == "__main__":
    lost, bad, answered, refused = [], 0, 0, 0
    for _ in range(RUNS):
        seen, exit_status = storm()
        if "-v" in sys.argv:
            print(dict(seen), exit_status)
        lost.append(seen["reset"] + seen["closed"])
        answered += seen["answered"]
        refused += seen["refused"]
        bad += exit_status != 0
    met = sum(lost) == 0 and bad == 0 and answered > 0 and refused == RUNS * CLIENTS
    finish(row("64 clients through a shutdown, reset in ten runs", "0",
               f"{sum(lost)} of {answered + sum(lost)}", met))
